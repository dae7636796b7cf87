"""An ordinary run looks at what may have changed, and misses none of it; leads are asked for sparingly."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER
from sandbox.demo.motor_shop_goods import RETAIL
from tests.today import far_from_an_hours_end

if TYPE_CHECKING:
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import Shop

LOOKED_AT = """
    select count(*)::int as orders from stage.calltouch_orders_candidate
    join ops.run using (run_id) where run.dag_run_id = %s
"""
TABLES = ("erp_order", "erp_order_line", "erp_shipment", "erp_return")
# What the triggers do not see stands for whatever else could be missed.
UNSEEN = """
    alter table mart.erp_shipment disable trigger user;
    update mart.erp_shipment set total = 900;
    alter table mart.erp_shipment enable trigger user
"""


@pytest.fixture
def desk(shop: "Shop") -> "Desk":
    from tests.calltouch_orders.desk import Desk

    return Desk(shop)


def change(shop: "Shop", statements: str) -> None:
    with psycopg.connect(shop.warehouse_url) as connection:
        connection.execute(statements)


def revenue(shop: "Shop", ref: str) -> str:
    return str(shop.deals()[ref]["revenue"])


def asked(shop: "Shop") -> Counter[str]:
    """Count the calls to Calltouch by what they asked or did."""
    return Counter(call["method"] for call in shop.calltouch.calls())


def shipped_order(desk: "Desk", number: int = 1) -> tuple[str, str]:
    """Make an order of 23600 and ship all of it; give both GUIDs."""
    ref = desk.order(number, number, {9: 4})
    return ref, desk.ship(number, ref, {9: 4})


def test_orders_that_are_not_to_be_sent_are_decided_about_once(shop: "Shop", desk: "Desk") -> None:
    desk.order(1, RETAIL, {1: 1})
    first = shop.run()
    assert shop.rows(LOOKED_AT, first.run_id) == [{"orders": 1}]
    for _ in range(2):
        again = shop.run()
        assert shop.rows(LOOKED_AT, again.run_id) == [{"orders": 0}]
        assert shop.runs_of(again)["main"]["counters"] == {"unchanged": 1}
    desk.change(CUSTOMER_ORDER, desk.order(1, 1, {1: 1}), Комментарий="другой покупатель")
    shop.run()
    assert len(shop.deals()) == 1


def test_what_a_run_that_failed_could_not_send_is_sent_by_the_next(shop: "Shop", desk: "Desk") -> None:
    ref = desk.order(1, 1, {9: 4})
    shop.run()
    desk.ship(1, ref, {9: 4})
    shop.calltouch.fault(401, method="update", times=9)
    assert shop.run().state == "failed"
    shop.calltouch.forget_faults()
    assert shop.deals()[ref]["status"] != "Заказ отгружен"
    assert shop.run().state == "success"
    assert shop.deals()[ref]["status"] == "Заказ отгружен"


def test_a_return_that_is_moved_to_another_order_changes_both(shop: "Shop", desk: "Desk") -> None:
    (one, shipment), (other, _) = shipped_order(desk), shipped_order(desk, 2)
    desk.give_back(1, shipment, {9: 1})
    shop.run()
    assert (revenue(shop, one), revenue(shop, other)) == ("17700.00", "23600.00")
    change(shop, f"update mart.erp_return set order_ref = '{other}'")
    shop.run()
    assert (revenue(shop, one), revenue(shop, other)) == ("23600.00", "17700.00")
    change(shop, "delete from mart.erp_return")
    shop.run()  # reads it anew: 1C has it still
    assert (revenue(shop, one), revenue(shop, other)) == ("17700.00", "23600.00")


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param({"compared_at": "2020-01-01T00:00:00+00:00"}, id="older than a day"),
        pytest.param({"unseen": "9000000000000"}, id="of a base that was restored"),
        pytest.param({"settings": "other"}, id="of other settings"),
    ],
)
def test_everything_is_compared_where_the_last_mark_says_nothing(
    shop: "Shop", desk: "Desk", mark: dict[str, str]
) -> None:
    ref, _ = shipped_order(desk)
    shop.run()
    shop.run()  # looks at what the first has sent
    change(shop, UNSEEN)
    shop.run()
    assert revenue(shop, ref) == "23600.00"
    kept = (
        "update ops.cursor set value = (value::jsonb || %s::jsonb)::text where name = 'compared' returning 1"
    )
    assert shop.rows(kept, json.dumps(mark))
    shop.run()
    assert revenue(shop, ref) == "900.00"


def test_settings_that_let_more_orders_in_count_for_orders_that_are_known(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk

    shop = open_shop()
    ref = Desk(shop).order(1, RETAIL, {1: 1})
    shop.run()
    assert shop.deals() == {}
    shop = open_shop(stop_list={})
    shop.run()
    assert list(shop.deals()) == [ref]


def test_a_column_more_in_a_table_of_the_base_does_not_stop_a_plan(shop: "Shop", desk: "Desk") -> None:
    from plugins.pipelines.calltouch_orders import load
    from plugins.steps.calltouch_exchange import Exchange, Scope, plan
    from plugins.warehouse import Warehouse

    ref, _ = shipped_order(desk)
    shop.run()
    settings = load()
    with psycopg.connect(shop.warehouse_url) as connection:
        warehouse = Warehouse(connection)
        with connection.transaction(force_rollback=True):
            for table in TABLES:
                connection.execute(f"alter table mart.{table} add column remark text default 'новое'")
            connection.execute("update mart.erp_shipment set total = 900")
            made = connection.execute(
                """insert into ops.run (pipeline, source, dag_run_id, trigger)
                values ('calltouch_orders', 'main', 'by hand', 'manual') returning run_id"""
            )
            (run_id,) = made.fetchone() or (0,)
            counters = plan(warehouse, Exchange(run_id, 0, settings, settings.account("main"), Scope()))
    assert counters == {"changed": 1, "unchanged": 0}
    assert revenue(shop, ref) == "23600.00"


def test_calls_and_requests_are_looked_through_once_an_hour_and_new_deals_are_asked_for_at_once(
    shop: "Shop", desk: "Desk"
) -> None:
    desk.order(1, 1, {1: 1})
    shop.run()
    first = asked(shop)
    assert first["calls"] == first["requests"] > 0
    desk.order(2, 2, {1: 1})
    shop.run()
    second = asked(shop)
    assert (second["calls"], second["requests"]) == (first["calls"], first["requests"])
    assert second["journal"] == first["journal"] + 1
    shop.run()
    assert asked(shop)["journal"] == second["journal"]
    an_hour_passes(shop)
    shop.run()
    third = asked(shop)
    assert (third["calls"], third["journal"]) == (2 * first["calls"], second["journal"] + 1)
    (asked_at,) = shop.rows("select count(distinct checked_at)::int as n from mart.calltouch_lead_source")
    assert asked_at == {"n": 1}, "all deals that wait were asked for together"


def test_an_order_that_a_person_names_is_looked_for_in_calls_at_once(shop: "Shop", desk: "Desk") -> None:
    ref = desk.order(1, 1, {1: 1})
    shop.run()
    before = asked(shop)["calls"]
    shop.run("manual", mode="send_one", document=ref, account="main")
    assert asked(shop)["calls"] == 2 * before


def test_calls_that_the_budget_is_not_enough_for_are_not_tried_at_every_run(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import account

    far_from_an_hours_end(20)
    limits: dict[str, Any] = {
        "hour_points": 10,
        "prices": {"create": 1, "journal": 1, "calls": 3, "requests": 1},
    }
    shop = open_shop(accounts=[account("main", limits=limits), account("service")])
    desk = Desk(shop)
    desk.order(1, 1, {1: 1})
    assert shop.run().state == "success"
    spent = asked(shop)
    assert 0 < spent["calls"] < 4
    shop.time_passes(shop.next_hour())
    desk.order(2, 2, {1: 1})
    run = shop.run()
    assert (run.state, run.waits, asked(shop)["calls"]) == ("success", 0, spent["calls"])


def an_hour_passes(shop: "Shop") -> None:
    kept = shop.rows("select value from ops.cursor where name = 'leads_asked'")[0]["value"]
    earlier = datetime.fromisoformat(kept) - timedelta(hours=1)
    change(shop, f"update ops.cursor set value = '{earlier.isoformat()}' where name = 'leads_asked'")
