"""Events of years, window after window, while people work there: none is lost, few requests are in vain."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.amocrm.event import TYPES
from include.errors import Unpaid, WindowSpent
from plugins.hooks.amocrm_ahead import WAITING
from plugins.hooks.vendor_flights import MOST
from plugins.steps.amocrm_reading import EVENTS, Slice, slices
from plugins.steps.amocrm_statuses import Statuses, TooManyPages
from tests.amocrm_account import NEW, PAID, QUOTE, SALES
from tests.plugins.steps.amocrm_reader import ALL, FIRST, LEADS, Reader, examples, reader_of

MANY = examples(few=8, thorough=200)
ROWS, LEADS_THERE, MOVES = 10, 80, 9
IN_VAIN = MOST  # at most: all but one of those in the air, and an empty window is asked for twice
YEARS = timedelta(days=915)  # three windows, on whichever day of the month they begin
BEGAN = datetime.now(UTC).replace(microsecond=0) - YEARS
PLACES = st.lists(st.integers(0, LEADS_THERE - 1), min_size=1, max_size=12, unique=True)


@pytest.fixture
def reader(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, PAID) as reader:
        yield reader


def fill(reader: Reader, **ways: str) -> Statuses:
    """Let the account have a history of years; give a run that has read its leads."""
    reader.begin_anew(max_limit=ROWS, **ways)
    step = YEARS / (LEADS_THERE * (MOVES + 2))
    reader.crm.order(
        leads=[
            {
                "id": FIRST + place,
                "path": [
                    [SALES, (NEW, QUOTE)[move % 2], (BEGAN + step * (place * (MOVES + 1) + move)).isoformat()]
                    for move in range(MOVES + 1)
                ],
            }
            for place in range(LEADS_THERE)
        ]
    )
    job = reader.job()
    reader.attempt(job, LEADS)
    reader.crm.order(renumber=True)
    return job


def told(reader: Reader, gone: Collection[int] = ()) -> set[str]:
    """Give the events that the account tells of, but for those of just now and of leads that are gone."""
    lately = (datetime.now(UTC) - timedelta(minutes=5)).timestamp()
    return {
        event["id"]
        for event in reader.crm.read("events")
        if event["type"] in TYPES and event["created_at"] < lately and event["entity_id"] not in gone
    }


def windows(reader: Reader, job: Statuses) -> list[Slice]:
    return slices(reader.warehouse, job, EVENTS)


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_each_window_costs_a_page_that_is_not_full_and_no_more(reader: Reader, order: str) -> None:
    job = fill(reader, events_order=order)
    there = told(reader)
    reader.go_on(job, ALL[2:3])
    assert reader.events(job) == there
    parts = windows(reader, job)
    assert len(parts) == 3
    assert reader.asked("events") == sum(part.requests for part in parts)
    least = len(there) / ROWS
    assert least <= sum(part.page for part in parts) < least + len(parts) + 1
    assert reader.asked("events") <= sum(part.page for part in parts) + IN_VAIN


@MANY
@given(
    changes=st.lists(
        st.tuples(st.integers(1, 75), st.sampled_from(["delete", "move"]), PLACES), min_size=1, max_size=3
    ),
    vanish=st.sampled_from(["yes", "no"]),
    order=st.sampled_from(["newest", "oldest"]),
)
def test_nothing_is_lost_whatever_people_do_meanwhile(
    reader: Reader, changes: list[tuple[int, str, list[int]]], vanish: str, order: str
) -> None:
    job = fill(reader, deleted_events_vanish=vanish, events_order=order)
    gone = set[int]()
    for page, what, places in changes:
        leads = [FIRST + place for place in places]
        gone |= set(leads) if what == "delete" else set()
        moves = {str(each): [SALES, NEW] for each in leads}
        told_so = {"delete": leads} if what == "delete" else {"move": moves}
        reader.crm.order(at_page=page, of="events", **told_so)
    reader.go_on(job, ALL[2:])
    assert told(reader, gone) <= reader.events(job)


@pytest.mark.parametrize("after", [1, 9, 24, 27, 30, 36, 40, 60])
def test_a_reading_that_was_interrupted_goes_on_in_all_windows_that_were_begun(
    reader: Reader, after: int
) -> None:
    job = fill(reader)
    reader.crm.fault("402", method="events", after=after)
    with pytest.raises(Unpaid):
        reader.attempt(job, ALL[2:3])
    staged, asked = len(reader.events(job)), reader.asked("events")
    assert staged // ROWS >= asked - MOST - WAITING  # but for what was in the air
    pages = sum(part.page for part in windows(reader, job))
    reader.go_on(job, ALL[2:3])
    assert reader.events(job) == told(reader)
    parts = windows(reader, job)
    assert reader.asked("events") - asked <= sum(part.page for part in parts) - pages + IN_VAIN


def test_a_window_of_requests_that_is_spent_between_two_windows_of_events_loses_none(reader: Reader) -> None:
    under_way = set()
    for after in (24, 27, 30):
        job = fill(reader)
        reader.crm.fault("429", method="events", after=after, retry_after=3600)
        with pytest.raises(WindowSpent):
            reader.attempt(job, ALL[2:3])
        under_way.add(sum(not part.is_done for part in windows(reader, job)))
        reader.go_on(job, ALL[2:3])
        assert reader.events(job) == told(reader)
    assert 2 in under_way  # one of them has come between two windows indeed


@pytest.mark.parametrize("after", [10, 22, 25, 30, 50])
def test_an_end_that_is_told_too_early_is_not_believed_while_the_next_window_is_on_its_way(
    reader: Reader, after: int
) -> None:
    job = fill(reader)
    reader.crm.fault("204", method="events", after=after, times=2)
    reader.go_on(job, ALL[2:3])
    assert reader.events(job) == told(reader)


def test_a_window_that_turns_out_to_have_too_many_pages_is_read_as_shorter_ones(reader: Reader) -> None:
    """Years with next to nothing, then people set to work."""
    reader.begin_anew(max_limit=ROWS)
    reader.settings = {"reading": {"max_pages": 30}}
    lately = datetime.now(UTC).replace(microsecond=0) - timedelta(days=40)
    reader.crm.order(leads=[{"id": FIRST, "path": [[SALES, NEW, BEGAN.isoformat()]]}])
    reader.crm.order(
        leads=[
            {
                "id": FIRST + place,
                "path": [
                    [SALES, (NEW, QUOTE)[move % 2], (lately + timedelta(hours=place * 10 + move)).isoformat()]
                    for move in range(MOVES + 1)
                ],
            }
            for place in range(1, LEADS_THERE)
        ]
    )
    job = reader.job()
    reader.attempt(job, LEADS)
    reader.go_on(job, ALL[2:3])
    assert len(told(reader)) > 30 * ROWS
    assert reader.events(job) == told(reader)


def test_an_hour_with_too_many_pages_stops_the_reading_rather_than_cut_it(reader: Reader) -> None:
    reader.begin_anew(max_limit=ROWS)
    reader.settings = {"reading": {"max_pages": 2}}
    moments = [
        (BEGAN + timedelta(minutes=5 * move)).isoformat() for move in range(9)
    ]  # wherever windows part
    path = [[SALES, (NEW, QUOTE)[move % 2], at] for move, at in enumerate(moments)]
    reader.crm.order(leads=[{"id": FIRST + place, "path": path} for place in range(8)])
    job = reader.job()
    reader.attempt(job, LEADS)
    with pytest.raises(TooManyPages):
        reader.attempt(job, ALL[2:3])
