"""Totals against plain loops: any deals, any days; a recompute comes to the same as any sequence of them."""

import os
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.bitrix24.metadata import CurrencyRow
from include.bitrix24.values import ids_of
from include.bitrix24_contact_totals.deals import DealRow
from plugins.warehouse import Warehouse
from tests.bitrix24_contact_totals.desk import ACCOUNT, RUBLE, Desk, deal
from tests.bitrix24_contact_totals.oracle import Chronicle, Deal, RateKey, Reckoning, reckon, share

OF_PORTAL = [RUBLE, CurrencyRow("EUR", Decimal("95.1"), Decimal(1), False, 2),
             CurrencyRow("KZT", Decimal("18.37"), Decimal(100), False, 2),
             CurrencyRow("BHD", Decimal("201.0005"), Decimal(1), False, 3),
             CurrencyRow("JPY", Decimal("0.5123"), Decimal(1), False, 0)]  # fmt: skip
RATES = {row.currency: Fraction(row.amount) / Fraction(row.amount_cnt) for row in OF_PORTAL}
GUARDS = {"max_drop": 1, "min_seen_again": 0, "max_missing_contacts": 1}
EVERYTHING = """
    truncate mart.bitrix24_deal, mart.bitrix24_deal_part, mart.bitrix24_contact, mart.contact_year_total,
        mart.contact_year_total_history, mart.bitrix24_field, mart.bitrix24_written_total,
        mart.bitrix24_snapshot, mart.client_link, mart.bitrix24_deal_rate, ops.action,
        stage.bitrix24_contact_totals_deal, stage.bitrix24_contact_totals_amount,
        stage.bitrix24_contact_totals_part, stage.bitrix24_contact_totals_total,
        stage.bitrix24_contact_totals_naming, stage.bitrix24_contact_totals_wanted,
        stage.bitrix24_contact_totals_contact, stage.bitrix24_contact_totals_held,
        stage.bitrix24_contact_totals_decision, stage.bitrix24_field
"""
HISTORY = """
    select contact_id, category_id, year, amount_minor, deals, valid_from, valid_to
    from mart.contact_year_total_history order by 1, 2, 3, valid_from
"""
# HYPOTHESIS_PROFILE=thorough looks for new counterexamples; without it the same examples are tried each time.
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
SOME = settings(
    deadline=None,
    max_examples=200 if THOROUGH else 20,
    derandomize=not THOROUGH,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

amounts = st.one_of(
    st.integers(-(10**7), 10**7).map(lambda kopecks: Decimal(kopecks) / 100),
    st.integers(-(10**9), 10**9).map(lambda thousandths: Decimal(thousandths) / 1000),
    st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("-0.005"), Decimal("0.005"), Decimal("1e11")]),
)
sharers = st.lists(st.integers(1, 6), max_size=7)


@st.composite
def deals(draw: st.DrawFn, most: int = 8) -> list[DealRow]:
    """Give won deals of a few contacts, directions, years and currencies."""
    numbers = draw(st.lists(st.integers(1, 12), unique=True, max_size=most))
    return [
        deal(
            number,
            draw(amounts),
            draw(sharers),
            category_id=draw(st.sampled_from([0, 3])),
            closed_on=f"{draw(st.integers(2024, 2027))}-{draw(st.sampled_from(['01-01', '12-31']))}",
            currency=draw(st.sampled_from(sorted(RATES))),
        )
        for number in numbers
    ]


def reckoned(
    read: list[DealRow], frozen: dict[RateKey, Fraction], target: str = "RUB", decimals: int = 2
) -> Reckoning:
    """Let the oracle work out a reading."""
    told = (
        Deal(
            row.deal_id,
            row.category_id,
            str(row.closed_on),
            Fraction(row.opportunity or 0),
            str(row.currency),
            row.contact_ids,
        )
        for row in read
    )
    return reckon(told, RATES, frozen, target=target, decimals=decimals)


@pytest.fixture
def warehouse(connection: psycopg.Connection) -> Warehouse:
    return Warehouse(connection)


def fresh(warehouse: Warehouse, **more: Any) -> Desk:
    """Give an empty mart and portal."""
    warehouse.connection.execute(EVERYTHING)
    desk = Desk(warehouse, **{"guards": GUARDS, "writes": {"repair_days": 1}, **more})
    desk.currencies = list(OF_PORTAL)
    return desk


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(1, 50), min_size=1, max_size=9))
def test_parts_of_the_oracle_come_to_the_sum_and_differ_by_one_unit_at_most(
    amount: int, them: list[int]
) -> None:
    parts = share(amount, them)
    assert sum(parts.values()) == amount
    assert max(parts.values()) - min(parts.values()) <= 1


@SOME
@given(read=deals(), target=st.sampled_from([("RUB", 2), ("BHD", 3), ("JPY", 0)]))
def test_any_reading_comes_to_what_the_oracle_says(
    warehouse: Warehouse, read: list[DealRow], target: tuple[str, int]
) -> None:
    desk = fresh(warehouse, currency={"target": target[0]})
    desk.day(read)
    wanted = reckoned(read, {}, *target)
    assert desk.totals() == {key: value for key, value in wanted.totals.items() if value != (0, 0)}
    [snapshot] = desk.rows("select amount_minor, unattributed_minor from mart.bitrix24_snapshot")
    assert snapshot == (wanted.everything, wanted.unattributed)
    assert sum(amount for amount, _ in wanted.totals.values()) + wanted.unattributed == wanted.everything


@SOME
@given(days=st.lists(deals(), min_size=1, max_size=4))
def test_any_sequence_of_days_comes_to_one_recompute_and_to_its_own_history(
    warehouse: Warehouse, days: list[list[DealRow]]
) -> None:
    desk, chronicle, frozen = fresh(warehouse), Chronicle(), dict[RateKey, Fraction]()
    for read in days:
        desk.day(read)
        chronicle.note(reckoned(read, frozen).totals)
    assert desk.totals() == reckoned(days[-1], frozen).totals
    found: dict[Any, list[Any]] = {}
    for *key, amount, count, valid_from, valid_to in desk.rows(HISTORY):
        found.setdefault(tuple(key), []).append((amount, count, valid_from, valid_to))
    assert {key: [row[:2] for row in rows] for key, rows in found.items()} == {
        key: values for key, values in chronicle.values.items() if values
    }
    for rows in found.values():  # each holds until the next begins, and the last one holds
        assert [row[3] for row in rows] == [*(row[2] for row in rows[1:]), None]


@SOME
@given(days=st.lists(deals(), min_size=1, max_size=3))
def test_after_each_day_the_portal_holds_every_total_and_a_second_day_writes_nothing(
    warehouse: Warehouse, days: list[list[DealRow]]
) -> None:
    desk = fresh(warehouse)
    frozen: dict[RateKey, Fraction] = {}
    for read in days:
        desk.day(read)
        wanted = {
            (contact, f"UF_CRM_SUM_{funnel}_{year}"): amount
            for (contact, funnel, year), (amount, _) in reckoned(read, frozen).totals.items()
            if amount
        }
        held = {
            (contact, name): int(value * 100)
            for contact, fields in desk.portal.held.items()
            for name, value in fields.items()
            if value
        }
        assert held == wanted
    desk.portal.written.clear()
    desk.day(days[-1])
    assert desk.portal.written == []
    assert desk.run.state in ("success", "partial")


@SOME
@given(read=deals(), order=st.randoms(use_true_random=False))
def test_neither_the_order_of_deals_nor_that_of_their_contacts_matters(
    warehouse: Warehouse, read: list[DealRow], order: Random
) -> None:
    first = fresh(warehouse)
    first.day(read)
    totals = first.totals()
    shuffled = [
        row._replace(contact_ids=ids_of(order.sample(row.contact_ids, len(row.contact_ids)))) for row in read
    ]
    order.shuffle(shuffled)
    second = fresh(warehouse)
    second.day(shuffled)
    assert second.totals() == totals


def test_the_account_is_the_connection(warehouse: Warehouse) -> None:
    desk = fresh(warehouse)
    desk.day([deal(1)])
    assert desk.rows("select distinct account from mart.contact_year_total") == [(ACCOUNT,)]
