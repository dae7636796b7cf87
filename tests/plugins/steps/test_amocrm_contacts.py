"""Readings of contacts while people delete and change them: nobody is lost, whoever goes when."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.amocrm.refusals import Unpaid
from plugins.steps.amocrm_contacts import stage_contacts
from plugins.steps.amocrm_leads import stage_leads
from plugins.steps.amocrm_reading import cursors
from plugins.steps.amocrm_statuses import Statuses
from tests.amocrm_account import FREE, NEW, SALES
from tests.plugins.steps.amocrm_reader import Reader, Step, examples, reader_of

MANY = examples(few=25, thorough=500)
FIRST, ROWS = 60500001, 10  # rows of a page, so that few contacts make many pages
OLD, CHANGED = 15, 45
PATH = [[SALES, NEW, "2026-01-02T10:00:00Z"]]
LIVES = ("all", "first", "changed")
SINCE = datetime(2026, 1, 10, 10, tzinfo=UTC)
CONTACTS: tuple[Step, ...] = (stage_leads, stage_contacts)
STAGED = "select contact_id, updated_at from stage.amocrm_statuses_contact where run_id = %s"
DELETIONS = st.lists(
    st.tuples(
        st.integers(1, 14), st.lists(st.integers(0, OLD + CHANGED - 1), min_size=1, max_size=15, unique=True)
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture
def reader(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, FREE) as reader:
        yield reader


def begin(reader: Reader, life: str = "first", changed: int = CHANGED) -> tuple[Statuses, int]:
    """Open a run that reads all contacts, for the first time or not, or the latest; give the first one."""
    reader.begin_anew(max_limit=ROWS)
    people = people_of(OLD + changed)
    reader.crm.order(
        contacts=people, leads=[{"id": 1, "path": PATH, "contacts": [each["id"] for each in people]}]
    )
    if life != "first":
        reader.keep("contacts", SINCE)
    return reader.job(full_refresh=life == "all"), FIRST + OLD if life == "changed" else FIRST


def people_of(count: int) -> list[dict[str, Any]]:
    """Give contacts: the first ones changed long ago, the others one after the other since the last run."""
    longer_ago = SINCE - timedelta(days=5)
    return [
        {
            **{"id": FIRST + place, "created_at": longer_ago.isoformat()},
            "updated_at": (longer_ago if place < OLD else SINCE + timedelta(seconds=place)).isoformat(),
        }
        for place in range(count)
    ]


def staged(reader: Reader, job: Statuses) -> dict[int, int]:
    """Give the contacts that a run has staged, and when each was changed last."""
    rows = reader.warehouse.connection.execute(STAGED, (job.run_id,)).fetchall()
    return {contact: int(at.timestamp()) for contact, at in rows}


def truth(reader: Reader, begins: int = FIRST) -> dict[int, int]:
    """Give the contacts that are there, from a number on."""
    told = {each["id"]: each["updated_at"] for each in reader.crm.read("contacts") if not each["is_deleted"]}
    return {contact: at for contact, at in told.items() if contact >= begins}


@MANY
@given(deletions=DELETIONS, life=st.sampled_from(LIVES))
def test_contacts_deleted_before_any_page_pull_nobody_out_of_sight(
    reader: Reader, deletions: list[tuple[int, list[int]]], life: str
) -> None:
    job, begins = begin(reader, life)
    for page, places in deletions:
        gone = [FIRST + place for place in places]
        reader.crm.order(at_page=page, of="contacts", delete_contacts=gone)
    reader.go_on(job, CONTACTS)
    assert truth(reader, begins).items() <= staged(reader, job).items()


@MANY
@given(
    deletions=DELETIONS,
    life=st.sampled_from(LIVES),
    stops=st.lists(st.integers(0, 12), min_size=1, max_size=3),
)
def test_nor_does_anybody_when_the_reading_is_interrupted(
    reader: Reader, deletions: list[tuple[int, list[int]]], life: str, stops: list[int]
) -> None:
    job, begins = begin(reader, life)
    for page, places in deletions:
        gone = [FIRST + place for place in places]
        reader.crm.order(at_page=page, of="contacts", delete_contacts=gone)
    for after in stops:
        reader.crm.fault("402", method="contacts", after=after)
        with suppress(Unpaid):
            reader.attempt(job, CONTACTS)
    reader.go_on(job, CONTACTS)
    assert truth(reader, begins).items() <= staged(reader, job).items()


@MANY
@given(
    changes=st.lists(
        st.tuples(st.integers(1, 12), st.lists(st.integers(0, OLD + CHANGED - 1), min_size=1, max_size=25)),
        max_size=4,
    ),
    life=st.sampled_from(LIVES),
)
def test_contacts_changed_before_any_page_hide_nobody(
    reader: Reader, changes: list[tuple[int, list[int]]], life: str
) -> None:
    job, begins = begin(reader, life)
    for page, places in changes:
        told = [{"id": FIRST + place, "name": f"Позвонил перед {page}-й"} for place in places]
        reader.crm.order(at_page=page, of="contacts", contacts=told)
    reader.go_on(job, CONTACTS)
    later = reader.read(CONTACTS)
    assert truth(reader, begins).items() <= (staged(reader, job) | staged(reader, later)).items()


def test_what_was_staged_is_not_asked_for_again_in_either_direction(reader: Reader) -> None:
    job, _ = begin(reader)
    reader.crm.order(delete_contacts=[FIRST + OLD + CHANGED - 1])  # a lead names it still
    for asked, more in ((4, 3), (9, 4)):
        reader.crm.fault("402", method="contacts", after=more)
        with pytest.raises(Unpaid):
            reader.attempt(job, CONTACTS)
        assert reader.asked("contacts") == asked
    reader.go_on(job, CONTACTS)
    assert reader.asked("contacts") == 6 + 5 + 2  # six pages, five of them once more, two refusals
    assert staged(reader, job) == truth(reader)


@pytest.mark.parametrize("life", ["all", "first"])
def test_a_list_of_all_that_misses_nobody_is_read_once(reader: Reader, life: str) -> None:
    job, _ = begin(reader, life)
    reader.go_on(job, CONTACTS)
    assert reader.asked("contacts") == 6
    assert staged(reader, job) == truth(reader)


@pytest.mark.parametrize(("changed", "asked"), [(0, 2), (9, 3), (10, 3 + 1), (19, 4 + 2)])
def test_only_changes_of_more_than_a_page_are_read_once_more(
    reader: Reader, changed: int, asked: int
) -> None:
    job, begins = begin(reader, "changed", changed)
    reader.go_on(job, CONTACTS)
    assert reader.asked("contacts") == asked
    assert truth(reader, begins).items() <= staged(reader, job).items()


@pytest.mark.parametrize("life", LIVES)
def test_a_list_that_is_empty_for_once_is_asked_for_again(reader: Reader, life: str) -> None:
    job, begins = begin(reader, life)
    reader.crm.fault("204", method="contacts")
    reader.go_on(job, CONTACTS)
    assert truth(reader, begins).items() <= staged(reader, job).items()


def test_an_account_without_contacts_is_believed_to_have_none_when_it_says_so_twice(reader: Reader) -> None:
    reader.begin_anew()
    job = reader.read((stage_contacts,))
    assert reader.asked("contacts") == 2
    assert cursors(reader.warehouse, job).keys() == {"contacts"}
