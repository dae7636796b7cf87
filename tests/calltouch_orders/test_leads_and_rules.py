"""Whose lead a deal is, its funnel, what is written back, which orders are sent (calltouch 6, 7, 10)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER
from sandbox.demo.motor_shop_goods import LANDLINE, SEVERAL_PHONES, contractor, phone, second_phone

if TYPE_CHECKING:
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import Shop

FULL = "Google карты / offline / Google"
SADOVAYA = "Автозапчасти на Садовой"
FULL_FIELD, SHORT_FIELD = "ПолноеНаименованиеИсточникаРекламы", "ИсточникРекламы"


@pytest.fixture
def desk(shop: "Shop") -> "Desk":
    from tests.calltouch_orders.desk import Desk

    return Desk(shop)


def matching(shop: "Shop", ref: str) -> dict[str, Any]:
    """Give by what a deal's lead was looked for."""
    (sent,) = shop.rows("select after from ops.action where key = %s and kind = 'create'", ref)
    params: dict[str, Any] = sent["after"]["matching"][0]["leadContactParams"]
    return params


def order_in_1c(shop: "Shop", ref: str) -> dict[str, Any]:
    row: dict[str, Any] = shop.onec.order(read=CUSTOMER_ORDER, key=ref)["rows"][0]
    return row


def test_all_phones_of_a_contractor_are_looked_for_landlines_too_and_any_finds_the_lead(
    shop: "Shop", desk: "Desk"
) -> None:
    desk.call(1, SEVERAL_PHONES, phones=[second_phone(SEVERAL_PHONES)])
    two, landline = desk.order(1, SEVERAL_PHONES, {1: 1}), desk.order(2, LANDLINE, {1: 1})
    shop.run()
    assert matching(shop, two)["phones"] == [phone(SEVERAL_PHONES), second_phone(SEVERAL_PHONES)]
    assert matching(shop, landline)["phones"] == ["78120001234", phone(LANDLINE)]
    assert shop.deals()[two]["lead"] == {"kind": "call", "id": 1}
    assert order_in_1c(shop, two)[FULL_FIELD] == FULL


def test_without_contacts_an_order_is_left_out_for_good_unless_a_person_sends_it(
    shop: "Shop", desk: "Desk"
) -> None:
    from tests.calltouch_orders.desk import SILENT

    ref = desk.order(1, SILENT, {1: 1})
    run = shop.runs_of(shop.run())["main"]
    assert (run["state"], run["counters"]["skipped_no_contact"]) == ("success", 1)
    shop.onec.order(put={"Catalog_Контрагенты": [contractor(SILENT, known_at_last=True)]})
    desk.change(CUSTOMER_ORDER, ref, Комментарий="дал телефон")
    shop.run()
    assert shop.deals() == {}
    sent = shop.run("manual", mode="send_one", document=ref, account="main")
    assert (sent.state, list(shop.deals())) == ("success", [ref])


def test_a_lead_with_another_tag_is_not_the_orders_lead(shop: "Shop", desk: "Desk") -> None:
    desk.call(1, 1, tags=["Заводская"])
    ref = desk.order(1, 1, {1: 1})
    shop.run()
    assert shop.deals()[ref]["lead"] is None
    assert order_in_1c(shop, ref)[FULL_FIELD] == ""


def test_a_lead_that_comes_after_the_order_is_looked_for_only_when_a_person_asks(
    shop: "Shop", desk: "Desk"
) -> None:
    ref = desk.order(1, 1, {1: 1})
    shop.run()
    desk.call(1, 1)
    shop.run()
    assert shop.deals()[ref]["lead"] is None
    shop.run("manual", mode="send_one", document=ref, account="main", rematch=True)
    assert shop.deals()[ref]["lead"] == {"kind": "call", "id": 1}
    assert order_in_1c(shop, ref)[FULL_FIELD] == FULL


def test_a_lead_found_anew_brings_its_source_in_place_of_ours(shop: "Shop", desk: "Desk") -> None:
    desk.call(1, 1, hours_before=5)
    ref = desk.order(1, 1, {1: 1})
    shop.run()
    assert order_in_1c(shop, ref)[FULL_FIELD] == FULL
    desk.call(2, 1, hours_before=1, source="Яндекс", medium="карты", campaign="Ростов")
    shop.run("manual", mode="send_one", document=ref, account="main", rematch=True)
    assert shop.deals()[ref]["lead"] == {"kind": "call", "id": 2}
    assert order_in_1c(shop, ref)[FULL_FIELD] == "Яндекс / карты / Ростов"


def test_what_a_person_has_put_into_the_order_stays(shop: "Shop", desk: "Desk") -> None:
    desk.call(1, 1)
    desk.call(2, 2)
    typed = desk.order(1, 1, {1: 1}, **{FULL_FIELD: "Знакомые"})
    later = desk.order(2, 2, {1: 1})
    shop.run()
    assert order_in_1c(shop, typed)[FULL_FIELD] == "Знакомые"
    assert order_in_1c(shop, later)[FULL_FIELD] == FULL
    desk.change(CUSTOMER_ORDER, later, **{FULL_FIELD: "Листовка"})
    run = shop.run()
    assert run.state == "success"
    assert order_in_1c(shop, later)[FULL_FIELD] == "Листовка"
    kept = shop.rows("select order_ref::text as ref, kept_value from mart.calltouch_lead_source order by 1")
    assert kept[0] == {"ref": typed, "kept_value": "Знакомые"}


def test_the_source_is_a_text_where_the_configuration_has_a_text(shop: "Shop") -> None:
    from tests.calltouch_orders.desk import Desk

    shop.onec.order(settings={"ad_source": "text"})
    desk = Desk(shop)
    desk.call(1, 1)
    ref = desk.order(1, 1, {1: 1})
    run = shop.run()
    assert (run.state, order_in_1c(shop, ref)[SHORT_FIELD]) == ("success", "Google карты")


RULES: dict[str, dict[str, Any]] = {
    "остальное": {},
    "заказы": {"conditions": {"document_kind": "Заказ покупателя"}},
    "масла": {"conditions": {"nomenclature_kind": "Масла"}, "manual_priority": 2},
    "шины": {"conditions": {"nomenclature_kind": "Шины"}, "manual_priority": 1},
    "масла в заказах": {
        "conditions": {"document_kind": "Заказ покупателя", "nomenclature_kind": "Масла"},
        "manual_priority": 3,
    },
    "одно масло": {
        "conditions": {
            "document_kind": "Заказ покупателя",
            "nomenclature_kind": "Масла",
            "nomenclature": "Масло моторное 5W-40, 4 л",
        },
        "manual_priority": 9,
    },
}


def test_more_conditions_win_then_the_smaller_priority_and_the_catch_all_takes_the_rest(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk

    rules = [
        {"account": "main", "organisation": SADOVAYA, "funnel_name": name} | {"manual_priority": 5} | rule
        for name, rule in RULES.items()
    ]
    shop = open_shop(exchange_rules=rules)
    desk = Desk(shop)
    expected = {
        desk.order(1, 1, {11: 1}, works=True): "остальное",
        desk.order(2, 2, {5: 1}): "заказы",
        desk.order(3, 3, {8: 1, 2: 1}, works=True): "шины",  # as many conditions, 1 goes before 2
        desk.order(4, 4, {8: 1, 2: 1}): "масла в заказах",  # more conditions, however late its priority
        desk.order(5, 5, {2: 1, 1: 1}): "одно масло",
        desk.order(6, 7, {2: 1}, works=True): "масла",
    }
    shop.run()
    assert {ref: deal["funnel"] for ref, deal in shop.deals().items()} == expected


def test_each_account_has_a_deal_of_its_own_and_an_organisation_without_a_rule_has_none(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk

    rules = [
        {"account": name, "organisation": SADOVAYA, "funnel_name": name, "manual_priority": 1}
        for name in ("main", "service")
    ]
    shop = open_shop(exchange_rules=rules)
    desk = Desk(shop)
    both, nobodys = desk.order(1, 1, {1: 1}), desk.order(2, 2, {1: 1}, works=True, account="service")
    shop.run()
    assert [(deal["orderNumber"], deal["funnel"]) for deal in shop.calltouch.deals()] == [
        (both, "main"),
        (both, "service"),
    ]
    assert shop.rows("select 1 from mart.deal where external_id = %s", nobodys), (
        "a client's deal all the same"
    )


def test_of_two_accounts_of_one_order_the_first_writes_its_source_and_no_person_is_blamed(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk

    rules = [
        {"account": name, "organisation": SADOVAYA, "funnel_name": name, "manual_priority": 1}
        for name in ("main", "service")
    ]
    shop = open_shop(exchange_rules=rules)
    desk = Desk(shop)
    desk.call(1, 1)
    desk.call(2, 1, account="service", source="Яндекс", campaign="Карты")
    ref = desk.order(1, 1, {1: 1})
    for _ in range(2):
        assert shop.run().state == "success"
        assert order_in_1c(shop, ref)[FULL_FIELD] == FULL
    assert shop.rows("select account, state from ops.action where target = 'onec'") == [
        {"account": "onec", "state": "done"}
    ]
    kept = "select site_id, state, kept_value, last_error from mart.calltouch_lead_source order by 1"
    assert [(row["state"], row["kept_value"], row["last_error"]) for row in shop.rows(kept)] == [
        ("found", None, None),
        ("found", None, None),
    ]
    told = shop.rows(
        """select outcome, details ->> 'written_by' as by from ops.run_log
        where outcome like 'source%%' order by 1"""
    )
    assert told == [
        {"outcome": "source_found", "by": "main"},
        {"outcome": "source_written", "by": None},
    ]


def test_a_source_that_a_killed_run_of_another_account_has_written_stays(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk

    rules = [
        {"account": name, "organisation": SADOVAYA, "funnel_name": name, "manual_priority": 1}
        for name in ("main", "service")
    ]
    shop = open_shop(exchange_rules=rules)
    desk = Desk(shop)
    desk.call(1, 1)
    ref = desk.order(1, 1, {1: 1})
    shop.run()
    shop.rows(
        """with open_again as (delete from ops.action where target = 'onec')
        update mart.calltouch_lead_source
        set written_back_at = null, written_short = null, written_value = null
        where state = 'found' returning 1"""
    )
    desk.call(2, 1, account="service", source="Яндекс", campaign="Карты")
    shop.run("manual", mode="send_one", document=ref, account="service", rematch=True)
    assert order_in_1c(shop, ref)[FULL_FIELD] == FULL
    sources = shop.rows("select source, kept_value from mart.calltouch_lead_source order by source")
    assert sources == [
        {"source": "Google карты", "kept_value": None},
        {"source": "Яндекс", "kept_value": None},
    ]


def test_a_write_that_a_run_now_over_has_left_open_is_planned_anew(shop: "Shop", desk: "Desk") -> None:
    from tests.calltouch_orders.dag_run import DagRun

    desk.call(1, 1)
    ref = desk.order(1, 1, {1: 1})
    DagRun().go_on(until="write_sources")
    assert shop.rows("select state from ops.action where target = 'onec'") == [{"state": "planned"}]
    shop.rows("update ops.run set state = 'failed' where state = 'running' returning 1")
    assert shop.run().state == "success"
    assert order_in_1c(shop, ref)[FULL_FIELD] == FULL
    states = shop.rows("select state from ops.action where target = 'onec' order by action_id")
    assert [row["state"] for row in states] == ["skipped", "done"]


def test_sources_are_planned_once_when_their_task_is_done_again(shop: "Shop", desk: "Desk") -> None:
    from tests.calltouch_orders.dag_run import DagRun

    desk.call(1, 1)
    ref = desk.order(1, 1, {1: 1})
    run = DagRun()
    run.go_on(until="write_sources")
    run.states.pop("exchange.find_sources[0]")  # it was killed after its commit
    run.go_on()
    assert (run.state, run.errors) == ("success", {})
    assert order_in_1c(shop, ref)[FULL_FIELD] == FULL
    assert shop.rows("select state from ops.action where target = 'onec'") == [{"state": "done"}]


def test_of_a_record_no_personal_data_is_kept(shop: "Shop", desk: "Desk") -> None:
    desk.call(1, 1)
    desk.order(1, 1, {1: 1})
    shop.run()
    (row,) = shop.rows("select raw from mart.calltouch_lead_source")
    assert not {"client", "callerNumber", "phoneNumber"} & row["raw"].keys()
    assert row["raw"]["visit"]["source"] == "Google карты"


def test_settings_say_what_becomes_of_derived_deleted_and_foreign_money_orders(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk, based_on
    from tests.calltouch_orders.shop import settings

    profiles = settings()["profiles"]
    profile = profiles["dalion_default"]
    profile["header"] |= {"base": "ДокументОснование", "rate": "КурсВзаиморасчетов"}
    profile["catalogs"]["currencies"] = "Catalog_Валюты"
    ways = {"skip_derived_orders": True, "deleted_status": "Удалён", "create_revenue": "zero"}
    shop = open_shop(profiles=profiles, **ways)
    desk = Desk(shop)
    dollars = {"Ref_Key": "0c1d6a31-6d41-11ec-80d1-2c44fd8322a7", "Code": "840", "Description": "USD"}
    shop.onec.order(put={"Catalog_Валюты": [dollars]})
    first = desk.order(1, 1, {1: 1})
    derived = desk.order(2, 2, {1: 1}, **based_on(CUSTOMER_ORDER, first))
    abroad = desk.order(3, 3, {1: 1}, Валюта_Key=dollars["Ref_Key"], КурсВзаиморасчетов=90.5)
    shipped = {"Валюта_Key": dollars["Ref_Key"], "КурсВзаиморасчетов": 90.5}
    desk.ship(1, abroad, {1: 1}, **shipped)
    shop.run()
    assert shop.deals()[first]["revenue"] == "0.00"
    assert derived not in shop.deals()
    assert (shop.deals()[abroad]["revenue"], shop.deals()[abroad]["currency"]) == ("289600.00", "rub")
    assert shop.deals()[abroad]["margin"] == "750.00", "the register's sums are roubles as they stand"
    shop.onec.order(mark=first)
    shop.run()
    assert shop.deals()[first]["status"] == "Удалён"


def test_orders_that_something_else_puts_into_the_mart_are_sent_like_those_that_are_read(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk

    read = open_shop()
    ref = Desk(read).order(1, 1, {8: 4})
    assert read.run().state == "success"
    sent = read.deals()[ref]
    shop = open_shop(onec={"source": "mart", "connection": "onec"})
    shop.rows(
        """with gone as (delete from mart.calltouch_deal), nobody as (delete from mart.calltouch_lead_source),
        orphans as (delete from mart.deal)
        update mart.erp_order set client_id = null, deal_id = null returning 1"""
    )
    run = shop.run()
    assert (run.state, shop.deals()) == ("success", {ref: sent})
    assert shop.rows("select deal_id is not null as known from mart.erp_order") == [{"known": True}]
    assert shop.onec.order(read="calls")["history"] == []
