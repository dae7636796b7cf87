"""A shipment of several orders, and its returns: each order gets what its rows say (onec-odata B5)."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml

from include.paths import SETTINGS_DIR
from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER, INVOICE, RETURN, SHIPMENT, WORK_ORDER, sections

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import Shop

INVOICE_REF = "77777777-0000-4000-8000-000000000001"
EMPTY = "00000000-0000-0000-0000-000000000000"
PLAIN = {"section": "Товары", "order": "ЗаказПокупателя", "sum": "Сумма"}
COMPOSITE = {"section": "Товары", "order": "Заказ", "sum": "Сумма"}
Rows = list[dict[str, Any]]


def profiles(*lines: Mapping[str, Any]) -> dict[str, Any]:
    ours = yaml.safe_load((SETTINGS_DIR / "calltouch_orders.yaml").read_text(encoding="utf-8"))["profiles"]
    for sale in ("shipments", "returns"):
        ours["dalion_default"][sale]["lines"] = [dict(line) for line in lines]
    return dict(ours)


@pytest.fixture
def shop(open_shop: "Callable[..., Shop]") -> "Shop":
    return open_shop(profiles=profiles(PLAIN))


@pytest.fixture
def desk(shop: "Shop") -> "Desk":
    from tests.calltouch_orders.desk import Desk

    return Desk(shop)


def rows_for(*orders: tuple[str | None, Mapping[int, float]]) -> dict[str, Any]:
    """Give the rows of a document for several orders, and its sum."""
    found: Rows = []
    for order, lines in orders:
        own = sections(lines, None)["Товары"]
        found += [{**row, "ЗаказПокупателя_Key": order or EMPTY} for row in own]
    return {"Товары": found, "СуммаДокумента": sum(row["Сумма"] for row in found)}


def sums(shop: "Shop", *orders: str) -> list[tuple[str, str | None]]:
    """Give the revenue and the margin that Calltouch holds of orders."""
    deals = shop.deals()
    return [(deals[order]["revenue"], deals[order].get("margin")) for order in orders]


def change(shop: "Shop", *statements: str) -> None:
    with psycopg.connect(shop.warehouse_url) as connection:
        for statement in statements:
            connection.execute(statement)


def two_orders(shop: "Shop", desk: "Desk") -> tuple[str, str]:
    """Make two orders and let Calltouch know them."""
    one, other = desk.order(1, 1, {9: 4}), desk.order(2, 2, {9: 1})
    shop.run()
    return one, other


def test_each_order_gets_the_rows_that_name_it_and_the_rest_goes_to_the_order_of_the_header(
    shop: "Shop", desk: "Desk"
) -> None:
    one, other = two_orders(shop, desk)
    desk.ship(1, one, {}, **rows_for((other, {9: 1}), (one, {9: 2}), (None, {9: 1})))
    assert shop.run().state == "success"
    assert sums(shop, one, other) == [("17700.00", "3600.00"), ("5900.00", "1200.00")]
    assert {deal["status"] for deal in shop.deals().values()} == {"Заказ отгружен"}


def test_a_total_that_the_rows_do_not_come_to_is_shared_out_to_the_kopeck(shop: "Shop", desk: "Desk") -> None:
    one, other = two_orders(shop, desk)
    rows = rows_for((one, {9: 1}), (other, {9: 2})) | {"СуммаДокумента": 100.01}
    shipment = desk.ship(1, one, {}, **rows)
    shop.run()
    assert sums(shop, one, other) == [("33.34", "1200.00"), ("66.67", "2400.00")]
    shop.onec.order(unrecord=shipment)
    desk.change(SHIPMENT, shipment, Комментарий="без записей", Posted=True)
    shop.onec.order(unrecord=shipment)
    shop.run()
    assert sums(shop, one, other) == [("33.34", "1200.00"), ("66.67", "2400.00")]  # unknown is left out


def test_a_return_is_shared_out_by_its_own_rows_else_as_its_shipment(shop: "Shop", desk: "Desk") -> None:
    one, other = two_orders(shop, desk)
    shipment = desk.ship(1, one, {}, **rows_for((one, {9: 1}), (other, {9: 3})))
    shop.run()
    assert sums(shop, one, other) == [("5900.00", "1200.00"), ("17700.00", "3600.00")]
    silent = desk.give_back(1, shipment, {9: 1})
    shop.run()
    assert sums(shop, one, other) == [("4425.00", "900.00"), ("13275.00", "2700.00")]
    desk.change(RETURN, silent, **rows_for((one, {9: 1})))
    shop.run()
    assert sums(shop, one, other) == [("0.00", "0.00"), ("17700.00", "3600.00")]
    desk.change(RETURN, silent, **rows_for((other, {9: 1})))
    shop.run()
    assert sums(shop, one, other) == [("5900.00", "1200.00"), ("11800.00", "2400.00")]


def test_rows_that_move_to_another_order_change_both_and_the_return_that_follows(
    shop: "Shop", desk: "Desk"
) -> None:
    one, other = two_orders(shop, desk)
    shipment = desk.ship(1, one, {}, **rows_for((one, {9: 2}), (other, {9: 2})))
    desk.give_back(1, shipment, {9: 2})
    shop.run()
    assert sums(shop, one, other) == [("5900.00", "1200.00"), ("5900.00", "1200.00")]
    desk.change(SHIPMENT, shipment, **rows_for((one, {9: 1}), (other, {9: 3})))
    shop.run()
    assert sums(shop, one, other) == [("2950.00", "600.00"), ("8850.00", "1800.00")]
    desk.change(SHIPMENT, shipment, **rows_for((one, {9: 4})))
    shop.run()
    assert sums(shop, one, other) == [("11800.00", "2400.00"), ("0.00", "0.00")]
    assert shop.rows("select * from mart.erp_sale_part") == []
    shop.onec.order(unpost=shipment)
    shop.run()
    assert sums(shop, one, other) == [("0.00", "0.00"), ("0.00", "0.00")]


def test_rows_of_a_composite_attribute_name_orders_of_either_kind(open_shop: "Callable[..., Shop]") -> None:
    from tests.calltouch_orders.desk import Desk

    shop = open_shop(profiles=profiles(COMPOSITE))
    desk = Desk(shop)
    order, work = desk.order(1, 1, {9: 1}), desk.order(2, 2, {11: 1}, works=True, account="service")
    rows: Rows = sections({9: 1, 8: 4, 1: 1}, None)["Товары"]
    kinds = (CUSTOMER_ORDER, WORK_ORDER, INVOICE)
    for row, kind, ref in zip(rows, kinds, (order, work, order), strict=True):
        row |= {"Заказ": ref, "Заказ_Type": f"StandardODATA.{kind}"}
    desk.ship(1, order, {}, Товары=rows, СуммаДокумента=sum(row["Сумма"] for row in rows))
    assert shop.run().state == "success"
    assert [revenue for revenue, _ in sums(shop, order, work)] == ["9100.00", "21602.00"]


def test_a_profile_that_is_told_of_rows_later_reads_what_is_known_anew(
    open_shop: "Callable[..., Shop]", tmp_path: "Path"
) -> None:
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import settings

    shop = open_shop()
    desk = Desk(shop)
    one, other = two_orders(shop, desk)
    desk.ship(1, one, {}, **rows_for((one, {9: 1}), (other, {9: 1})))
    shop.run()
    assert sums(shop, one, other) == [("11800.00", "2400.00"), ("5900.00", None)]  # the header's gets all
    told = yaml.safe_dump(settings(profiles=profiles(PLAIN)), allow_unicode=True)
    (tmp_path / "calltouch_orders.yaml").write_text(told, encoding="utf-8")
    first = shop.run()
    assert sums(shop, one, other) == [("5900.00", "1200.00"), ("5900.00", "1200.00")]
    assert shop.runs_of(first)["1C"]["counters"]["changed"] == 3
    again = shop.run()
    assert shop.runs_of(again)["1C"]["counters"]["changed"] == 0


def test_one_order_by_hand_finds_shipments_by_their_rows_and_those_that_are_known(
    shop: "Shop", desk: "Desk"
) -> None:
    one, other = two_orders(shop, desk)
    shop.onec.order(put={INVOICE: [invoice(desk, other)]})
    through = desk.ship(1, other, {9: 1}, **based_on_invoice())
    shop.run()
    assert sums(shop, other) == [("5900.00", "1200.00")]
    desk.ship(2, one, {}, **rows_for((one, {9: 1}), (other, {9: 2})))
    desk.change(SHIPMENT, through, **rows_for((None, {9: 3})))
    done = shop.run("manual", mode="send_one", document=other, account="main")
    assert done.state == "success"
    assert sums(shop, one, other) == [("23600.00", None), ("29500.00", "6000.00")]
    shop.run()
    assert sums(shop, one) == [("5900.00", "1200.00")]


def test_a_number_of_two_orders_that_share_a_shipment_is_asked_about(shop: "Shop", desk: "Desk") -> None:
    one = desk.order(1, 1, {9: 1})
    other = desk.order(2, 2, {9: 1}, Number="ТС00-000001")
    desk.ship(1, one, {}, **rows_for((one, {9: 1}), (other, {9: 1})))
    asked = shop.run("manual", mode="send_one", document="ТС00-000001", account="main")
    assert shop.runs_of(asked)["1C"]["state"] == "success"
    assert [str(fault) for fault in asked.errors.values() if "несколько" in str(fault)]
    assert shop.rows("select count(*)::int as n from mart.erp_sale_part") == [{"n": 2}]


def test_rows_that_something_else_has_put_into_the_mart_count_as_well(shop: "Shop", desk: "Desk") -> None:
    one, other = two_orders(shop, desk)
    shipment = desk.ship(1, one, {9: 3})
    shop.run()
    assert sums(shop, one, other) == [("17700.00", "3600.00"), ("5900.00", None)]
    parts = "insert into mart.erp_sale_part values ('{0}', 1, '{1}', 1), ('{0}', 2, null, 2)"
    change(shop, parts.format(shipment, other))
    shop.run()
    assert sums(shop, one, other) == [("11800.00", "2400.00"), ("5900.00", "1200.00")]
    change(shop, "update mart.erp_sale_part set amount = 2 where part_no = 1")
    shop.run()
    assert sums(shop, one, other) == [("8850.00", "1800.00"), ("8850.00", "1800.00")]
    change(shop, "update mart.erp_shipment set total = 17700.01")
    shop.run()
    assert sorted(revenue for revenue, _ in sums(shop, one, other)) == ["8850.00", "8850.01"]
    change(shop, "update mart.erp_shipment set total = 17700")
    columns = "return_ref, shipment_ref, number, returned_at, posted, deleted, total, profit"
    values = f"gen_random_uuid(), '{shipment}', '1', now(), true, false, 100, null"
    returned = f"insert into mart.erp_return ({columns}) values ({values})"
    change(shop, returned)
    shop.run()
    assert sums(shop, one, other) == [("8800.00", "1800.00"), ("8800.00", "1800.00")]
    change(shop, "delete from mart.erp_return", "delete from mart.erp_sale_part where part_no = 1")
    shop.run()
    assert sums(shop, one, other) == [("17700.00", "3600.00"), ("0.00", "0.00")]
    change(shop, "delete from mart.erp_sale_part")
    shop.run()
    assert sums(shop, one, other) == [("17700.00", "3600.00"), ("0.00", "0.00")]


def test_rows_of_nobody_are_told_and_count_for_nobody(shop: "Shop", desk: "Desk") -> None:
    one, other = two_orders(shop, desk)
    nobody = {"ДокументОснование": EMPTY, "ДокументОснование_Type": "StandardODATA.Undefined"}
    shipment = desk.ship(1, one, {}, **nobody, **rows_for((other, {9: 1}), (None, {9: 1})))
    attributed = desk.ship(2, one, {}, **nobody, **rows_for((one, {9: 1})))
    desk.give_back(1, attributed, {9: 1})
    run = shop.run()
    assert sums(shop, one, other) == [("0.00", "0.00"), ("5900.00", "1200.00")]
    logged = shop.rows(
        "select record_key, codes[1] as code from ops.run_log where run_id = %s and record_key is not null",
        shop.runs_of(run)["1C"]["run_id"],
    )
    assert logged == [{"record_key": shipment, "code": "PART_UNATTRIBUTED"}]


def test_a_part_for_an_order_that_was_left_out_is_told_when_the_staged_rows_have_made_room(
    shop: "Shop", desk: "Desk"
) -> None:
    from tests.calltouch_orders.dag_run import DagRun
    from tests.calltouch_orders.desk import SILENT

    one, other = desk.order(1, 1, {9: 4}), desk.order(2, SILENT, {9: 1})
    shop.run()
    desk.ship(1, one, {}, **rows_for((one, {9: 1}), (other, {9: 1})))
    run = DagRun(time_passes=shop.time_passes).go_on(until="plan_deals")
    change(shop, "select stage.make_room(0)")
    assert run.go_on().state == "success"
    counters = shop.runs_of(run)["main"]["counters"]
    assert (counters["shipped"], counters["no_deal"], counters["unchanged"]) == (1, 1, 0)


def test_a_dry_run_shares_out_as_a_real_one_does(shop: "Shop", desk: "Desk") -> None:
    one, other = two_orders(shop, desk)
    desk.ship(1, one, {}, **rows_for((one, {9: 1}), (other, {9: 1})))
    dry, real = shop.run("manual", dry_run=True), shop.run()
    planned = "select key, after from ops.action where run_id = %s and kind = 'update' order by key"
    plans = [shop.rows(planned, shop.runs_of(run)["main"]["run_id"]) for run in (dry, real)]
    assert plans[0] == plans[1]
    assert [row["after"]["revenue"] for row in plans[0]] == ["5900.00", "5900.00"]


def invoice(desk: "Desk", order: str) -> dict[str, Any]:
    """Give an invoice of an order, which a shipment may be made from."""
    from tests.calltouch_orders.desk import based_on

    row = {
        "Ref_Key": INVOICE_REF,
        "Date": desk.at(11),
        "Number": "С-1",
        "Posted": True,
        "СуммаДокумента": 5900,
    }
    return row | based_on(CUSTOMER_ORDER, order)


def based_on_invoice() -> dict[str, str]:
    from tests.calltouch_orders.desk import based_on

    return based_on(INVOICE, INVOICE_REF)
