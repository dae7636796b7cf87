"""Judging against a real warehouse: the filter, formulas and traces of leads as they are stored."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_statuses_judging import Judged, judge
from plugins.warehouse import Warehouse
from tests.plugins.steps.amocrm_rows import COST, LANDING, Account, value

MARGIN = {"id": "margin", "title": "Маржа", "expression": f"price - cf({COST})"}


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    with psycopg.connect(warehouse_url) as connection:
        yield Warehouse(connection)


@pytest.fixture
def account(warehouse: Warehouse) -> Account:
    return Account(warehouse)


def judged(account: Account, **settings: Any) -> tuple[Judged, Statuses]:
    told = AmocrmStatusesSettings.model_validate(settings)
    job = Statuses(account.run_id, told, datetime.now(UTC))
    with account.warehouse.transaction():
        account.affect()
        found = judge(account.warehouse, job)
    return found, job


def kept(account: Account) -> list[int]:
    sql = "select lead_id from stage.amocrm_statuses_affected where is_kept order by lead_id"
    return [row[0] for row in account.warehouse.connection.execute(sql).fetchall()]


def rows(account: Account, columns: str, table: str) -> list[Any]:
    sql = f"select {columns} from {table} order by 1, 2, 3"
    return account.warehouse.connection.execute(sql).fetchall()


def rules(*told: dict[str, Any]) -> dict[str, Any]:
    return {"rules": list(told)}


def test_without_rules_and_formulas_nothing_is_read(account: Account) -> None:
    account.leads(1, 2)
    assert judged(account)[0] == Judged(0, 0)
    assert kept(account) == [1, 2]


def test_leads_that_do_not_pass_are_left_out_and_come_back(account: Account) -> None:
    account.leads(1, 2, 3)
    account.values(value(1, LANDING, "Site-17 "), value(2, LANDING, "site-18"))
    site = {"field": {"custom_field_id": LANDING}, "values": ["SITE-17"]}
    assert judged(account, filter=rules(site))[0] == Judged(3, 2)
    assert kept(account) == [1]
    assert judged(account, filter=rules(site | {"action": "exclude"}))[0] == Judged(3, 1)
    assert kept(account) == [2, 3]


def test_rules_look_at_tags_and_at_traces(account: Account) -> None:
    account.leads(1, 2)
    account.tags((1, "VIP"), (1, "сайт"))
    account.values(value(2, account.system("UTM_SOURCE"), "Yandex"))
    judged(account, filter=rules({"field": {"system": "tag"}, "values": ["vip"]}))
    assert kept(account) == [1]
    judged(account, filter=rules({"field": {"utm": "utm_source"}, "values": ["yandex"]}))
    assert kept(account) == [2]


def test_formulas_are_worked_out_exactly_and_problems_are_named(account: Account) -> None:
    account.leads(1, 2, 3, 4)
    account.values(
        value(1, COST, "1 234,50", num=Decimal("1234.50")),
        value(2, COST, "12.500,00"),
        value(3, COST, "1", num=Decimal(1)),
        value(3, COST, "2", num=Decimal(2), index=1),
    )
    judged(account, calculated=[MARGIN])
    assert rows(account, "lead_id, calc_id, value, problem, several", "stage.amocrm_statuses_calculated") == [
        (1, "margin", Decimal("-234.500000"), None, False),
        (2, "margin", None, "unparsable", False),
        (3, "margin", Decimal("999.000000"), None, True),
        (4, "margin", None, "missing", False),
    ]


def test_formulas_are_not_worked_out_for_leads_left_out(account: Account) -> None:
    account.leads(1, 2)
    account.tags((1, "VIP"))
    judged(account, calculated=[MARGIN], filter=rules({"field": {"system": "tag"}, "values": ["vip"]}))
    assert [row[0] for row in rows(account, "lead_id, 1, 1", "stage.amocrm_statuses_calculated")] == [1]


def test_the_systems_traces_come_before_fields_chosen_for_them(account: Account) -> None:
    account.leads(1, 2, 3)
    system, own = account.system("utm_source"), LANDING
    account.values(
        value(1, system, "yandex"),
        value(1, own, "google"),
        value(2, system, " \u00a0"),
        value(2, own, " bing "),
        value(3, own, ""),
    )
    judged(account, custom_fields={"slots": {"utm_source": own}})
    assert rows(account, "lead_id, name, value, provenance", "stage.amocrm_statuses_utm") == [
        (1, "utm_source", "yandex", "system"),
        (2, "utm_source", "bing", "slot"),
    ]


def test_a_text_field_with_a_systems_code_is_not_the_systems(account: Account) -> None:
    account.leads(1)
    account.field(77, "text", "UTM_SOURCE")
    account.values(value(1, 77, "yandex"))
    judged(account)
    assert rows(account, "lead_id, name, value", "stage.amocrm_statuses_utm") == []


def test_a_raw_cookie_of_google_is_cut_and_the_first_of_several_values_counts(account: Account) -> None:
    account.leads(1, 2)
    cookie, metrika = account.system("GCLIENTID"), account.system("_ym_uid")
    account.values(
        value(1, cookie, " GA1.2.123.456"),
        value(2, cookie, "123.456"),
        value(1, metrika, ""),
        value(1, metrika, "17", index=1),
        value(1, metrika, "18", index=2),
    )
    judged(account)
    assert rows(account, "lead_id, name, value", "stage.amocrm_statuses_utm") == [
        (1, "google_cid", "123.456"),
        (1, "metrika_cid", "17"),
        (2, "google_cid", "123.456"),
    ]


def differing(account: Account, **settings: Any) -> list[int]:
    """Judge all leads and merge what came of it; give the rows that were put right."""
    _, job = judged(account, **{"calculated": [MARGIN], **settings})
    merged = (SQL / f"merge_{name}.sql" for name in ("utm", "calculated"))
    return [account.warehouse.select_one(path, job.params).rows for path in merged]


def test_what_is_merged_is_the_difference_alone(account: Account) -> None:
    account.leads(1, 2)
    account.values(value(1, account.system("UTM_TERM"), "crm"), value(1, COST, "1", num=Decimal(1)))
    assert [differing(account), differing(account)] == [[1, 2], [0, 0]]
    account.values(value(1, account.system("GCLID"), "g"), value(2, COST, "5", num=Decimal(5)))
    assert differing(account) == [1, 1]
    left = rules({"field": {"system": "tag"}, "values": ["vip"]})
    assert differing(account, filter=left, calculated=[]) == [1, 2]
