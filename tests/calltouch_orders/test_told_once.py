"""What is left out is told by the run that reads it, whatever else needs room and however often it plans."""

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from sandbox.demo.motor_shop_goods import RETAIL

if TYPE_CHECKING:
    from tests.calltouch_orders.dag_run import DagRun
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import Shop

OUTCOMES = """
    select outcome from ops.run_log
    where run_id = %s and record_key is not null and outcome not like 'source%%' order by record_key
"""


@pytest.fixture
def desk(shop: "Shop") -> "Desk":
    from tests.calltouch_orders.desk import SILENT, Desk

    desk = Desk(shop)
    desk.order(1, SILENT, {1: 1})
    shop.run()
    return desk


def news(desk: "Desk") -> None:
    """Let happen what sends nothing: an order of the stop-list, one without contacts, a shipment of such."""
    from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER
    from tests.calltouch_orders.desk import SILENT, ref_of

    desk.ship(1, ref_of(CUSTOMER_ORDER, 1), {1: 1})
    desk.order(2, RETAIL, {1: 1})
    desk.order(3, SILENT, {1: 1})


def begun(shop: "Shop", until: str) -> "DagRun":
    """Begin a run, as far as before a task of the account."""
    from tests.calltouch_orders.dag_run import DagRun

    return DagRun(time_passes=shop.time_passes).go_on(until)


def told(shop: "Shop", run: "DagRun") -> tuple[dict[str, int], list[Any]]:
    """Give what a run has counted, and what its log says of orders."""
    kept = shop.runs_of(run)["main"]
    counters = {name: count for name, count in kept["counters"].items() if not name.startswith("source_")}
    return counters, [row["outcome"] for row in shop.rows(OUTCOMES, kept["run_id"])]


TOLD = (
    {"no_deal": 1, "skipped": 1, "skipped_no_contact": 1, "unchanged": 0},
    ["no_deal", "skipped", "skipped_no_contact"],
)


def test_another_pipeline_may_need_the_room_of_what_was_read_before_it_is_told(
    shop: "Shop", desk: "Desk"
) -> None:
    news(desk)
    run = begun(shop, until="plan_deals")
    with psycopg.connect(shop.warehouse_url) as connection:
        connection.execute("select stage.make_room(0)")
        staged = connection.execute("select count(*) from stage.calltouch_orders_order").fetchone()
    assert staged == (0,), "the reading is over, and nothing of it need be kept"
    assert run.go_on().state == "success"
    assert told(shop, run) == TOLD


def test_a_dry_run_of_which_nothing_is_left_says_so_instead_of_planning_nothing(
    shop: "Shop", desk: "Desk"
) -> None:
    from tests.calltouch_orders.dag_run import DagRun

    news(desk)
    run = DagRun(kind="manual", time_passes=shop.time_passes, dry_run=True).go_on("plan_deals")
    with psycopg.connect(shop.warehouse_url) as connection:
        connection.execute("select stage.make_room(0)")
    assert run.go_on().state == "failed"
    assert "Промежуточных данных" in str(run.errors["exchange.plan_deals[0]"])
    assert run.go().state == "success"
    assert told(shop, run) == TOLD


def test_a_plan_that_is_made_twice_tells_what_it_left_out_once(shop: "Shop", desk: "Desk") -> None:
    news(desk)
    run = begun(shop, until="send_deals")
    assert told(shop, run) == TOLD
    run.states.pop("exchange.plan_deals[0]")
    assert run.go_on().state == "success"
    assert told(shop, run) == TOLD
    assert told(shop, shop.run()) == ({"unchanged": 3}, [])


def test_a_plan_that_is_made_again_after_half_of_an_order_was_sent_tells_the_order_once(
    shop: "Shop", desk: "Desk"
) -> None:
    ref = desk.order(2, 2, {9: 4})
    desk.ship(2, ref, {9: 4})
    shop.calltouch.fault(401, method="update", times=9)
    run = begun(shop, until="report")
    assert (run.states["exchange.send_deals[0]"], list(shop.deals())) == ("failed", [ref])
    shop.calltouch.forget_faults()
    run.states.pop("exchange.plan_deals[0]")
    assert run.go_on().state == "success"
    assert told(shop, run) == ({"created": 1, "unchanged": 1}, ["created"])
    logged = "select codes from ops.run_log where run_id = %s and outcome = 'created'"
    (row,) = shop.rows(logged, shop.runs_of(run)["main"]["run_id"])
    assert {"ORDER_CREATED", "ORDER_SHIPPED"} <= set(row["codes"])
    assert shop.deals()[ref]["status"] == "Заказ отгружен"
