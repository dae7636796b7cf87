"""Days of a portal through the real DAG: what is asked, how readings are proved whole, who may stop a run."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.bitrix24_contact_totals.club import contact, deal
from tests.bitrix24_portal import Portal

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def many(portal: Portal, number: int) -> None:
    """Let the portal have so many won deals of ten contacts."""
    portal.crm.order(contacts=[contact(each) for each in range(1, 11)])
    portal.crm.order(
        deals=[deal(each, 0, "S", "2026-02-02", 100, [1 + each % 10]) for each in range(1, number + 1)]
    )


def error(portal: Portal, made: Any) -> str:
    return str(portal.run_of(made)["error"])


def test_an_unchanged_day_asks_once_for_what_the_portal_is_and_reads_and_counts(club: Portal) -> None:
    club.run()
    club.forget()
    made = club.run()
    assert made.state == "success"
    assert len(club.crm.calls()) == 3
    assert club.written() == []
    assert club.counters(made) == {"counted": 3, "unattributed": 1}


def test_fields_come_before_totals_and_only_those_that_a_total_needs(club: Portal) -> None:
    made = club.run()
    kinds = [(action["kind"], action["key"], action["state"]) for action in club.actions(made)]
    assert kinds == [
        ("create_field", "field:UF_CRM_SUM_3_2026", "done"),
        ("create_field", "field:UF_CRM_SUM_0_2025", "done"),
        ("set_totals", "contact:7", "done"),
        ("set_totals", "contact:9", "done"),
        ("set_totals", "contact:12", "done"),
    ]
    assert "B24_FIELD_CREATED" in club.codes(made)


def test_rights_lost_on_the_way_stop_the_run_and_nothing_changes(club: Portal) -> None:
    many(club, 120)
    club.run()
    before = club.rows("select * from mart.contact_year_total order by 1, 2, 3, 4")
    club.crm.order(at_page=2, of="crm.item.list", rights={"funnels": []})
    made = club.run()
    assert made.state == "failed"
    assert club.rows("select * from mart.contact_year_total order by 1, 2, 3, 4") == before
    assert club.rows("select 1 from ops.action where state not in ('done', 'skipped')") == []


def test_who_is_no_administrator_is_refused(club: Portal) -> None:
    club.crm.order(rights={"admin": False})
    made = club.run()
    assert (made.state, club.codes(made)) == ("failed", {"RUN_STARTED", "B24_NOT_ADMIN"})


@pytest.mark.parametrize("settings", [{"deals": {"funnels": [0, 77]}}], indirect=True)
def test_a_funnel_that_is_not_there_is_named(club: Portal) -> None:
    made = club.run()
    assert "Воронки 77 на портале нет" in error(club, made)


def test_a_dry_run_sends_nothing(club: Portal) -> None:
    made = club.run("manual", dry_run=True)
    assert made.state == "success"
    assert club.written() == []
    assert {action["state"] for action in club.actions(made)} == {"skipped"}
    assert club.rows("select 1 from mart.contact_year_total") == []


def test_a_deleted_contact_is_gone_and_the_others_are_written(club: Portal) -> None:
    club.crm.order(delete_contacts=[9])
    club.crm.order(change={"deal": {"101": {"contactIds": [7, 9, 12], "contactId": 7}}})
    made = club.run()
    assert made.state == "success", made.errors
    assert set(club.held("UF_CRM_SUM")) == {7, 12}


def test_contacts_become_clients_by_their_phones(club: Portal) -> None:
    club.run()
    links = club.rows("select system, external_id from mart.client_link order by external_id::bigint")
    assert [(row["system"], row["external_id"]) for row in links] == [
        ("bitrix24", "7"),
        ("bitrix24", "9"),
        ("bitrix24", "12"),
    ]


def test_a_backfill_recomputes_a_year_once_and_says_that_it_takes_the_present(club: Portal) -> None:
    made = club.run("backfill", slot=NEW_YEAR + timedelta(days=40))
    assert made.state == "success", made.errors
    assert "B24_PRESENT_ONLY" in club.codes(made)
    assert {name for contact in club.held("UF_CRM_SUM").values() for name in contact} == {"UF_CRM_SUM_3_2026"}
    again = club.run("backfill", slot=NEW_YEAR + timedelta(days=41))
    assert club.run_of(again)["state"] == "skipped"
    assert "B24_YEARS_DONE" in club.codes(again)


@pytest.mark.parametrize("settings", [{"year": {"by": "stage_history"}}], indirect=True)
def test_the_year_may_be_told_by_the_stage_history(club: Portal) -> None:
    club.crm.order(win=[103])
    made = club.run()
    assert made.state == "success", made.errors
    this_year = datetime.now(ZoneInfo("Europe/Moscow")).year
    assert club.rows("select distinct year from mart.bitrix24_deal where deal_id = 103") == [
        {"year": this_year}
    ]


@pytest.mark.parametrize(
    "settings", [{"writes": {"method": "contact"}, "fields": {"changed_at": True}}], indirect=True
)
def test_totals_may_be_written_without_a_history_and_with_the_moment(club: Portal) -> None:
    made = club.run()
    assert made.state == "success", made.errors
    held = club.held("UF_CRM_SUM")
    assert all(fields["UF_CRM_SUM_AT"] for fields in held.values())
    assert {method for method, _, _ in club.written()} == {"userfield.add", "crm.contact.update"}
