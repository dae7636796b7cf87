"""What a deal is worth and which year it is of, where the portal tells half of it or nothing."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import psycopg
import pytest

from include.bitrix24.metadata import CurrencyRow, metadata
from plugins.steps.bitrix24_contact_totals import DealsDropped, DealsGrew
from plugins.warehouse import Warehouse
from tests.bitrix24_contact_totals import oracle
from tests.bitrix24_contact_totals.desk import RUBLE, Desk, deal

LENIENT = {"max_drop": 1, "min_seen_again": 0}
EUR = CurrencyRow("EUR", Decimal(90), Decimal(1), False, 2)
RATES = "select deal_id, rate from mart.bitrix24_deal_rate order by 1"
STANDS = "select is_won, is_refused, left_at is not null from mart.bitrix24_deal where deal_id = 1"


@pytest.fixture
def warehouse(connection: psycopg.Connection) -> Warehouse:
    return Warehouse(connection)


def told(desk: Desk, key: str = "deal:1") -> list[tuple[Any, ...]]:
    query = """
        select outcome, severity, codes from ops.run_log
        where run_id = %s and record_key = %s order by seq
    """
    return desk.rows(query, desk.job.run_id, key)


def close(desk: Desk) -> None:
    """Close the run that was stopped, as its task does."""
    desk.warehouse.connection.execute("update ops.run set state = 'failed' where state = 'running'")


def euro(**parts: Any) -> list[CurrencyRow]:
    """Read currencies as the portal tells them."""
    rows = [{"CURRENCY": "RUB", "AMOUNT": "1", "AMOUNT_CNT": "1"}, {"CURRENCY": "EUR", **parts}]
    return metadata({"currencies": rows, "base": "RUB"}).currencies


@pytest.mark.parametrize("amount", ["", "0", "девяносто", "-90", None, [], "90.0000"])
@pytest.mark.parametrize("count", ["", "0", "много", "-1", None, "1"])
def test_a_rate_is_above_zero_or_there_is_none_and_nothing_is_frozen(
    warehouse: Warehouse, amount: Any, count: Any
) -> None:
    is_rate = (amount, count) == ("90.0000", "1")
    desk = Desk(warehouse, guards=LENIENT)
    desk.currencies = euro(AMOUNT=amount, AMOUNT_CNT=count)
    run = desk.day([deal(1, 10, [7], currency="EUR"), deal(2, 5, [7])])
    assert desk.totals() == {(7, 0, 2026): (90500, 2) if is_rate else (500, 1)}
    assert desk.rows(RATES) == ([(1, 90)] if is_rate else [])
    if not is_rate:
        assert (run.state, told(desk)) == ("partial", [("refused", "error", ["B24_CURRENCY_UNKNOWN"])])
        desk.currencies = [RUBLE, EUR]
        assert desk.day([deal(1, 10, [7], currency="EUR"), deal(2, 5, [7])]).state == "success"
        assert desk.totals() == {(7, 0, 2026): (90500, 2)}


def test_without_a_rate_of_the_target_only_its_own_deals_count(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.currencies = [RUBLE._replace(amount=Decimal(0)), EUR]
    desk.day([deal(1, 10, [7], currency="EUR"), deal(2, 5, [7])])
    assert desk.totals() == {(7, 0, 2026): (500, 1)}


def test_no_table_takes_a_rate_of_zero(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.currencies = [RUBLE, EUR]
    desk.day([deal(1, 10, [7], currency="EUR")])
    for table in ("bitrix24_deal_rate", "bitrix24_deal"):
        with pytest.raises(psycopg.errors.CheckViolation), desk.warehouse.transaction():
            desk.warehouse.connection.execute(f"update mart.{table} set rate = 0".encode())


@pytest.mark.parametrize(
    ("target", "amount", "currency"),
    [
        ("USD", "1000000000", "VND"),
        ("EUR", "12345678.90", "RUB"),
        ("EUR", "99999999.99", "RUB"),
        ("USD", "0.15", "RUB"),
        ("USD", "-0.45", "RUB"),
        ("USD", "2999999.85", "RUB"),
        ("VND", "0.01", "EUR"),
    ],
)
def test_a_quotient_of_rates_is_exact_to_the_last_unit(
    warehouse: Warehouse, target: str, amount: str, currency: str
) -> None:
    rates = {"RUB": (1, 1), "USD": (30, 1), "EUR": (Decimal("95.1"), 1), "VND": (35, 10000)}
    desk = Desk(warehouse, currency={"target": target})
    desk.currencies = [
        CurrencyRow(code, Decimal(much), Decimal(many), code == "RUB", 2)
        for code, (much, many) in rates.items()
    ]
    for _ in range(2):  # the second day uses the frozen rate
        desk.day([deal(1, amount, [7], currency=currency)])
        quotient = Fraction(rates[currency][0]) / rates[currency][1]
        quotient /= Fraction(rates[target][0]) / rates[target][1]
        assert desk.totals() == {(7, 0, 2026): (oracle.half_up(Fraction(amount) * quotient * 100), 1)}


@pytest.mark.parametrize(
    ("by", "days", "codes"),
    [
        ("closedate", {"closed_on": None, "moved_on": None}, ["B24_NO_YEAR"]),
        ("won_at", {"moved_on": None}, ["B24_NO_YEAR"]),
        ("stage_history", {"moved_on": None}, ["B24_NO_YEAR"]),
    ],
)
def test_a_deal_without_a_year_is_refused_and_says_so(
    warehouse: Warehouse, by: str, days: dict[str, Any], codes: list[str]
) -> None:
    desk = Desk(warehouse, year={"by": by})
    run = desk.day([deal(1, 1000, [7], **days), deal(2, 10, [7])])
    assert run.state == "partial"
    assert told(desk) == [("refused", "error", codes)]
    assert list(desk.totals().values()) == [(1000, 1)]


@pytest.mark.parametrize(
    ("by", "days", "year_by", "codes"),
    [
        ("closedate", {}, "closedate", None),
        ("closedate", {"closed_on": None}, "won_at", ["B24_CLOSEDATE_EMPTY"]),
        ("won_at", {"closed_on": None}, "won_at", None),
        ("stage_history", {}, "won_at", ["B24_HISTORY_MISSING"]),
    ],
)
def test_a_deal_says_what_its_year_was_really_taken_from(
    warehouse: Warehouse, by: str, days: dict[str, Any], year_by: str, codes: list[str] | None
) -> None:
    desk = Desk(warehouse, year={"by": by})
    desk.day([deal(1, 1000, [7], **days)])
    assert desk.rows("select year_by from mart.bitrix24_deal") == [(year_by,)]
    assert told(desk) == ([("counted", "warning", codes)] if codes else [])
    desk.day([deal(1, 1000, [7], **days)])
    assert told(desk) == []  # it is no news


def test_the_history_of_stages_gives_the_year_it_knows(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, year={"by": "stage_history"})

    stage = desk.stage

    def stage_too(deals: Any) -> None:
        stage(deals)
        rows = [(desk.job.run_id, 1, 5, "2024-12-31")]
        columns = ("run_id", "deal_id", "history_id", "won_on")
        desk.warehouse.copy_rows("stage.bitrix24_contact_totals_won", columns, rows)

    desk.stage = stage_too  # type: ignore[method-assign]
    desk.day([deal(1, 1000, [7])])
    assert desk.rows("select year, year_by from mart.bitrix24_deal") == [(2024, "stage_history")]
    assert told(desk) == []


@pytest.mark.parametrize(("policy", "currency", "codes"), [
    ("reject", None, ["B24_CURRENCY_UNKNOWN"]),
    ("reject", "EUR", ["B24_FOREIGN_CURRENCY"]),
    ("frozen", None, ["B24_CURRENCY_UNKNOWN"]),
    ("daily", "XXX", ["B24_CURRENCY_UNKNOWN"]),
])  # fmt: skip
def test_only_a_currency_that_is_told_is_foreign(
    warehouse: Warehouse, policy: str, currency: str | None, codes: list[str]
) -> None:
    desk = Desk(warehouse, currency={"rate_policy": policy})
    desk.currencies = [RUBLE, EUR]
    desk.day([deal(1, 10, [7], currency=currency), deal(2, 5, [7])])
    assert told(desk) == [("refused", "error", codes)]


def test_a_deal_that_is_won_still_but_refused_has_not_left(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, currency={"rate_policy": "daily"}, guards=LENIENT)
    known = [deal(1, 10, [7], currency="EUR"), deal(2, 5, [7])]
    desk.currencies = [RUBLE, EUR]
    desk.day(known)
    desk.currencies = [RUBLE]
    for _ in range(2):
        run = desk.day(known)
        assert run.counters["refused"] == 1
        assert "left" not in run.counters
        assert desk.rows(STANDS) == [(False, True, False)]
        assert told(desk) == [("refused", "error", ["B24_CURRENCY_UNKNOWN"])]
    run = desk.day(known[1:])
    assert run.counters["left"] == 1
    assert desk.rows(STANDS) == [(False, False, True)]
    assert told(desk) == [("left", "info", ["B24_DEAL_LEFT"])]
    assert "left" not in desk.day(known[1:]).counters
    desk.day(known)
    assert desk.rows(STANDS) == [(False, True, False)]  # won again, and refused
    desk.currencies = [RUBLE, EUR]
    desk.day(known)
    assert desk.rows(STANDS) == [(True, False, False)]
    assert desk.totals() == {(7, 0, 2026): (90500, 2)}


def test_a_contact_of_several_clients_has_one_row_in_the_log(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    connection = warehouse.connection
    connection.execute("insert into mart.client (name, origin) values ('А', 'x'), ('Б', 'x')")
    connection.execute(
        "insert into mart.client_key (kind, value, client_id) "
        "select 'phone', '79210000001', client_id from mart.client"
    )
    desk.portal.phones = {7: ["+7 921 000-00-01"]}
    desk.day([deal(1, 2000, [7])])
    [(outcome, _, codes)] = told(desk, "contact:7")
    assert (outcome, codes) == ("updated", ["B24_TOTALS_CHANGED", "B24_SHARED_CLIENT"])
    [(details, client)] = desk.rows(
        "select details, client_id from ops.run_log where run_id = %s and record_key = 'contact:7'",
        desk.job.run_id,
    )
    assert details["fields"]
    assert len(details["conflicts"]) == 1
    assert client
    twice = """
        select record_key from ops.run_log where run_id = %s and record_key is not null
        group by 1 having count(*) > 1
    """
    assert desk.rows(twice, desk.job.run_id) == []


def many(amount: Any, number: int = 60, **more: Any) -> list[Any]:
    return [deal(each, amount, [1 + each % 5], **more) for each in range(1, number + 1)]


def test_a_sum_that_more_than_doubles_stops_the_run_until_somebody_allows_it(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.day(many(100))
    before = desk.totals()
    with pytest.raises(DealsGrew, match=r"сумма выросла на 100\.1 %.*allow_growth"):
        desk.day([deal(1, 206, [2]), *many(200)[1:]])
    close(desk)
    assert desk.totals() == before
    with pytest.raises(DealsGrew):
        desk.day(many(1000), allow_drop=True)
    close(desk)
    desk.day(many(1000), allow_growth=True)
    assert sum(amount for amount, _ in desk.totals().values()) == 60 * 100000
    desk.day(many(1000))
    with pytest.raises(DealsDropped):
        desk.day(many(10), allow_growth=True)


@pytest.mark.parametrize(
    ("settings", "before", "now"),
    [
        ({}, many(100), many(200)),
        ({}, many(100, 50), many(9999, 50)),
        ({}, many(0), many(9999)),
        ({"guards": {"max_growth": None}}, many(100), many(9999)),
        ({"guards": {"max_growth": 0}}, many(100), many(9999)),
        ({"guards": {"max_growth": 100}}, many(100), many(9999)),
    ],
)
def test_growth_that_may_be(warehouse: Warehouse, settings: Any, before: Any, now: Any) -> None:
    desk = Desk(warehouse, **settings)
    desk.day(before)
    assert desk.day(now).state == "success"


def test_a_direction_that_the_settings_have_just_let_in_is_no_growth(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, deals={"funnels": [0]})
    read = many(100)
    desk.day(read)
    more = [deal(1000, 999999, [7], category_id=3)]
    wider = Desk(warehouse)
    wider.portal = desk.portal
    assert wider.day([*read, *more]).state == "success"
    with pytest.raises(DealsGrew):
        wider.day([*read, *more, deal(1001, 9999999, [7], category_id=3)])


def test_a_run_stopped_for_growth_tells_which_settings_have_changed(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, split="primary_only")
    desk.day(many(100))
    other = Desk(warehouse)
    other.portal = desk.portal
    with pytest.raises(DealsGrew, match="изменены настройки: split"):
        other.day(many(900))


def test_each_kind_of_tier_is_told_by_itself(warehouse: Warehouse) -> None:
    tiers = [{"name": "Золото", "from": 1000}, {"name": "Экспедитор", "from": 50, "funnel": 3}]
    desk = Desk(warehouse, tiers=[{"name": "Серебро", "from": 500}, *tiers])
    desk.day([deal(1, 2000, [7]), deal(2, 60, [7], category_id=3)])
    query = """
        select contact_id, year, per, category_id, tier, amount
        from mart.v_contact_tier order by category_id nulls first
    """
    assert desk.rows(query) == [
        (7, 2026, "year", None, "Золото", Decimal("2060.00")),
        (7, 2026, "year", 3, "Экспедитор", Decimal("60.00")),
    ]
