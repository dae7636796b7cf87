"""Events are read from the day that the settings name, and once more when it is moved to an earlier one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plugins.steps.amocrm_events import stage_events
from plugins.steps.amocrm_leads import stage_leads
from plugins.steps.amocrm_statuses import Statuses
from tests.amocrm_account import NEW, PAID, QUOTE, SALES
from tests.plugins.steps.amocrm_reader import FIRST, Reader, reader_of

STEPS = (stage_leads, stage_events)
CREATED = datetime(2026, 1, 2, 10, tzinfo=UTC)
MOVES = [CREATED + timedelta(days=days) for days in (10, 50, 100)]
LATE, MIDDLE, EARLY = "2026-04-01", "2026-02-01", "2026-01-01"
ALL, LAST_TWO, LAST, NONE = MOVES, MOVES[1:], MOVES[2:], []


@pytest.fixture
def reader(tmp_path: Path, warehouse_url: str) -> Iterator[Reader]:
    with reader_of(tmp_path, warehouse_url, PAID) as reader:
        reader.begin_anew()
        path = [[SALES, NEW, CREATED.isoformat()]]
        path += [[SALES, (QUOTE, NEW)[no % 2], at.isoformat()] for no, at in enumerate(MOVES)]
        reader.crm.order(leads=[{"id": FIRST, "path": path}])
        yield reader


def read(reader: Reader, events_from: str | None) -> list[datetime]:
    """Make a run; give the moments of the events it has read."""
    reader.settings = {"reading": {"events_from": events_from}}
    job = reader.read(STEPS)
    reader.publish(job)
    return moments(reader, job)


def moments(reader: Reader, job: Statuses) -> list[datetime]:
    query = "select distinct occurred_at from stage.amocrm_statuses_event where run_id = %s order by 1"
    return [at for (at,) in reader.warehouse.connection.execute(query, (job.run_id,))]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((LATE, LATE), (LAST, NONE)),
        ((LATE, MIDDLE, MIDDLE), (LAST, LAST_TWO, NONE)),
        ((LATE, EARLY, MIDDLE), (LAST, ALL, NONE)),
        ((LATE, None, None), (LAST, ALL, NONE)),
        ((MIDDLE, LATE, MIDDLE, EARLY), (LAST_TWO, NONE, NONE, ALL)),
        ((None, MIDDLE, EARLY), (ALL, NONE, NONE)),
    ],
)
def test_what_is_earlier_than_was_ever_read_is_read_once(
    reader: Reader, days: tuple[str | None, ...], expected: tuple[list[datetime], ...]
) -> None:
    assert tuple(read(reader, day) for day in days) == expected


def test_a_backfill_leaves_it_to_the_run_that_follows(reader: Reader) -> None:
    assert read(reader, LATE) == LAST
    reader.settings = {"reading": {"events_from": EARLY}}
    interval = (MOVES[1] - timedelta(hours=1), MOVES[1] + timedelta(hours=1))
    assert moments(reader, reader.read((stage_events,), interval=interval)) == [MOVES[1]]
    assert read(reader, EARLY) == ALL


def test_a_run_that_is_cut_short_leaves_it_to_the_next(reader: Reader) -> None:
    assert read(reader, LATE) == LAST
    reader.settings = {"reading": {"events_from": EARLY}}
    job = reader.job()
    reader.crm.fault("402", method="events")
    with pytest.raises(Exception, match="оплачен"):
        reader.go_on(job, STEPS)
    assert read(reader, EARLY) == ALL


def test_new_types_are_no_longer_read_alone_then(reader: Reader) -> None:
    assert read(reader, LATE) == LAST
    reader.settings = {"reading": {"events_from": EARLY}, "policies": {"price_basis": "at_success"}}
    assert moments(reader, reader.read(STEPS)) == ALL
