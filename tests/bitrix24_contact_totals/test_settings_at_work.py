"""What the settings make of the same deals, and what is kept beside the totals."""

from decimal import Decimal
from typing import Any

import psycopg
import pytest

from include.bitrix24.metadata import CurrencyRow, FunnelRow
from plugins.steps.bitrix24_contact_totals import (
    ContactsMissing,
    CurrencyChanged,
    DealsDropped,
    OtherPortal,
)
from plugins.warehouse import Warehouse
from tests.bitrix24_contact_totals.desk import ACCOUNT, RUBLE, Desk, deal

EUR = CurrencyRow("EUR", Decimal("90"), Decimal(1), False, 2)
YEN = CurrencyRow("JPY", Decimal("0.6"), Decimal(1), False, 0)
LENIENT = {"max_drop": 1, "min_seen_again": 0}
SUM = "UF_CRM_SUM_{}_{}"
TIERS = [
    {"name": "Серебро", "from": 300, "benefit": "3 %"},
    {"name": "Золото", "from": 1000},
    {"name": "Свой", "from": 500, "per": "all_years"},
    {"name": "Экспедитор", "from": 50, "per": "all_years", "funnel": 3},
]
HISTORY = """
    select amount_minor, currency, valid_to is null
    from mart.contact_year_total_history where contact_id = %s order by valid_from
"""


@pytest.fixture
def warehouse(connection: psycopg.Connection) -> Warehouse:
    return Warehouse(connection)


def codes(desk: Desk) -> set[str]:
    query = "select distinct unnest(codes) from ops.run_log where run_id = %s"
    return {code for (code,) in desk.rows(query, desk.job.run_id)}


def stop(desk: Desk) -> None:
    """Close the run that was stopped, as its task does."""
    desk.warehouse.connection.execute("update ops.run set state = 'failed' where state = 'running'")


def state(desk: Desk) -> list[Any]:
    """Give all that the mart knows, to see whether anything has changed."""
    queries = (
        "select * from mart.contact_year_total order by 1, 2, 3, 4",
        "select * from mart.contact_year_total_history order by 1, 2, 3, 4, valid_from",
        "select * from mart.bitrix24_deal order by 1, 2",
        "select * from mart.bitrix24_deal_part order by 1, 2, 3",
        "select * from mart.bitrix24_written_total order by 1, 2, 3",
        "select * from mart.bitrix24_snapshot order by 1, 2",
        "select * from mart.bitrix24_deal_rate order by 1, 2",
    )
    return [desk.rows(query) for query in queries]


GUARDED: dict[str, tuple[type[Exception], Any]] = {
    "fewer deals": (DealsDropped, lambda desk, read: read[:90]),
    "a smaller sum": (DealsDropped, lambda desk, read: [_less(read[0]), *read[1:]]),
    "no deals at all": (OtherPortal, lambda desk, read: []),
    "other deals": (OtherPortal, lambda desk, read: [row._replace(deal_id=row.deal_id + 60) for row in read]),
    "another currency": (CurrencyChanged, lambda desk, read: _in_euros(desk, read)),
    "other places": (CurrencyChanged, lambda desk, read: _in_thousandths(desk, read)),
    "a funnel gone": (DealsDropped, lambda desk, read: _without_expeditions(desk, read)),
}  # fmt: skip


def _less(row: Any) -> Any:
    return row._replace(opportunity=Decimal(-5000))


def _in_euros(desk: Desk, read: list[Any]) -> list[Any]:
    desk.currencies = [RUBLE._replace(is_base=False), EUR._replace(is_base=True)]
    return [row._replace(currency="EUR") for row in read]


def _in_thousandths(desk: Desk, read: list[Any]) -> list[Any]:
    desk.portal.fields.clear()
    desk.currencies = [RUBLE._replace(decimals=3)]
    return read


def _without_expeditions(desk: Desk, read: list[Any]) -> list[Any]:
    desk.funnels = [FunnelRow(0, "Общая", 300)]
    return read[:-1]


@pytest.mark.parametrize("what", GUARDED)
def test_every_guard_changes_nothing_when_it_stops_and_lets_a_person_pass(
    warehouse: Warehouse, what: str
) -> None:
    desk = Desk(warehouse)
    read = [deal(n, 100, [n]) for n in range(1, 101)] + [deal(101, 1, [1], category_id=3)]
    desk.day(read)
    stopped_by, change = GUARDED[what]
    now, before, written = change(desk, read), state(desk), len(desk.portal.written)
    with pytest.raises(stopped_by, match="Ничего не изменено"):
        desk.day(now)
    stop(desk)
    assert (state(desk), len(desk.portal.written)) == (before, written)
    run = desk.day(now, allow_drop=True)
    assert run.state == "success"
    wanted = sum(row.opportunity for row in now)
    [(held,)] = desk.rows("select coalesce(sum(totals_minor), 0) from mart.v_contact_total_reconciliation")
    assert held == wanted * 10 ** desk.currencies[-1].decimals
    desk.day(now)  # what was let pass is what the next day is compared with
    assert desk.run.state == "success"


def test_missing_contacts_stop_a_run_and_a_person_lets_them_pass(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"repair_days": 0})
    read = [deal(n, 100, [n]) for n in range(1, 21)]
    desk.portal.gone = set(range(1, 7))
    with pytest.raises(ContactsMissing, match="6 из 20"):
        desk.day(read)
    stop(desk)
    assert desk.portal.written == []
    desk.day(read, allow_drop=True)
    assert [contact for contact, _ in desk.portal.written] == list(range(7, 21))
    desk.portal.gone = set()  # they could not be seen; now they can
    desk.portal.written.clear()
    desk.day(read)
    assert [contact for contact, _ in desk.portal.written] == list(range(1, 7))


def test_a_sum_that_turns_negative_has_fallen(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.day([deal(1, 100), deal(2, 0)])
    with pytest.raises(DealsDropped, match=r"сумма упала на 205\.0 %"):
        desk.day([deal(1, 100), deal(2, -205)])


def test_other_places_of_the_currency_leave_nothing_confirmed(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"repair_days": 0})
    desk.day([deal(1, 100, [7]), deal(2, 5, [8])])
    desk.currencies = [RUBLE._replace(decimals=0)]
    desk.portal.written.clear()
    desk.day([deal(1, 10000, [7]), deal(2, 5, [8])], allow_drop=True, contact_ids=[7])
    assert desk.portal.held[7][SUM.format(0, 2026)] == 10000
    desk.day([deal(1, 10000, [7])], allow_drop=True)
    assert desk.portal.held[8][SUM.format(0, 2026)] == 0
    assert "B24_MANUAL_EDIT" not in codes(desk)
    assert len(desk.portal.written) == 2


def test_a_contact_that_has_missed_its_turn_is_looked_at_the_next_day(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    today = desk_day(desk)
    read = [deal(n, 100, [n]) for n in range(1, 8) if n % 7 != today % 7]
    asked = "select contact_id from stage.bitrix24_contact_totals_contact where run_id = %s and wants_values"
    desk.day(read)
    desk.day(read)
    assert desk.rows(asked, desk.job.run_id) == []
    desk.warehouse.connection.execute(
        "update mart.bitrix24_contact set looked_at = looked_at - interval '7 days' where contact_id < 4"
    )
    desk.day(read)
    missed = [(n,) for n in range(1, 4) if n % 7 != today % 7]
    assert desk.rows(asked, desk.job.run_id) == missed
    desk.day(read)
    assert desk.rows(asked, desk.job.run_id) == []


def test_fields_that_may_not_be_created_are_missing_and_no_limit_is_told(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, fields={"auto_create": False})
    desk.day([deal(1)])
    assert codes(desk) >= {"B24_FIELD_MISSING"}
    assert "B24_FIELDS_LIMIT" not in codes(desk)


def desk_day(desk: Desk) -> int:
    """Give the number of the day it is in the warehouse, in the settings' zone."""
    [(today,)] = desk.rows("select (now() at time zone 'Europe/Moscow')::date")
    return int(today.toordinal())


def test_a_first_reading_is_compared_with_nothing(
    warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(warehouse)
    with caplog.at_level("INFO"):
        desk.day([deal(1)])
    assert "Сравнить не с чем: первая полная выборка" in caplog.text


def test_another_base_currency_that_was_let_pass_replaces_totals_and_says_so_in_the_history(
    warehouse: Warehouse,
) -> None:
    desk = Desk(warehouse)
    desk.currencies = [RUBLE, EUR]
    desk.day([deal(1, 900, [7]), deal(2, 10, [7], currency="EUR")])
    desk.currencies = [RUBLE._replace(is_base=False, amount=Decimal(1)), EUR._replace(is_base=True)]
    desk.day([deal(1, 900, [7]), deal(2, 10, [7], currency="EUR")], allow_drop=True)
    assert desk.totals() == {(7, 0, 2026): (2000, 2)}
    assert desk.rows(HISTORY, 7) == [(180000, "RUB", False), (2000, "EUR", True)]
    assert desk.portal.held[7][SUM.format(0, 2026)] == Decimal("20.00")
    rates = desk.rows("select deal_id, currency, target_currency from mart.bitrix24_deal_rate order by 1")
    assert rates == [(1, "RUB", "EUR"), (2, "EUR", "RUB")]


def test_a_currency_without_places_has_whole_totals(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, currency={"target": "JPY"})
    desk.currencies = [RUBLE, YEN]
    desk.day([deal(1, "100.40", [7, 8], currency="JPY"), deal(2, 60, [8])])
    assert desk.totals() == {(7, 0, 2026): (50, 1), (8, 0, 2026): (150, 2)}
    assert desk.portal.written == [(7, {SUM.format(0, 2026): "50"}), (8, {SUM.format(0, 2026): "150"})]
    desk.day([deal(1, "100.40", [7, 8], currency="JPY"), deal(2, 60, [8])])
    assert len(desk.portal.written) == 2


def test_a_rate_stays_frozen_while_a_deal_is_reopened_and_won_again(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, guards=LENIENT)
    desk.currencies = [RUBLE, EUR]
    bought = deal(1, 10, [7], currency="EUR")
    desk.day([bought])
    desk.currencies = [RUBLE, EUR._replace(amount=Decimal(100))]
    desk.day([])
    assert desk.totals() == {}
    desk.day([bought])
    assert desk.totals() == {(7, 0, 2026): (90000, 1)}
    desk.day([bought._replace(currency="RUB")])
    assert desk.totals() == {(7, 0, 2026): (1000, 1)}


def test_a_trial_freezes_no_rate(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.currencies = [RUBLE, EUR]
    desk.day([deal(1, 10, [7], currency="EUR")], dry_run=True)
    desk.currencies = [RUBLE, EUR._replace(amount=Decimal(100))]
    desk.day([deal(1, 10, [7], currency="EUR")])
    assert desk.totals() == {(7, 0, 2026): (100000, 1)}


def test_tiers_are_told_by_year_and_over_all_years_by_the_totals_there_are(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, tiers=TIERS, guards=LENIENT)
    read = [
        deal(1, 1200, [7]),
        deal(2, 299.99, [8]),
        deal(3, 300, [8], closed_on="2025-01-01"),
        deal(4, 50, [9], category_id=3),
    ]
    desk.day(read)
    query = "select contact_id, year, tier, amount, benefit from mart.v_contact_tier order by 1, 2, 4 desc"
    assert desk.rows(query) == [
        (7, 2026, "Золото", Decimal("1200.00"), None),
        (7, None, "Свой", Decimal("1200.00"), None),
        (8, 2025, "Серебро", Decimal("300.00"), "3 %"),
        (8, None, "Свой", Decimal("599.99"), None),
        (9, None, "Экспедитор", Decimal("50.00"), None),
    ]
    desk.day(read[1:3])
    assert desk.rows(query) == [
        (8, 2025, "Серебро", Decimal("300.00"), "3 %"),
        (8, None, "Свой", Decimal("599.99"), None),
    ]
    plain = Desk(warehouse, guards=LENIENT)
    plain.portal = desk.portal
    plain.day(read)
    assert plain.rows(query) == []


def test_four_hundred_snapshots_are_kept(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.day([deal(1)])
    [(first,)] = desk.rows("select min(run_id) from mart.bitrix24_snapshot")
    older = """
        insert into mart.bitrix24_snapshot (account, run_id, read_at, requests, deals, amount_minor,
            unattributed_minor, currency, decimals, funnels, policy)
        select %s, -n, now(), 1, 1, 10000, 0, 'RUB', 2, '{}', '{}' from generate_series(1, 450) as n
    """
    desk.warehouse.connection.execute(older, [ACCOUNT])
    desk.warehouse.connection.execute(older, ["another"])
    desk.day([deal(1)])
    kept = "select count(*), max(run_id) > %s from mart.bitrix24_snapshot where account = %s"
    assert desk.rows(kept, first, ACCOUNT) == [(400, True)]
    assert desk.rows(kept, first, "another") == [(450, False)]


def test_the_portal_that_dates_deals_itself_is_noticed(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    same = [deal(n, closed_on="2026-03-01", moved_on="2026-03-01") for n in range(1, 42)]
    desk.day([*same[:40], *(deal(n) for n in range(41, 51))])
    assert "B24_CLOSEDATE_AUTO" not in codes(desk)  # 40 of 50: no more than 80 %
    desk.day([*same, *(deal(n) for n in range(42, 51))])
    assert "B24_CLOSEDATE_AUTO" in codes(desk)
    other = Desk(warehouse, year={"by": "won_at"})
    other.portal = desk.portal
    other.day([*same, *(deal(n) for n in range(42, 51))])
    assert "B24_CLOSEDATE_AUTO" not in codes(other)


@pytest.mark.parametrize("scope", [{"years": [2025]}, {"contact_ids": [8]}, {"max_updates": 1}])
def test_a_trial_plans_what_a_run_of_the_same_scope_does(warehouse: Warehouse, scope: dict[str, Any]) -> None:
    desk = Desk(warehouse, writes={"repair_days": 0}, fields={"year_totals": True}, guards=LENIENT)
    read = [deal(n, 100 * n, [6 + n], closed_on=f"{2024 + n}-02-02") for n in (1, 2)]
    desk.day([deal(1, 5, [7, 8, 9])])
    plan = "select key, before, after from ops.action where run_id = %s order by seq"
    desk.day(read, dry_run=True, **scope)
    told, counted = desk.rows(plan, desk.job.run_id), desk.run.counters
    assert told
    desk.day(read, **scope)
    assert desk.rows(plan, desk.job.run_id) == told
    assert {name: counted.get(name, 0) for name in desk.run.counters} == desk.run.counters


def test_a_cap_over_three_days_writes_each_contact_once_newest_year_first(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"max_contact_updates": 3, "repair_days": 0})
    read = [deal(n, 100, [n], closed_on=f"{2020 + n % 7}-05-05") for n in range(1, 8)]
    for _ in range(4):
        desk.day(read)
    years = [2020 + contact % 7 for contact, _ in desk.portal.written]
    assert years == sorted(years, reverse=True)
    assert len(years) == 7
    assert desk.run.state == "success"


def test_clients_that_somebody_has_made_meanwhile_are_found_and_not_doubled(warehouse: Warehouse) -> None:
    """Between the match and the plan another pipeline may write clients: the match is made anew."""
    desk = Desk(warehouse)
    desk.portal.phones = {7: ["+7 921 000-00-07"]}

    def somebody() -> None:
        desk.warehouse.connection.execute("""
            insert into mart.client (client_id, name, origin) values (500, 'Клиент выгрузки', 'deal_import');
            insert into mart.client_key (kind, value, client_id)
            select 'phone', value, 500 from stage.identity_key where kind = 'phone';
            update ops.mart_revision set revision = revision + 1;
        """)

    desk.plan([deal(1, 100, [7])], meanwhile=somebody)
    assert desk.rows("select external_id, client_id from mart.client_link") == [("7", 500)]
    assert desk.rows("select count(*) from mart.client") == [(1,)]


def test_a_contact_whose_keys_point_at_two_clients_is_told(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.portal.phones = {7: ["+79210000007"], 8: ["+79210000008"]}
    desk.day([deal(1, 100, [7, 8])])
    desk.portal.phones[9] = ["+79210000007", "+79210000008"]
    desk.day([deal(1, 100, [7, 8, 9])])
    links = desk.rows("select external_id, client_id from mart.client_link order by 1")
    assert len(links) == 3
    assert links[2][1] in {links[0][1], links[1][1]}
    assert "B24_SHARED_CLIENT" in codes(desk)


def test_only_the_current_year_is_written_when_no_more_is_wished(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, year={"write": "current"})
    this = desk_year(desk)
    desk.day([deal(1, 100, [7], closed_on=f"{this}-01-01"), deal(2, 5, [7], closed_on=f"{this - 1}-12-31")])
    assert desk.portal.written == [(7, {SUM.format(0, this): "100.00"})]
    assert len(desk.totals()) == 2


def desk_year(desk: Desk) -> int:
    """Give the year it is in the warehouse, in the settings' zone."""
    query = "select extract(year from now() at time zone 'Europe/Moscow')::integer"
    return int(desk.rows(query)[0][0])
