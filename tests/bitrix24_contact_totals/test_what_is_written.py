"""Which contacts are written to, in which order, and what a portal's people may do meanwhile."""

from decimal import Decimal
from typing import Any

import psycopg
import pytest

from include.bitrix24.metadata import CurrencyRow, FieldRow, FunnelRow
from include.bitrix24.stopped import UnfitField
from plugins.steps import bitrix24_contact_totals_writing as writing
from plugins.steps.bitrix24_contact_totals import (
    ContactsMissing,
    CurrencyChanged,
    DealsDropped,
    OtherPortal,
)
from plugins.warehouse import Warehouse
from tests.bitrix24_contact_totals.desk import RUBLE, Desk, deal

EUR = CurrencyRow("EUR", Decimal("90"), Decimal(1), False, 2)
SUM = "UF_CRM_SUM_{}_{}"
HISTORY = """
    select contact_id, amount_minor, valid_to is null
    from mart.contact_year_total_history order by contact_id, valid_from
"""
LENIENT = {"max_drop": 1, "min_seen_again": 0}


@pytest.fixture
def warehouse(connection: psycopg.Connection) -> Warehouse:
    return Warehouse(connection)


def actions(desk: Desk) -> list[tuple[str, Any, Any]]:
    return desk.rows(
        "select key, before, after from ops.action where run_id = %s and kind = 'set_totals' order by seq",
        desk.job.run_id,
    )


def codes(desk: Desk) -> set[str]:
    query = "select distinct unnest(codes) from ops.run_log where run_id = %s"
    return {code for (code,) in desk.rows(query, desk.job.run_id)}


def asked_about(desk: Desk) -> list[int]:
    """Give the contacts whose values the last run has asked for."""
    query = "select contact_id from stage.bitrix24_contact_totals_contact where run_id = %s and wants_values"
    return [contact for (contact,) in desk.rows(query, desk.job.run_id)]


def outcome(desk: Desk, record: str) -> str | None:
    query = "select outcome from ops.run_log where run_id = %s and record_key = %s and outcome is not null"
    rows = desk.rows(query, desk.job.run_id, record)
    return rows[0][0] if rows else None


def test_newest_years_go_first_and_the_cap_goes_on_the_next_day(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"max_contact_updates": 2, "repair_days": 0})
    read = [
        deal(n, 100 * n, [n], closed_on=f"{year}-05-05") for n, year in enumerate((2024, 2026, 2025, 2026), 1)
    ]
    run = desk.day(read)
    assert [contact for contact, _ in desk.portal.written] == [2, 4]
    assert run.state == "partial"
    assert run.counters["postponed"] == 2
    assert "B24_POSTPONED" in codes(desk)
    run = desk.day(read)
    assert [contact for contact, _ in desk.portal.written] == [2, 4, 3, 1]
    assert run.state == "success"


def test_a_person_may_allow_fewer_contacts_but_not_more(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"max_contact_updates": 2})
    read = [deal(n, 100, [n]) for n in range(1, 5)]
    desk.day(read, max_updates=1)
    assert len(desk.portal.written) == 1
    desk.day(read, max_updates=10)
    assert len(desk.portal.written) == 3


def test_only_the_contacts_and_years_that_were_asked_for_are_written_but_all_are_kept_here(
    warehouse: Warehouse,
) -> None:
    desk = Desk(warehouse)
    read = [deal(1, 100, [7]), deal(2, 100, [8]), deal(3, 50, [7], closed_on="2025-01-01")]
    run = desk.day(read, contact_ids=[7], years=[2026])
    assert desk.portal.written == [(7, {SUM.format(0, 2026): "100.00"})]
    assert run.counters["out_of_scope"] == 1
    assert desk.totals() == {(7, 0, 2026): (10000, 1), (8, 0, 2026): (10000, 1), (7, 0, 2025): (5000, 1)}
    desk.day(read)
    assert sorted(desk.portal.written[1:]) == [
        (7, {SUM.format(0, 2025): "50.00"}),
        (8, {SUM.format(0, 2026): "100.00"}),
    ]


def test_a_dry_run_plans_what_a_real_one_does_and_changes_nothing(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    read = [deal(1, 100, [7, 8]), deal(2, 10, [])]
    desk.day(read, dry_run=True)
    planned, counters = actions(desk), desk.run.counters
    assert len(planned) == 2
    assert desk.run.state == "success"
    assert desk.totals() == {}
    assert desk.rows("select 1 from mart.bitrix24_snapshot") == []
    desk.day(read)
    assert actions(desk) == planned
    assert desk.run.counters == counters


def test_what_a_person_has_changed_is_put_right_when_it_is_the_contacts_turn(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"repair_days": 1})
    desk.day([deal(1, 100, [7])])
    desk.portal.held[7][SUM.format(0, 2026)] = "5.5"
    desk.day([deal(1, 100, [7])])
    assert desk.portal.held[7][SUM.format(0, 2026)] == Decimal("100.00")
    assert "B24_MANUAL_EDIT" in codes(desk)
    assert actions(desk) == [
        ("contact:7", {SUM.format(0, 2026): "5.50"}, {SUM.format(0, 2026): "100.00"}),
    ]


def test_a_seventh_of_the_contacts_is_looked_at_a_day(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    read = [deal(n, 100, [n]) for n in range(1, 15)]
    desk.day(read)
    desk.day(read)
    query = "select contact_id from stage.bitrix24_contact_totals_contact where run_id = %s and is_turn"
    asked = [contact for (contact,) in desk.rows(query, desk.job.run_id)]
    assert len(asked) == 2
    assert {contact % 7 for contact in asked} == {desk.job.today.toordinal() % 7}
    assert desk.run.counters["unchanged"] == 2


def test_what_is_no_number_is_replaced_and_kept_in_the_plan(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"repair_days": 1})
    desk.day([deal(1, 100, [7])])
    desk.portal.held[7][SUM.format(0, 2026)] = "1250.5|RUB"
    desk.day([deal(1, 100, [7])])
    assert actions(desk)[0][1] == {SUM.format(0, 2026): "1250.5|RUB"}
    assert "B24_ODD_VALUE" in codes(desk)


def test_a_write_that_nobody_learnt_of_is_found_done(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.plan([deal(1, 100, [7])])
    desk.send(1)  # the field
    desk.send(settles=False)  # the total is there, and the process is gone
    stop(desk)
    desk.day([deal(1, 100, [7])])
    assert len(desk.portal.written) == 1
    assert desk.rows("select amount_minor from mart.bitrix24_written_total") == [(10000,)]


@pytest.mark.parametrize("before", [100, 0])
def test_what_may_have_been_taken_is_looked_at_though_the_total_is_again_what_was_confirmed(
    warehouse: Warehouse, before: int
) -> None:
    desk = Desk(warehouse, writes={"repair_days": 0}, guards=LENIENT)
    usual = [deal(1, before, [7]), deal(2, 1, [8])]
    desk.day(usual)
    desk.plan([*usual, deal(3, 50, [7])])
    desk.send(settles=False)  # the portal holds it, and nobody knows
    stop(desk)
    desk.portal.written.clear()
    desk.day(usual)
    assert [contact for contact, _ in desk.portal.written] == [7]
    assert desk.portal.held[7][SUM.format(0, 2026)] == before
    desk.portal.written.clear()
    desk.day(usual)
    assert (desk.portal.written, asked_about(desk)) == ([], [])


def test_what_the_portal_has_refused_is_looked_at_as_well(warehouse: Warehouse) -> None:
    """A refusal may come after all of it was done: an internal error, three times in a row."""
    desk = Desk(warehouse, writes={"repair_days": 0}, guards=LENIENT)
    desk.day([deal(1, 100, [7])])
    desk.plan([deal(1, 150, [7])])
    desk.send(state="failed")
    stop(desk)
    desk.day([deal(1, 100, [7])])
    assert desk.portal.held[7][SUM.format(0, 2026)] == 100


def test_a_plan_made_anew_in_the_same_run_remembers_what_may_have_been_taken(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"repair_days": 0}, guards=LENIENT)
    desk.day([deal(1, 100, [7])])
    desk.plan([deal(1, 150, [7])])
    desk.send(settles=False)
    desk.warehouse.connection.execute("update ops.action set state = 'planned' where state = 'sending'")
    writing.plan_writes(warehouse, desk.job)
    rows = desk.rows("select state, attempts from ops.action where run_id = %s order by seq", desk.job.run_id)
    assert rows == [("skipped", 1), ("planned", 0)]
    stop(desk)
    desk.day([deal(1, 100, [7])])
    assert desk.portal.held[7][SUM.format(0, 2026)] == 100


def test_a_field_that_somebody_has_deleted_is_made_anew_and_filled(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"repair_days": 0})
    read = [deal(1, 100, [7]), deal(2, 5, [8], category_id=3)]
    desk.day(read)
    name = SUM.format(0, 2026)
    del desk.portal.fields[name], desk.portal.held[7][name]
    desk.day(read)
    assert desk.portal.held == {7: {name: Decimal(100)}, 8: {SUM.format(3, 2026): Decimal(5)}}
    assert desk.portal.written[2:] == [(7, {name: "100.00"})]


def test_a_total_of_nothing_is_not_written_into_an_empty_field(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.day([deal(1, "0.01", [7, 12])])
    assert [contact for contact, _ in desk.portal.written] == [7]


def test_a_contact_that_is_gone_is_told_once_and_its_share_stays(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, writes={"repair_days": 0})
    desk.portal.gone = {8}
    desk.day([deal(1, 100, [7, 8])])
    assert outcome(desk, "contact:8") == "gone"
    assert [contact for contact, _ in desk.portal.written] == [7]
    desk.day([deal(1, 100, [7, 8])])
    assert outcome(desk, "contact:8") is None
    assert desk.totals()[8, 0, 2026] == (5000, 1)
    desk.portal.gone = set()
    desk.day([deal(1, 100, [7, 8]), deal(2, 1, [8])])
    assert desk.portal.held[8] == {SUM.format(0, 2026): Decimal("51.00")}
    assert desk.rows("select gone_at from mart.bitrix24_contact where contact_id = 8") == [(None,)]


def test_too_many_contacts_that_are_not_shown_stop_the_run(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.portal.gone = set(range(1, 31))
    with pytest.raises(ContactsMissing, match="30 из 100"):
        desk.day([deal(n, 100, [n]) for n in range(1, 101)])


def test_a_contact_without_keys_has_totals_and_no_client_and_shared_phones_are_one_client(
    warehouse: Warehouse,
) -> None:
    desk = Desk(warehouse)
    desk.portal.phones = {7: ["+7 921 000-00-07"], 8: ["89210000007"]}
    desk.day([deal(1, 100, [7, 8, 9])])
    assert desk.rows("select external_id, client_id from mart.client_link order by 1") == [("7", 1), ("8", 1)]
    assert desk.rows("select name from mart.client") == [("Клиент 7",)]
    assert len(desk.totals()) == 3
    desk.day([deal(1, 100, [7, 8, 9])])
    assert desk.rows("select count(*) from mart.client") == [(1,)]


def test_a_rate_is_frozen_when_a_deal_is_first_seen_won(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.currencies = [RUBLE, EUR]
    desk.day([deal(1, 10, [7], currency="EUR")])
    assert "B24_RATE_FROZEN" in codes(desk)
    desk.currencies = [RUBLE, EUR._replace(amount=Decimal(100))]
    desk.day([deal(1, 10, [7], currency="EUR"), deal(2, 10, [8], currency="EUR")])
    assert desk.totals() == {(7, 0, 2026): (90000, 1), (8, 0, 2026): (100000, 1)}


@pytest.mark.parametrize(("policy", "minor"), [("daily", 100000), ("reject", None)])
def test_other_policies_take_the_rate_of_the_day_or_no_other_currency(
    warehouse: Warehouse, policy: str, minor: int | None
) -> None:
    desk = Desk(warehouse, currency={"rate_policy": policy}, guards=LENIENT)
    desk.currencies = [RUBLE, EUR]
    desk.day([deal(1, 10, [7], currency="EUR")])
    desk.currencies = [RUBLE, EUR._replace(amount=Decimal(100))]
    run = desk.day([deal(1, 10, [7], currency="EUR")])
    assert desk.totals() == ({} if minor is None else {(7, 0, 2026): (minor, 1)})
    assert (run.state, "B24_FOREIGN_CURRENCY" in codes(desk)) == (
        ("success", False) if minor else ("partial", True)
    )


@pytest.mark.parametrize("currency", ["XTS", None])
def test_a_currency_that_the_portal_does_not_know_does_not_count(
    warehouse: Warehouse, currency: str | None
) -> None:
    desk = Desk(warehouse)
    desk.day([deal(1, 10, [7], currency=currency), deal(2, 10, [8])])
    assert desk.totals() == {(8, 0, 2026): (1000, 1)}
    assert outcome(desk, "deal:1") == "refused"
    assert "B24_CURRENCY_UNKNOWN" in codes(desk)


@pytest.mark.parametrize("amount", [Decimal(2) ** 53, None])
def test_a_sum_that_is_none_or_too_large_does_not_count(warehouse: Warehouse, amount: Decimal | None) -> None:
    desk = Desk(warehouse)
    desk.day([deal(1)._replace(opportunity=amount)])
    assert (outcome(desk, "deal:1"), desk.totals()) == ("refused", {})
    assert "B24_BAD_SUM" in codes(desk)


def test_fewer_deals_than_allowed_stop_the_run_until_a_person_lets_them_pass(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    read = [deal(n, 100, [n]) for n in range(1, 21)]
    desk.day(read)
    desk.day(read[:19])  # 5 %
    with pytest.raises(DealsDropped, match="сделок было 19, стало 17"):
        desk.day(read[:17])
    stop(desk)
    assert len(desk.totals()) == 19
    desk.day(read[:17], allow_drop=True)
    assert len(desk.totals()) == 17


def stop(desk: Desk) -> None:
    """Close the run that was stopped, as its task does."""
    desk.warehouse.connection.execute("update ops.run set state = 'failed' where state = 'running'")


def test_a_sum_that_falls_by_more_than_allowed_stops_the_run(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.day([deal(1, 1000, [7]), deal(2, 10, [8])])
    with pytest.raises(DealsDropped, match=r"сумма упала на 99\.0 %"):
        desk.day([deal(1, 0, [7]), deal(2, 10, [8])])


def test_a_funnel_that_vanished_stops_the_run_and_falls_to_nothing_when_let_pass(
    warehouse: Warehouse,
) -> None:
    desk = Desk(warehouse)
    read = [deal(n, 100, [n]) for n in range(1, 101)]
    lost = deal(200, 1, [7], category_id=3)
    desk.day([*read, lost])
    desk.funnels = [FunnelRow(0, "Общая", 300)]
    with pytest.raises(DealsDropped, match="воронки 3 больше нет"):
        desk.day(read)
    stop(desk)
    desk.day(read, allow_drop=True)
    assert desk.portal.held[7][SUM.format(3, 2026)] == 0


def test_another_portal_behind_the_connection_is_noticed(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.day([deal(n, 100, [7]) for n in range(1, 11)])
    with pytest.raises(OtherPortal, match="Из 10 прежних успешных сделок на портале есть 4"):
        desk.day([deal(n, 200, [7]) for n in range(7, 17)])


def test_another_base_currency_stops_the_run(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.day([deal(1)])
    desk.currencies = [RUBLE._replace(is_base=False), EUR._replace(is_base=True)]
    with pytest.raises(CurrencyChanged, match="RUB"):
        desk.day([deal(1)])


def test_an_excluded_funnel_counts_for_nothing_and_its_fields_are_emptied_once_and_left_alone_then(
    warehouse: Warehouse,
) -> None:
    desk = Desk(warehouse)
    desk.day([deal(1, 100, [7]), deal(2, 50, [7], category_id=3)])
    other = Desk(warehouse, deals={"exclude_funnels": [3]})
    other.portal = desk.portal
    other.day([deal(1, 100, [7])])
    first, second = SUM.format(0, 2026), SUM.format(3, 2026)
    assert other.portal.held[7] == {first: Decimal(100), second: Decimal(0)}
    assert other.totals() == {(7, 0, 2026): (10000, 1)}
    assert "B24_FIELD_ABANDONED" in codes(other)
    assert outcome(other, "deal:2") == "left"
    other.portal.held[7][second] = Decimal(77)  # somebody's own by now
    other.day([deal(1, 100, [7])])
    assert other.portal.held[7] == {first: Decimal(100), second: Decimal(77)}
    assert "B24_FIELD_ABANDONED" not in codes(other)


@pytest.mark.parametrize(
    "field",
    [
        FieldRow("contact", SUM.format(0, 2026), "money", False, 1, None, 2),
        FieldRow("contact", SUM.format(0, 2026), "double", True, 1, None, 2),
        FieldRow("contact", SUM.format(0, 2026), "double", False, 1, None, 1),
    ],
)
def test_a_field_that_would_not_keep_our_values_stops_the_run(warehouse: Warehouse, field: FieldRow) -> None:
    desk = Desk(warehouse)
    desk.portal.fields[field.field_name] = field
    with pytest.raises(UnfitField, match=field.field_name):
        desk.day([deal(1)])


def test_without_leave_to_create_fields_totals_stay_here_and_that_is_said_once(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, fields={"auto_create": False})
    desk.day([deal(1)])
    assert (desk.portal.written, outcome(desk, "contact:7")) == ([], "no_field")
    assert desk.totals() == {(7, 0, 2026): (10000, 1)}
    desk.day([deal(1)])
    assert outcome(desk, "contact:7") is None


def test_no_more_fields_are_created_than_allowed_and_the_newest_years_get_theirs(
    warehouse: Warehouse,
) -> None:
    desk = Desk(warehouse, fields={"most": 1})
    desk.day([deal(1, 100, [7]), deal(2, 100, [7], closed_on="2025-01-01")])
    assert list(desk.portal.fields) == [SUM.format(0, 2026)]
    assert "B24_FIELDS_LIMIT" in codes(desk)


def test_sums_over_directions_and_years_are_those_of_the_same_totals(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, fields={"year_totals": True, "grand_total": True})
    desk.day([deal(1, 100, [7]), deal(2, 10, [7], category_id=3), deal(3, 1, [7], closed_on="2025-01-01")])
    assert {name: str(value) for name, value in desk.portal.held[7].items()} == {
        "UF_CRM_SUM_0_2025": "1.00",
        "UF_CRM_SUM_0_2026": "100.00",
        "UF_CRM_SUM_3_2026": "10.00",
        "UF_CRM_SUM_ALL_2025": "1.00",
        "UF_CRM_SUM_ALL_2026": "110.00",
        "UF_CRM_SUM_ALL": "111.00",
    }


def test_a_year_outside_the_settings_stays_here(warehouse: Warehouse) -> None:
    desk = Desk(warehouse)
    desk.day([deal(1, 100, [7], closed_on="2001-01-01")])
    assert (desk.portal.written, desk.totals()) == ([], {(7, 0, 2001): (10000, 1)})
    assert "B24_YEAR_OUTSIDE" in codes(desk)


@pytest.mark.parametrize(
    ("by", "closed_on", "moved_on", "year"),
    [
        ("closedate", "2026-01-01", "2025-12-31", 2026),
        ("closedate", None, "2025-12-31", 2025),
        ("won_at", "2026-01-01", "2025-12-31", 2025),
        ("stage_history", "2026-01-01", "2025-12-31", 2025),
    ],
)
def test_the_year_is_told_by_the_policy(
    warehouse: Warehouse, by: str, closed_on: str | None, moved_on: str, year: int
) -> None:
    desk = Desk(warehouse, year={"by": by})
    desk.day([deal(1, closed_on=closed_on, moved_on=moved_on)])
    assert list(desk.totals()) == [(7, 0, year)]
    assert ("B24_CLOSEDATE_EMPTY" in codes(desk)) is (closed_on is None)


def test_a_plan_made_twice_in_a_run_is_one_plan_with_one_history(warehouse: Warehouse) -> None:
    desk = Desk(warehouse, guards=LENIENT)
    desk.day([deal(1, 100, [7]), deal(2, 10, [8])])
    desk.plan([deal(1, 50, [7])])
    first = (desk.rows(HISTORY), actions(desk), desk.run.counters)
    writing.plan_writes(warehouse, desk.job)
    assert (desk.rows(HISTORY), actions(desk), desk.run.counters) == first
    assert first[0] == [(7, 10000, False), (7, 5000, True), (8, 1000, False), (8, 0, True)]
