"""Calculated fields through whole runs: of what was read, exactly, and never of what does not read."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.amocrm_material import FIELDS
from tests.amocrm_account import NEW, SALES, SETTINGS, AccountAtHand, account_in, write_settings
from tests.amocrm_statuses.dag_run import DagRun

COST, KIND, PART, PRODUCTS = 1500102, 1500103, 1500120, 1500104
AT = "2026-01-10T10:00:00Z"
FORMULAS = [
    {"id": "margin", "title": "Маржа", "expression": f"price - cf({COST})"},
    {"id": "share", "title": "Доля", "expression": "calc(margin) / price"},
    {"id": "rest", "title": "Остаток", "expression": f"-(cf({PART}) - price) * 2 + 1 / 3", "missing": "zero"},
]
LEADS: list[dict[str, Any]] = [
    {"id": 1, "price": 3000, "fields": {COST: "1 234,50", PART: "1000"}},
    {"id": 2, "price": 0, "fields": {COST: "100"}},
    {"id": 3, "price": 500, "fields": {COST: "12.500,00", PART: "много"}},
    {"id": 4, "price": 500, "fields": {COST: {"values": [{"value": "1"}, {"value": "2"}]}}},
    {"id": 5, "price": 500},
]
VALUES = "select lead_id, calc_id, value, problem from mart.amocrm_lead_calculated_value order by 1, 2"


@pytest.fixture
def account(tmp_path: Path, warehouse_url: str) -> Iterator[AccountAtHand]:
    with account_in(tmp_path, warehouse_url, DagRun, {**SETTINGS, "calculated": FORMULAS}) as account:
        account.crm.order(fields=[*FIELDS, {"id": PART, "name": "Аванс", "type": "monetary"}])
        account.crm.order(leads=[{**each, "path": [[SALES, NEW, AT]]} for each in LEADS])
        yield account


def values(account: AccountAtHand) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for row in account.rows(VALUES):
        told = row["problem"] if row["value"] is None else row["value"]
        found.setdefault(row["lead_id"], {})[row["calc_id"]] = told
    return found


def test_formulas_come_to_what_was_read(account: AccountAtHand, tmp_path: Path) -> None:
    run = account.run("manual")
    assert run.state == "success"
    assert values(account) == {
        1: {"margin": Decimal("1765.5"), "share": Decimal("0.5885"), "rest": Decimal("4000.333333")},
        2: {"margin": Decimal(-100), "share": "division_by_zero", "rest": Decimal("0.333333")},
        3: {"margin": "unparsable", "share": "unparsable", "rest": "unparsable"},
        4: {"margin": Decimal(499), "share": Decimal("0.998"), "rest": Decimal("1000.333333")},
        5: {"margin": "missing", "share": "missing", "rest": Decimal("1000.333333")},
    }
    issues = account.rows("select kind, leads from mart.amocrm_mapping_issue where kind !~ 'status'")
    counted = {row["kind"]: row["leads"] for row in issues}
    assert counted == {"unparsable_number": 1, "several_values": 1, "division_by_zero": 1}
    assert "AMO_UNPARSABLE_NUMBER" in account.codes(run)
    account.crm.order(set={3: {"fields": {COST: "12500", PART: ""}}, 1: {"price": 1234}})
    account.an_hour_passes()
    account.run("manual")
    found = values(account)
    assert found[3] == {
        "margin": Decimal(-12000), "share": Decimal(-24), "rest": Decimal("1000.333333"),
    }  # fmt: skip
    assert found[1]["margin"] == Decimal("-0.5")
    assert found[5]["margin"] == "missing"


def test_another_formula_is_worked_out_without_reading_and_a_dropped_one_goes(
    account: AccountAtHand, tmp_path: Path
) -> None:
    account.run("manual")
    doubled = [{"id": "margin", "title": "Маржа", "expression": "price * 2"}]
    write_settings(tmp_path, {**SETTINGS, "calculated": doubled})
    account.forget()
    assert account.run("manual", rebuild_only=True).state == "success"
    assert account.asked() == []
    assert values(account)[1] == {"margin": Decimal(6000)}
    assert account.rows("select title, expression from mart.amocrm_calc_field") == [
        {"title": "Маржа", "expression": "price * 2"}
    ]
    write_settings(tmp_path, SETTINGS)
    account.run("manual", rebuild_only=True)
    assert values(account) == {}


def test_a_formula_of_what_is_no_number_stops_before_any_list_is_read(
    account: AccountAtHand, tmp_path: Path
) -> None:
    wrong = [
        {"id": "a", "title": "А", "expression": f"price - cf({KIND})"},
        {"id": "b", "title": "Б", "expression": f"cf({PRODUCTS}) / cf(5)"},
    ]
    write_settings(tmp_path, {**SETTINGS, "calculated": wrong})
    run = account.run("manual")
    told = str(run.errors["check_account"])
    for part in (
        "calculated.0.expression: поле «Тип клиента» (1500103) не числовое",
        "calculated.1.expression: поле «Продукты» (1500104) не числовое",
        "calculated.1.expression: поля сделки 5 в аккаунте нет",
    ):
        assert part in told
    assert not {"leads", "deleted", "events", "contacts"} & set(account.asked())
