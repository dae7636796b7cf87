"""Windows of events that a deletion has torn are read again; after an interruption from where it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from include.amocrm.event import TYPES
from plugins.steps.amocrm_bin import stage_deleted
from plugins.steps.amocrm_events import stage_events
from plugins.steps.amocrm_leads import stage_leads
from plugins.steps.amocrm_torn import read_torn_windows
from tests.amocrm_account import NEW, PAID, QUOTE, SALES
from tests.plugins.steps.amocrm_reader import FIRST, Reader, reader_of

ROWS, LEADS = 10, 95
PATH = [[SALES, NEW, "2026-01-02T10:00:00Z"], [SALES, QUOTE, "2026-01-03T10:00:00Z"]]


@pytest.fixture
def reader(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, PAID) as reader:
        yield reader


@pytest.mark.parametrize("after", [0, 1, 4, 7])
def test_what_was_read_again_before_an_interruption_is_not_asked_for_once_more(
    reader: Reader, after: int
) -> None:
    reader.begin_anew(max_limit=ROWS, deleted_events_vanish="yes")
    reader.crm.order(leads=[{"id": FIRST + place, "path": PATH} for place in range(LEADS)])
    job = reader.job()
    gone = list(range(FIRST, FIRST + 9))
    reader.crm.order(at_page=3, of="events", delete=gone)
    reader.attempt(job, (stage_leads, stage_deleted, stage_events))
    reader.control.advance(60)  # else the deletion might be of the second reading, too
    before = reader.asked("events")
    reader.crm.fault("402", method="events", after=after)
    with pytest.raises(Exception, match="оплачен"):
        reader.attempt(job, (read_torn_windows,))
    reader.go_on(job, (read_torn_windows,))
    pages, in_the_air = -(-(LEADS - len(gone)) // ROWS), 4
    assert reader.asked("events") - before <= pages + 1 + in_the_air
    there = {
        event["id"]
        for event in reader.crm.read("events")
        if event["type"] in TYPES and event["entity_id"] not in gone
    }
    assert there <= reader.events(job)
    assert "AMO_READ_AGAIN" in reader.codes(job)
