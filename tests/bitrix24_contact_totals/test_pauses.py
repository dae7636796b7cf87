"""Tasks that have to wait in the middle of a reading: they go on where they were, and come to the same."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.bitrix24_contact_totals.club import PIPELINE, SETTINGS, contact, deal
from tests.bitrix24_contact_totals.dag_run import DagRun
from tests.bitrix24_portal import FAST, NO_PACE, Portal, portal_in

NUMBER = 170  # deals, each of a contact of its own: four pages of a list
SOON = 120  # seconds for which a method is closed
LIST = "crm.item.list"
HEAD = 1  # page of the list that only tells its end
MART = """
    select 'total' as what, contact_id as a, category_id as b, year as c, amount_minor, deals
    from mart.contact_year_total
    union all
    select 'part', deal_id, contact_id, null, amount_minor, null from mart.bitrix24_deal_part
    union all
    select 'written', contact_id, null, null, amount_minor, null from mart.bitrix24_written_total
    order by 1, 2, 3, 4
"""
READING = "select requests, rows, finished_at is not null as is_whole from stage.scan where name = %s"


@pytest.fixture
def portal(tmp_path: Path, warehouse_url: str) -> Iterator[Portal]:
    """Give a portal for which no task waits in its slot."""
    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    hasty = {**FAST, "patience": 0}
    with portal_in(tmp_path, warehouse_url, DagRun, {PIPELINE: SETTINGS}, extra=hasty) as opened:
        opened.crm.order(contacts=[contact(number) for number in range(1, NUMBER + 1)])
        opened.crm.order(
            deals=[deal(each, 0, "S", "2026-02-02", 100.0 + each, [each]) for each in range(1, NUMBER + 1)]
        )
        yield opened


def block_at(portal: Portal, page: int) -> None:
    """Let the portal close the method of lists just before a page of them."""
    portal.crm.order(at_page=page, of=LIST, block=LIST, seconds=SOON)


def assert_whole(portal: Portal) -> None:
    """Compare with what an undisturbed run makes of it, here and at the portal: the same."""
    held, mart = portal.held("UF_CRM_SUM"), portal.rows(MART)
    assert {number: float(fields["UF_CRM_SUM_0_2026"]) for number, fields in held.items()} == {
        number: 100.0 + number for number in range(1, NUMBER + 1)
    }
    portal.forget()
    made = portal.run()
    assert (made.state, made.waits, portal.written()) == ("success", 0, [])
    assert portal.rows(MART) == mart


@pytest.mark.parametrize("page", [HEAD + 1, HEAD + 2, HEAD + 4])
def test_a_reading_of_deals_goes_on_where_it_was_closed(portal: Portal, page: int) -> None:
    block_at(portal, page)
    made = portal.run()
    assert (made.state, made.waits) == ("success", 1), made.errors
    assert portal.rows(READING, "deals")[0]["rows"] == NUMBER
    assert_whole(portal)


def test_a_reading_of_deals_may_be_closed_again_and_again(portal: Portal) -> None:
    for page in (HEAD + 1, HEAD + 2, HEAD + 4):
        block_at(portal, page)
    made = portal.run()
    assert (made.state, made.waits) == ("success", 3), made.errors
    assert_whole(portal)


def test_what_contacts_hold_is_read_on_where_it_was_closed(portal: Portal) -> None:
    portal.run()
    portal.crm.order(change={"deal": {str(each): {"opportunity": 5.0} for each in range(1, NUMBER + 1)}})
    block_at(portal, 7)  # after the head, four pages of deals and the count: the second page of contacts
    made = portal.run()
    assert (made.state, made.waits) == ("success", 1), made.errors
    assert portal.counters(made) == {"counted": NUMBER, "updated": NUMBER}
    held = portal.held("UF_CRM_SUM")
    assert {float(fields["UF_CRM_SUM_0_2026"]) for fields in held.values()} == {5.0}


def test_keys_of_contacts_are_read_on_where_they_were_closed(portal: Portal) -> None:
    portal.crm.fault("item", about="crm.contact.list", text="OPERATION_TIME_LIMIT", after=2)
    made = portal.run()
    assert (made.state, made.waits) == ("success", 1), made.errors
    assert portal.rows("select count(*) as links from mart.client_link") == [{"links": NUMBER}]
    assert_whole(portal)


class LongAfter:
    """Lets time pass, and more than that: what was staged is hours old, and people have changed a deal."""

    def __init__(self, portal: Portal, hours: float) -> None:
        self.portal, self.hours = portal, hours

    def __call__(self, until: datetime) -> None:
        self.portal.time_passes(until)
        self.portal.crm.order(change={"deal": {"1": {"opportunity": 7.0}}})
        with psycopg.connect(self.portal.warehouse_url) as connection:
            connection.execute(
                "update stage.scan set began_at = began_at - %s * interval '1 hour'", [self.hours]
            )


@pytest.mark.parametrize(("hours", "amount"), [(1.9, 10100), (2.1, 700)])
def test_a_reading_that_began_two_hours_ago_begins_anew(portal: Portal, hours: float, amount: int) -> None:
    block_at(portal, HEAD + 3)
    made: Any = DagRun(time_passes=LongAfter(portal, hours)).go()
    assert (made.state, made.waits) == ("success", 1), made.errors
    assert portal.rows("select amount_minor from mart.contact_year_total where contact_id = 1") == [
        {"amount_minor": amount}
    ]
    assert portal.rows(READING, "deals")[0]["rows"] == NUMBER
