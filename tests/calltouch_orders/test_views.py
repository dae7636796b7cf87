"""What analysts read of orders: 1C against Calltouch, sales by source, the client's part."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml

from include.paths import SETTINGS_DIR
from sandbox.demo.motor_shop_documents import SHIPMENT, sections

if TYPE_CHECKING:
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import Shop

RECONCILED = """
    select
        state, order_amount, revenue, margin, due_revenue, sent_revenue, due_margin, sent_margin,
        revenue_difference, margin_difference, agrees
    from mart.v_calltouch_orders_reconciliation where order_ref = %s
"""
SALES = "select * from mart.v_sales_by_source order by source, campaign"
DOCUMENTS = """
    select
        (
            select sum(revenue * case when is_return then -1 else 1 end)
            from stage.calltouch_orders_shares(null, null) where posted and not deleted
        ) as sold,
        (select sum(revenue) from mart.v_calltouch_orders_reconciliation) as told
"""


@pytest.fixture
def shop(open_shop: "Callable[..., Shop]") -> "Shop":
    ours = yaml.safe_load((SETTINGS_DIR / "calltouch_orders.yaml").read_text(encoding="utf-8"))["profiles"]
    for sale in ("shipments", "returns"):
        ours["dalion_default"][sale]["lines"] = [
            {"section": "Товары", "order": "ЗаказПокупателя", "sum": "Сумма"}
        ]
    return open_shop(profiles=ours)


@pytest.fixture
def desk(shop: "Shop") -> "Desk":
    from tests.calltouch_orders.desk import Desk

    return Desk(shop)


def rows_for(*orders: tuple[str, Mapping[int, float]]) -> dict[str, Any]:
    """Give the rows of a document for several orders, and its sum."""
    found = [
        {**row, "ЗаказПокупателя_Key": order}
        for order, lines in orders
        for row in sections(lines, None)["Товары"]
    ]
    return {"Товары": found, "СуммаДокумента": sum(row["Сумма"] for row in found)}


def reconciled(shop: "Shop", order: str) -> dict[str, Any]:
    (row,) = shop.rows(RECONCILED, order)
    return row


def agreeing(revenue: str, margin: str) -> dict[str, Any]:
    """Give what the view says of a shipped order about which both sides say the same."""
    sums = {"revenue": Decimal(revenue), "margin": Decimal(margin)}
    sides = {f"{side}_{name}": value for side in ("due", "sent") for name, value in sums.items()}
    none = {"revenue_difference": Decimal(0), "margin_difference": Decimal(0)}
    return {"state": "shipped", **sums, **sides, **none, "agrees": True}


def test_shipped_less_returned_is_what_calltouch_was_told_shared_documents_included(
    shop: "Shop", desk: "Desk"
) -> None:
    one, other, idle = desk.order(1, 1, {9: 4}), desk.order(2, 2, {9: 1}), desk.order(3, 3, {9: 1})
    shop.run()
    shipment = desk.ship(1, one, {}, **rows_for((one, {9: 3}), (other, {9: 1})))
    desk.give_back(1, shipment, {}, **rows_for((one, {9: 1})))
    shop.run()
    assert reconciled(shop, one) == {"order_amount": Decimal(23600), **agreeing("11800", "2400")}
    assert reconciled(shop, other) == {"order_amount": Decimal(5900), **agreeing("5900", "1200")}
    waiting = reconciled(shop, idle)
    assert [waiting[name] for name in ("state", "order_amount", "revenue", "sent_revenue")] == [
        "created", 5900, 0, 5900,
    ]  # fmt: skip
    assert [waiting[name] for name in ("due_revenue", "due_margin", "revenue_difference", "agrees")] == [
        None
    ] * 4
    desk.change(SHIPMENT, shipment, Posted=False)
    shop.onec.order(unrecord=shipment)
    shop.run()
    gone = reconciled(shop, one)
    assert (gone["revenue"], gone["due_revenue"], gone["due_margin"], gone["agrees"]) == (-5900, 0, 0, True)
    (sums,) = shop.rows(DOCUMENTS)
    assert sums["sold"] == sums["told"]


def test_a_change_that_calltouch_refused_is_the_difference_between_both_sides(
    shop: "Shop", desk: "Desk"
) -> None:
    ref = desk.order(1, 1, {9: 4})
    shop.run()
    desk.ship(1, ref, {9: 1})
    shop.run()
    desk.ship(2, ref, {9: 1}, hour=15)
    shop.calltouch.fault("item", method="update", about=ref, text="Сделка занята")
    shop.run()
    found = reconciled(shop, ref)
    assert (found["state"], found["due_revenue"], found["sent_revenue"]) == ("rejected", 11800, 5900)
    assert (found["revenue_difference"], found["margin_difference"], found["agrees"]) == (5900, 1200, False)
    (refusal,) = shop.rows("select * from mart.v_refusal")
    assert (refusal["pipeline"], refusal["source"], refusal["code"]) == (
        "calltouch_orders",
        "main",
        "REJECTED",
    )
    assert (refusal["records"], refusal["runs"]) == (1, 1)


def test_orders_and_shipments_that_calltouch_knows_nothing_of_are_there_with_nothing_to_compare(
    shop: "Shop", desk: "Desk"
) -> None:
    silent = desk.order(1, 6, {9: 1})
    desk.ship(1, silent, {9: 1})
    shop.run()
    strange = "99999999-0000-4000-8000-000000000001"
    with psycopg.connect(shop.warehouse_url) as connection:
        connection.execute(
            """
            insert into mart.erp_shipment
                (shipment_ref, order_ref, number, shipped_at, posted, deleted, total)
            values (gen_random_uuid(), %s, '9', now(), true, false, 7)
            """,
            [strange],
        )
    found = reconciled(shop, silent)
    assert (found["state"], found["revenue"], found["agrees"]) == ("skipped_no_contact", 5900, None)
    found = reconciled(shop, strange)
    assert (found["state"], found["order_amount"], found["revenue"], found["agrees"]) == (None, None, 7, None)
    (sums,) = shop.rows(DOCUMENTS)
    assert sums["sold"] == sums["told"] == 5907
    assert shop.rows(SALES) == [], "only deals have sources"


def test_sales_are_told_by_the_source_of_the_lead_and_those_without_one_beside_them(
    shop: "Shop", desk: "Desk"
) -> None:
    desk.call(1, 1)
    desk.call(2, 2)
    one, other, unknown = desk.order(1, 1, {9: 2}), desk.order(2, 2, {9: 1}), desk.order(3, 3, {9: 1})
    shop.run()
    desk.ship(1, one, {9: 1})
    shop.run()
    found, nobody = shop.rows(SALES)
    assert [found[name] for name in ("account", "source", "channel", "campaign", "query")] == [
        "main", "Google карты", "offline", "Google", None,
    ]  # fmt: skip
    assert (found["orders"], found["orders_shipped"], found["orders_deleted"]) == (2, 1, 0)
    assert (found["ordered_amount"], found["revenue"], found["margin"]) == (17700, 5900, 1200)
    assert found["month"].day == 1
    assert (nobody["source"], nobody["orders"], nobody["ordered_amount"], nobody["revenue"]) == (
        None,
        1,
        5900,
        0,
    )
    assert {one, other, unknown} == set(shop.deals())


def test_a_client_shows_its_orders_deals_in_calltouch_and_sources(shop: "Shop", desk: "Desk") -> None:
    desk.call(1, 1)
    one = desk.order(1, 1, {9: 2})
    desk.order(2, 1, {9: 1}, hour=11)
    shop.run()
    desk.ship(1, one, {9: 2})
    shop.run()
    (seen,) = shop.rows("select * from mart.v_client_360")
    assert (seen["orders"], seen["orders_amount"], seen["origin"]) == (2, 17700, "calltouch_orders")
    assert (seen["calltouch_deals"], seen["calltouch_shipped"]) == (2, 1)
    assert seen["calltouch_sources"] == ["Google карты"]
    assert (seen["deals"], seen["deals_open"], seen["open_amounts"]) == (2, 2, {})
    assert seen["last_activity_at"] == seen["last_order_at"] == seen["last_deal_at"]
