"""
The filter over an account as it was really read: each operator on each kind of field, who comes and goes.

Each case judges the leads that one run of the DAG has put into the warehouse; what a rule lets into the marts
is shown by whole runs.
"""

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.steps.amocrm_statuses import Statuses
from plugins.steps.amocrm_statuses_judging import judge
from plugins.warehouse import Warehouse
from tests.amocrm_account import (
    HOUR,
    LOST,
    RENEWAL,
    RENEWALS,
    SALES,
    SETTINGS,
    WON,
    AccountAtHand,
    write_settings,
)
from tests.amocrm_statuses.every_field import (
    BIRTHDAY,
    CHAIN,
    COST,
    DAY,
    FIRM,
    FULL,
    KIND,
    LINK,
    MOMENT,
    NDA,
    NEWS,
    NOTE,
    ONE,
    PLACE,
    PRODUCTS,
    RADIO,
    SUM,
    TEXT,
    THREE,
    TWO,
    UTM_SOURCE,
    YM_UID,
    opened,
    rule,
)


@pytest.fixture
def account(tmp_path: Any, warehouse_url: str) -> Iterator[AccountAtHand]:
    with opened(tmp_path, warehouse_url) as account:
        yield account


BOTH, ALL, NOBODY = {ONE, TWO}, {ONE, TWO, THREE}, set[int]()
CASES: list[tuple[int | str, str, str, set[int]]] = [
    (TEXT, "equals", "ёж И КО", {ONE}),
    (TEXT, "equals", unicodedata.normalize("NFD", "Ёж и ко"), {ONE}),
    (TEXT, "equals", "Еж и ко", NOBODY),
    (TEXT, "contains", "ёж", {ONE}),
    (TEXT, "contains", "SITE", {TWO}),
    (TEXT, "not_contains", "SITE", {ONE, THREE}),
    (COST, "equals", "1234.5", {ONE}),
    (COST, "equals", "1 234,500", {ONE}),
    (COST, "not_equals", "1234.5", {TWO, THREE}),
    (COST, "gt", "1234.49", {ONE}),
    (COST, "gte", "1234,50", {ONE}),
    (COST, "lt", "100000", {ONE}),
    (COST, "lte", "1234.50", {ONE}),
    (SUM, "equals", "10", {ONE}),
    (SUM, "lt", "0", {TWO}),
    (KIND, "equals", "НОВЫЙ", {ONE}),
    (KIND, "equals", "2200302", {TWO}),
    (KIND, "not_equals", "2200302", {ONE, THREE}),
    (KIND, "contains", "стар", {TWO}),
    (RADIO, "equals", "ип", {TWO}),
    (RADIO, "not_contains", "ип", {ONE, THREE}),
    (PRODUCTS, "equals", "wms", BOTH),
    (PRODUCTS, "equals", "2200310", {ONE}),
    (PRODUCTS, "not_equals", "ERP", {TWO, THREE}),
    (PRODUCTS, "contains", "er", {ONE}),
    (DAY, "equals", "2026-01-31", {ONE}),
    (DAY, "gt", "31.01.2026", {TWO}),
    (DAY, "gte", "2026-01-31", BOTH),
    (DAY, "lt", "2026-02-01", {ONE}),
    (DAY, "lte", "2026-01-30", NOBODY),
    (DAY, "not_equals", "2026-01-31", {TWO, THREE}),
    (MOMENT, "equals", "2026-02-01", BOTH),
    (MOMENT, "equals", "2026-01-31T21:30:00Z", {ONE}),
    (MOMENT, "gt", "2026-02-01T00:30", {TWO}),
    (MOMENT, "lt", "2026-02-01", NOBODY),
    (BIRTHDAY, "equals", "1990-05-01", {ONE}),
    (BIRTHDAY, "gte", "1990-05-02", {TWO}),
    (NDA, "equals", "да", {ONE}),
    (NDA, "equals", "нет", {TWO, THREE}),
    (NDA, "not_equals", "true", {TWO, THREE}),
    (LINK, "contains", "EXAMPLE.ORG", BOTH),
    (LINK, "equals", "https://example.org/A", {ONE}),
    (NOTE, "contains", "два", {ONE}),
    (PLACE, "equals", "101000", {ONE}),
    (PLACE, "contains", "твер", {TWO}),
    (FIRM, "contains", "ромашка", {ONE}),
    (FIRM, "equals", "7700000000", {ONE}),
    (CHAIN, "equals", "77", {ONE}),
    (NEWS, "equals", "Тень", {TWO}),
    (NEWS, "not_equals", "тень", {ONE, THREE}),
    ("tag", "equals", "vip", {ONE}),
    ("tag", "contains", "са", {TWO}),
    ("tag", "not_equals", "чат", {ONE, THREE}),
    ("price", "equals", "1000.0", {ONE}),
    ("price", "gte", "1 000", BOTH),
    ("price", "lt", "0,5", {THREE}),
    ("pipeline_id", "equals", str(SALES), BOTH),
    ("pipeline_id", "not_equals", str(SALES), {THREE}),
    ("status_id", "equals", f"{RENEWALS}/{RENEWAL}", {THREE}),
    ("responsible_user_id", "equals", "9100002", {THREE}),
    ("created_at", "equals", "2026-02-01", {ONE}),
    ("created_at", "lte", "2026-01-31", {TWO, THREE}),
    ("utm_source", "equals", "YANDEX", {ONE}),
    ("utm_source", "not_contains", "VK", {ONE, THREE}),
    ("ym_uid", "equals", "18", {TWO}),
]
EMPTY = [*FULL.keys() - {UTM_SOURCE, YM_UID, NDA}, "tag", "utm_source", "ym_uid"]


def test_every_operator_on_every_kind_of_field(account: AccountAtHand) -> None:
    assert account.run("manual").state == "success"
    wrong = []
    with psycopg.connect(account.warehouse_url) as connection:
        warehouse = Warehouse(connection)
        cases = [(told, operator, [value], kept) for told, operator, value, kept in CASES]
        cases += [(told, "is_empty", [], {THREE}) for told in EMPTY]
        cases += [(told, "not_empty", [], BOTH) for told in EMPTY]
        cases += [(NDA, "is_empty", [], {TWO, THREE}), (NDA, "not_empty", [], {ONE})]
        for told, operator, values, kept in cases:
            found = judged(warehouse, rule(told, operator, *values))
            left = judged(warehouse, rule(told, operator, *values, action="exclude"))
            if (found, left) != (kept, ALL - kept):
                wrong.append((told, operator, values, found, left))
    assert wrong == []


def judged(warehouse: Warehouse, *rules: dict[str, Any]) -> set[int]:
    """Give the leads that rules let through."""
    settings = AmocrmStatusesSettings.model_validate({"filter": {"rules": list(rules)}})
    job = Statuses(1, settings, datetime.now(UTC))
    run = warehouse.connection.execute
    with warehouse.transaction():
        run("delete from stage.amocrm_statuses_affected")
        run(
            "insert into stage.amocrm_statuses_affected (run_id, lead_id, is_kept, was_deleted) "
            "select 1, lead_id, true, false from mart.amocrm_lead"
        )
        judge(warehouse, job)
        kept = run("select lead_id from stage.amocrm_statuses_affected where is_kept").fetchall()
    return {row[0] for row in kept}


def in_marts(account: AccountAtHand) -> set[int]:
    return {row["lead_id"] for row in account.rows("select lead_id from mart.amocrm_lead_funnel_state")}


def set_filter(folder: Any, *rules: dict[str, Any], match: str = "all") -> None:
    write_settings(folder, {**SETTINGS, "filter": {"match": match, "rules": list(rules)}})


def test_a_lead_whose_value_changes_leaves_and_comes_back_with_its_history(
    account: AccountAtHand, tmp_path: Any
) -> None:
    set_filter(tmp_path, rule(TEXT, "equals", "site-17"))
    account.run("manual")
    assert in_marts(account) == {TWO}
    account.crm.order(set={TWO: {"fields": {TEXT: "site-18"}}, THREE: {"fields": {TEXT: "SITE-17"}}})
    run = account.run("manual")
    assert in_marts(account) == {THREE}
    assert {"entered": 1, "left": 1}.items() <= account.counters(run).items()
    assert account.rows("select lead_id from mart.amocrm_lead order by 1") == [
        {"lead_id": lead_id} for lead_id in (ONE, TWO, THREE)
    ]  # what was read stays
    account.crm.order(move={TWO: [SALES, WON]})  # while it is out
    account.an_hour_passes()
    account.run("manual")
    account.crm.order(set={TWO: {"fields": {TEXT: "site-17"}}})
    account.run("manual")
    assert in_marts(account) == {TWO, THREE}
    passed = account.rows(
        "select container_id, kind from mart.amocrm_lead_container_pass where lead_id = 2 order by position"
    )
    assert [tuple(row.values()) for row in passed] == [
        ("new", "implied"), ("quote", "visited"), ("contract", "implied"), ("won", "visited"),
    ]  # fmt: skip


def test_another_filter_builds_the_marts_anew_without_reading(account: AccountAtHand, tmp_path: Any) -> None:
    account.run("manual")
    assert in_marts(account) == ALL
    site, dear = rule(TEXT, "contains", "site"), rule("price", "gt", "0")
    for rules, match, kept in (
        ([site, dear], "all", {TWO}),
        ([site, dear], "any", BOTH),
        ([rule("tag", "equals", "vip", action="exclude")], "all", {TWO, THREE}),
        ([dear, rule("tag", "equals", "vip", action="exclude")], "any", {TWO}),
        ([rule("tag", "equals", "никакой")], "all", NOBODY),
        ([], "all", ALL),
    ):
        set_filter(tmp_path, *rules, match=match)
        account.forget()
        run = account.run("manual", rebuild_only=True)
        assert (run.state, in_marts(account), account.asked()) == ("success", kept, []), rules


def test_a_filter_that_names_what_is_not_there_stops_before_any_list_is_read(
    account: AccountAtHand, tmp_path: Any
) -> None:
    set_filter(
        tmp_path, rule(5, "equals", "a"), rule(KIND, "equals", "Новейший"), rule(COST, "contains", "1")
    )
    run = account.run("manual")
    assert run.state == "failed"
    told = str(run.errors["check_account"])
    for part in (
        "поля сделки 5 в аккаунте нет",
        "варианта «Новейший» в поле «Тип клиента»",
        "оператор contains",
        ".yaml:",
    ):
        assert part in told
    assert not {"leads", "deleted", "events", "contacts"} & set(account.asked())


def test_who_is_refused_by_the_filter_is_never_told_of_nor_pushed(
    account: AccountAtHand, tmp_path: Any
) -> None:
    account.crm.order(move={THREE: [RENEWALS, LOST]})
    account.time_passes(datetime.now(UTC) + HOUR)
    set_filter(tmp_path, rule("price", "gt", "0"))
    run = account.run("manual")
    assert account.counters(run)["filtered"] == 1
    told = account.rows("select record_key from ops.run_log where record_key is not null")
    assert {row["record_key"] for row in told} == {"lead:1", "lead:2"}
