"""What a portal and its people may do while totals are written, through the real DAG: sums end up right."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.bitrix24_contact_totals.club import contact, deal
from tests.bitrix24_portal import Portal

NEW_YEARS_EVE = datetime(2025, 12, 31, 1, 15, tzinfo=UTC)
FIELD = "UF_CRM_SUM_0_2026"
CONSERVED = [{"is_conserved": True}]


def crowd(portal: Portal, number: int) -> None:
    """Let the portal have so many won deals, each of a contact of its own."""
    portal.crm.order(contacts=[contact(each) for each in range(1, number + 1)])
    portal.crm.order(deals=[deal(each, 0, "S", "2026-02-02", 100, [each]) for each in range(1, number + 1)])


def sums(portal: Portal) -> dict[int, float]:
    """Give what contacts hold that hold something."""
    held = portal.held(FIELD)
    return {number: float(fields[FIELD]) for number, fields in held.items() if fields.get(FIELD)}


def conserved(portal: Portal) -> list[Any]:
    return portal.rows("select is_conserved from mart.v_contact_total_reconciliation")


@pytest.mark.parametrize(("refused", "state"), [(1, "partial"), (2, "failed")])
def test_too_many_refusals_fail_the_run_at_its_end_and_the_others_are_written(
    portal: Portal, refused: int, state: str
) -> None:
    crowd(portal, 60)
    portal.crm.fault("item", about="crm.item.update", text="CRM_FIELD_ERROR_VALUE_NOT_VALID", times=refused)
    made = portal.run()
    assert portal.run_of(made)["state"] == state
    assert ("B24_TOO_MANY_FAILED" in portal.codes(made)) is (state == "failed")
    assert portal.counters(made)["failed"] == refused
    assert len(sums(portal)) == 60 - refused
    again = portal.run()
    assert (portal.run_of(again)["state"], len(sums(portal))) == ("success", 60)


@pytest.mark.parametrize("returns_to", [100, 0])
@pytest.mark.parametrize("fault", [{"kind": "reset"}, {"kind": "500"}, {"kind": "gateway"}])
def test_a_total_that_returns_to_what_it_was_before_a_lost_write_is_put_right(
    portal: Portal, fault: dict[str, Any], returns_to: int
) -> None:
    portal.crm.order(contacts=[contact(7), contact(8)])
    portal.crm.order(deals=[deal(1, 0, "S", "2026-02-02", 50, [8]), deal(2, 0, "S", "2026-02-02", 100, [7])])
    if returns_to:
        portal.run()
    portal.crm.order(change={"deal": {"2": {"opportunity": 150.0}}})
    if not returns_to:  # its field is there, and it was never written to
        portal.crm.order(change={"deal": {"2": {"contactIds": [8], "contactId": 8}}})
        portal.run()
        portal.crm.order(change={"deal": {"2": {"contactIds": [7], "contactId": 7}}})
    portal.crm.fault(fault["kind"], about="contact:7", applied=True, times=90)
    made = portal.run()
    assert made.state == "failed"
    assert sums(portal)[7] == 150
    portal.crm.forget_faults()
    portal.crm.order(change={"deal": {"2": {"opportunity": float(returns_to)}}})
    made = portal.run()
    assert made.state == "success", made.errors
    assert sums(portal) == ({7: 100.0, 8: 50.0} if returns_to else {8: 50.0})
    portal.forget()
    assert (portal.run().state, portal.written()) == ("success", [])
    assert conserved(portal) == CONSERVED


def test_deals_of_a_contact_that_was_merged_into_another_count_for_that_one(portal: Portal) -> None:
    crowd(portal, 3)
    portal.run()
    portal.crm.order(merge_contacts=[2, 1])
    made = portal.run()
    assert made.state == "success", made.errors
    assert sums(portal) == {1: 200.0, 3: 100.0}
    totals = portal.rows("select contact_id, amount_minor from mart.contact_year_total order by 1")
    assert [tuple(row.values()) for row in totals] == [(1, 20000), (2, 0), (3, 10000)]
    gone = portal.rows("select contact_id from mart.bitrix24_contact where gone_at is not null")
    assert gone == [{"contact_id": 2}]
    assert conserved(portal) == CONSERVED


def test_a_contact_that_is_deleted_while_totals_are_written_stops_nobody(portal: Portal) -> None:
    crowd(portal, 4)
    portal.crm.fault("item", about="contact:2", text="NOT_FOUND")
    made = portal.run()
    assert portal.run_of(made)["state"] == "success"
    assert portal.counters(made)["gone"] == 1
    assert sorted(sums(portal)) == [1, 3, 4]
    assert conserved(portal) == CONSERVED


def test_a_field_that_could_not_be_created_holds_up_no_other(portal: Portal) -> None:
    crowd(portal, 3)
    portal.crm.order(deals=[deal(9, 0, "S", "2025-02-02", 7, [1])])
    portal.crm.fault("400", about=f"field:{FIELD}", text="ERROR_CORE")
    made = portal.run()
    assert made.state == "success", made.errors
    assert portal.run_of(made)["state"] == "partial"
    assert sums(portal) == {}
    assert portal.held("UF_CRM_SUM_0_2025")[1] == {"UF_CRM_SUM_0_2025": 7}
    portal.crm.forget_faults()
    assert portal.run().state == "success"
    assert sums(portal) == {1: 100.0, 2: 100.0, 3: 100.0}


def test_a_run_that_was_killed_between_the_plan_and_the_sending_is_made_up_for(portal: Portal) -> None:
    crowd(portal, 3)
    portal.new_run().go_on(until="send_totals")
    assert sums(portal) == {}
    portal.rows("update ops.run set state = 'failed' where state = 'running' returning run_id")
    made = portal.run()
    assert portal.run_of(made)["state"] == "success"
    assert sums(portal) == {1: 100.0, 2: 100.0, 3: 100.0}
    assert len([each for each in portal.written() if each[0] == "crm.item.update"]) == 3


def test_a_backfill_over_new_years_eve_recomputes_both_years(portal: Portal) -> None:
    crowd(portal, 1)
    portal.crm.order(deals=[deal(11, 0, "S", "2025-12-31", 1, [1]), deal(12, 0, "S", "2024-12-31", 2, [1])])
    made = portal.run("backfill", slot=NEW_YEARS_EVE)
    assert made.state == "success", made.errors
    [fields] = portal.held("UF_CRM_SUM").values()
    assert fields == {"UF_CRM_SUM_0_2025": 1, "UF_CRM_SUM_0_2026": 100}
    assert portal.rows("select name from ops.cursor order by name") == [
        {"name": "backfill:2025"}, {"name": "backfill:2026"},
    ]  # fmt: skip


def test_a_backfill_that_failed_is_not_taken_for_done_and_other_years_are_not_either(portal: Portal) -> None:
    crowd(portal, 1)
    portal.crm.order(rights={"admin": False})
    assert portal.run("backfill", slot=NEW_YEARS_EVE).state == "failed"
    portal.crm.order(rights={"admin": True})
    made = portal.run("backfill", slot=NEW_YEARS_EVE)
    assert portal.run_of(made)["state"] == "success"
    skipped = portal.run("backfill", slot=NEW_YEARS_EVE.replace(month=7))
    assert portal.run_of(skipped)["state"] == "skipped"
    other = portal.run("backfill", slot=NEW_YEARS_EVE.replace(year=2024))  # 2024 and 2025
    assert portal.run_of(other)["state"] == "success"


def test_years_are_done_for_six_hours(portal: Portal) -> None:
    crowd(portal, 1)
    portal.run("backfill", slot=NEW_YEARS_EVE)
    later = "update ops.cursor set value = (value::timestamptz - interval '{} hours')::text returning name"
    portal.rows(later.format("5.9"))
    assert portal.run_of(portal.run("backfill", slot=NEW_YEARS_EVE.replace(day=30)))["state"] == "skipped"
    portal.rows(later.format("0.2"))
    assert portal.run_of(portal.run("backfill", slot=NEW_YEARS_EVE.replace(day=29)))["state"] == "success"


def test_a_second_backfill_over_the_same_dates_begins_with_its_first_date(portal: Portal) -> None:
    crowd(portal, 2)
    dates = [datetime(2026, 3, day, 1, 15, tzinfo=UTC) for day in (1, 2)]
    assert [state_of(portal, "backfill", day) for day in dates] == ["success", "skipped"]
    portal.crm.order(change={"deal": {"1": {"opportunity": 5.0}}})
    assert [state_of(portal, "backfill", day) for day in dates] == ["success", "skipped"]
    assert sums(portal) == {1: 5.0, 2: 100.0}


@pytest.mark.parametrize("asked", [{"contact_ids": [1]}, {"max_updates": 1}])
def test_a_backfill_of_a_part_does_not_pass_for_the_whole(portal: Portal, asked: dict[str, Any]) -> None:
    crowd(portal, 2)
    day = datetime(2026, 3, 1, 1, 15, tzinfo=UTC)
    portal.run("backfill", slot=day, **asked)
    assert sums(portal) == {1: 100.0}
    assert state_of(portal, "backfill", day.replace(day=2)) == "success"
    assert sums(portal) == {1: 100.0, 2: 100.0}


@pytest.mark.parametrize("settings", [{"year": {"write": "current"}}], indirect=True)
@pytest.mark.parametrize(
    ("kind", "asked"),
    [("backfill", {"slot": datetime(2025, 3, 3, 1, 15, tzinfo=UTC)}), ("manual", {"years": [2025]})],
)
def test_years_that_are_asked_for_are_written_though_others_are_not(
    portal: Portal, kind: str, asked: dict[str, Any]
) -> None:
    crowd(portal, 1)
    portal.crm.order(deals=[deal(11, 0, "S", "2025-12-31", 3, [1])])
    portal.run(kind, **asked)
    assert portal.held("UF_CRM_SUM") == {1: {"UF_CRM_SUM_0_2025": 3}}


def test_a_year_that_is_asked_for_and_has_no_fields_is_told(portal: Portal) -> None:
    crowd(portal, 1)
    made = portal.run("manual", years=[2035])
    assert (portal.written(), "B24_YEAR_UNKNOWN" in portal.codes(made)) == ([], True)


def test_contacts_that_are_asked_for_and_have_no_totals_are_told(portal: Portal) -> None:
    crowd(portal, 1)
    portal.crm.order(deals=[deal(11, 0, "S", "2026-01-31", 3, [1])])
    made = portal.run("manual", contact_ids=[1, 777777])
    (told,) = portal.rows(
        "select details ->> 'message' as text from ops.run_log where codes = '{B24_CONTACT_UNKNOWN}'"
    )
    assert told["text"] == "Ни в одной успешной сделке нет контактов: 777777. Проверьте номера."
    assert portal.held("UF_CRM_SUM") == {1: {"UF_CRM_SUM_0_2026": 103}}
    assert "B24_CONTACT_UNKNOWN" not in portal.codes(portal.run("manual", contact_ids=[1]))
    assert portal.run_of(made)["state"] == "success"


def test_many_merged_contacts_are_no_missing_ones(portal: Portal) -> None:
    crowd(portal, 60)
    portal.run()
    for number in range(1, 26):
        portal.crm.order(merge_contacts=[number, number + 30])
    made = portal.run()
    assert made.state == "success", made.errors
    assert sum(sums(portal).values()) == 6000
    assert conserved(portal) == CONSERVED


def state_of(portal: Portal, kind: str, slot: datetime) -> str:
    return str(portal.run_of(portal.run(kind, slot=slot))["state"])


@pytest.mark.parametrize("settings", [{"year": {"first": 2024}}], indirect=True)
def test_a_trial_of_a_backfill_does_not_pass_for_one(portal: Portal) -> None:
    crowd(portal, 1)
    portal.run("backfill", slot=NEW_YEARS_EVE, dry_run=True)
    assert portal.rows("select 1 from ops.cursor") == []
    assert portal.run_of(portal.run("backfill", slot=NEW_YEARS_EVE))["state"] == "success"
