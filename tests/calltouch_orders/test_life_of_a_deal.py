"""What happens to an order in 1C, and what of it Calltouch is told (calltouch 11): end to end."""

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER, WORK_ORDER, sections

if TYPE_CHECKING:
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import Shop

NEW, SENT = "Оформлен заказ", "Заказ отгружен"


@pytest.fixture
def desk(shop: "Shop") -> "Desk":
    from tests.calltouch_orders.desk import Desk

    return Desk(shop)


def told(shop: "Shop", ref: str) -> tuple[Any, ...]:
    """Give what Calltouch holds of an order: status, revenue, margin; and how often it was updated."""
    deal = shop.deals(ids=True)[ref]
    return deal["status"], deal["revenue"], deal.get("margin"), deal["updates"]


def outcome(shop: "Shop", ref: str) -> list[Any]:
    """Give what the latest run has said of an order."""
    rows = shop.rows(
        "select run_id, outcome, codes from ops.run_log where record_key = %s order by run_id desc, seq desc",
        ref,
    )
    return [rows[0]["outcome"], *rows[0]["codes"]] if rows else []


def test_an_edit_after_creation_sends_nothing_whatever_was_changed(shop: "Shop", desk: "Desk") -> None:
    ref = desk.order(1, 1, {1: 1})
    shop.run()
    edited = sections({8: 4, 2: 1}, works=False)
    desk.change(CUSTOMER_ORDER, ref, Date=desk.at(8), Комментарий="позвонить", **edited)
    again = shop.run()
    assert again.state == "success"
    assert shop.runs_of(again)["1C"]["counters"]["changed"] == 1
    assert told(shop, ref) == (NEW, "3200.00", None, 0)


def test_an_empty_order_is_sent_at_once_and_gets_funnel_tags_and_sums_when_shipped(
    shop: "Shop", desk: "Desk"
) -> None:
    ref = desk.order(1, 1, {})
    shop.run()
    assert told(shop, ref) == (NEW, "0.00", None, 0)
    assert (shop.deals()[ref]["funnel"], shop.deals()[ref]["tags"]) == ("Магазин на Садовой", [])
    desk.change(CUSTOMER_ORDER, ref, **sections({8: 4}, works=False))
    desk.ship(1, ref, {8: 4})
    shop.run()
    assert told(shop, ref) == (SENT, "21602.00", "4200.00", 1)
    assert (shop.deals()[ref]["funnel"], shop.deals()[ref]["tags"]) == ("Шины", ["Шины"])


def test_partial_shipments_add_up_and_returns_are_taken_off_down_to_nothing(
    shop: "Shop", desk: "Desk"
) -> None:
    ref = desk.order(1, 1, {9: 4})
    shop.run()
    first = desk.ship(1, ref, {9: 1})
    shop.run()
    assert told(shop, ref) == (SENT, "5900.00", "1200.00", 1)
    began = shop.deals()[ref]["statusDate"]
    second = desk.ship(2, ref, {9: 3}, hour=15)
    shop.run()
    assert told(shop, ref) == (SENT, "23600.00", "4800.00", 2)
    desk.give_back(1, second, {9: 2})
    shop.run()
    assert told(shop, ref) == (SENT, "11800.00", "2400.00", 3)
    desk.give_back(2, second, {9: 1})
    desk.give_back(3, first, {9: 1})
    shop.run()
    assert told(shop, ref) == (SENT, "0.00", "0.00", 4)
    assert shop.deals()[ref]["statusDate"] == began
    desk.give_back(4, first, {9: 1})  # more than was ever shipped
    shop.run()
    assert shop.deals()[ref]["revenue"] == "0.00"


def test_a_return_made_before_the_shipment_was_told_leaves_one_update_with_what_is_left(
    shop: "Shop", desk: "Desk"
) -> None:
    ref = desk.order(1, 1, {9: 4})
    shop.run()
    desk.give_back(1, desk.ship(1, ref, {9: 4}), {9: 3})
    shop.run()
    assert told(shop, ref) == (SENT, "5900.00", "1200.00", 1)


def test_a_shipment_or_a_return_that_is_unposted_counts_no_more(shop: "Shop", desk: "Desk") -> None:
    ref = desk.order(1, 1, {9: 4})
    shipment = desk.ship(1, ref, {9: 4})
    returned = desk.give_back(1, shipment, {9: 1})
    shop.run()
    assert told(shop, ref) == (SENT, "17700.00", "3600.00", 1)
    shop.onec.order(unpost=returned)
    shop.run()
    assert told(shop, ref) == (SENT, "23600.00", "4800.00", 2)
    shop.onec.order(unpost=shipment)
    shop.run()
    assert told(shop, ref) == (SENT, "0.00", "0.00", 3)
    assert outcome(shop, ref) == ["changed", "SUMS_CHANGED", "UNPOSTED_AFTER_SHIPMENT"]
    shop.onec.order(post=shipment)
    shop.run()
    assert told(shop, ref) == (SENT, "23600.00", "4800.00", 4)


def test_a_draft_of_a_shipment_tells_nothing(shop: "Shop", desk: "Desk") -> None:
    ref = desk.order(1, 1, {9: 4})
    desk.ship(1, ref, {9: 4}, Posted=False)
    shop.run()
    assert told(shop, ref) == (NEW, "23600.00", None, 0)


def test_a_closed_work_order_is_its_own_shipment(shop: "Shop", desk: "Desk") -> None:
    ref = desk.order(1, 1, {11: 1, 1: 1}, works=True, account="service")
    shop.run()
    assert told(shop, ref) == (NEW, "4100.00", None, 0)
    desk.close(ref)
    shop.run()
    assert told(shop, ref) == (SENT, "4100.00", "1650.00", 1)


def test_a_closed_work_order_that_is_unposted_is_no_shipment(shop: "Shop", desk: "Desk") -> None:
    ref = desk.order(1, 1, {11: 1, 1: 1}, works=True, account="service", Posted=False)
    desk.change(WORK_ORDER, ref, ДатаЗакрытия=desk.at(17))
    shop.run()
    assert told(shop, ref) == (NEW, "4100.00", None, 0)
    shop.onec.order(post=ref)
    shop.run()
    assert told(shop, ref) == (SENT, "4100.00", "1650.00", 1)
    shop.onec.order(unpost=ref)
    shop.run()
    assert told(shop, ref) == (SENT, "0.00", "0.00", 2)
    assert "UNPOSTED_AFTER_SHIPMENT" in outcome(shop, ref)


def test_a_profit_that_is_not_known_is_never_sent_as_nothing(shop: "Shop", desk: "Desk") -> None:
    ref = desk.order(1, 1, {9: 4})
    shop.onec.order(unrecord=desk.ship(1, ref, {9: 4}))
    shop.run()
    assert told(shop, ref) == (SENT, "23600.00", None, 1)
    assert "MARGIN_UNKNOWN" in outcome(shop, ref)


def test_an_order_shipped_before_it_was_seen_is_created_and_then_shipped_in_one_run(
    shop: "Shop", desk: "Desk"
) -> None:
    ref = desk.order(1, 1, {9: 4})
    desk.ship(1, ref, {9: 4})
    shop.run()
    assert [call["method"] for call in shop.calltouch.calls()][:2] == ["create", "update"]
    assert told(shop, ref) == (SENT, "23600.00", "4800.00", 1)


def test_documents_marked_for_deletion_count_no_more_and_the_deal_stays(shop: "Shop", desk: "Desk") -> None:
    kept, gone = desk.order(1, 1, {9: 4}), desk.order(2, 2, {1: 1})
    shipment = desk.ship(1, kept, {9: 4})
    shop.run()
    shop.onec.order(mark=[gone, shipment])
    shop.run()
    assert told(shop, kept) == (SENT, "0.00", "0.00", 2)
    assert told(shop, gone) == (NEW, "3200.00", None, 0)


def test_a_sale_that_leads_to_no_order_is_told_and_harms_nobody(shop: "Shop", desk: "Desk") -> None:
    ref = desk.order(1, 1, {9: 4})
    nowhere = {"ДокументОснование": "", "ДокументОснование_Type": "StandardODATA.Undefined"}
    desk.ship(1, ref, {9: 4}, **nowhere)
    desk.give_back(1, ref, {9: 4}, **nowhere)
    run = shop.run()
    assert told(shop, ref) == (NEW, "23600.00", None, 0)
    reading = shop.runs_of(run)["1C"]["run_id"]
    codes = shop.rows("select unnest(codes) as code from ops.run_log where run_id = %s", reading)
    assert {"UNATTRIBUTED_SHIPMENT", "UNATTRIBUTED_RETURN"} <= {row["code"] for row in codes}
