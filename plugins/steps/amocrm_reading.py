"""
How far each reading of an account has come (``stage.amocrm_statuses_slice``), and cursors from that.

A page is staged and its slice moved in one transaction, so that a Clear, a kill or a deferral goes on at the
next page. Which request brought a row (``read_no``) follows from the requests of the run so far.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from include.amocrm.event import SALE, TYPES
from include.wording.speech import say
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps import ledger
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse, tagged

LEADS, DELETED, EVENTS, CONTACTS, SCAN, AGAIN = "leads", "deleted", "events", "contacts", "scan", "again"
TORN, HISTORY = "torn", "history"  # windows of events that are read once more; creations of leads
CONTACTS_BACK = "contacts_back"  # contacts once more, from their last page to their first
UNREAD = "unread"  # records that did not read in earlier runs
SHOWN = "shown"  # events of leads that show late
BEGINNING = "events_from"  # cursor: the earliest day that events were read from
OLDEST_LEAD = "oldest_lead"  # instead of a day
RIGHTS, RIGHTS_WHOLE = "rights", "rights_whole"  # cursors that are words (plugins/steps/amocrm_rights.py)
FILTER, PAGES, WINDOW = "filter", "pages", "window"
SECOND = timedelta(seconds=1)  # what moments of the vendor are told by
LATE = timedelta(seconds=5)  # what has just happened may not be listed yet


class Slice(NamedTuple):
    """One window of a reading, or all of it. ``requests``: with those that brought nothing."""

    run_id: int
    stream: str
    slice_no: int
    mode: str
    from_at: datetime | None
    to_at: datetime | None
    began_at: datetime
    page: int = 0
    requests: int = 0
    rows: int = 0
    newest_at: datetime | None = None
    is_done: bool = False
    ended_at: datetime | None = None


def slices(warehouse: Warehouse, job: Statuses, stream: str) -> list[Slice]:
    """Give the slices of a reading, in order."""
    asked = {"run_id": job.run_id, "stream": stream}
    return [Slice(*row) for row in warehouse.select(SQL / "select_slices.sql", asked)]


def open_slice(
    warehouse: Warehouse,
    job: Statuses,
    hook: AmoCRMHook,
    stream: str,
    mode: str,
    window: tuple[datetime | None, datetime | None] = (None, None),
) -> Slice:
    """Begin a slice after those there are."""
    number = len(slices(warehouse, job, stream)) + 1
    begun = Slice(job.run_id, stream, number, mode, *window, hook.vendor_now())
    warehouse.run_file(SQL / "open_slice.sql", begun._asdict())
    return begun


def going_on(warehouse: Warehouse, job: Statuses, stream: str) -> Slice | None:
    """Give the last slice of a reading; None: it has not begun."""
    found = slices(warehouse, job, stream)
    return found[-1] if found else None


def read_no(warehouse: Warehouse, job: Statuses) -> int:
    """Number the next request of the run."""
    return int(warehouse.select_one(SQL / "count_requests.sql", {"run_id": job.run_id}).requests) + 1


def advance(warehouse: Warehouse, part: Slice, **changes: Any) -> Slice:
    """Move a slice, in the transaction that stages its page. Raises StagedRowsGone when there is none."""
    further = part._replace(**changes)
    if not warehouse.run_file(SQL / "move_slice.sql", further._asdict()):
        raise ledger.StagedRowsGone(say(ledger.STAGED_ROWS_GONE).format(part.run_id))
    return further


def note_page(warehouse: Warehouse, part: Slice, page: int, ids: Sequence[int], read_at: datetime) -> None:
    """Remember when a page was read: a lead deleted between two of them pulls a row from one to the other."""
    if ids:
        told = {"page": page, "first_id": ids[0], "last_id": ids[-1], "rows": len(ids), "read_at": read_at}
        whose = {"run_id": part.run_id, "stream": part.stream}
        warehouse.run_file(SQL / "note_page.sql", {**whose, **told})


def copy(
    warehouse: Warehouse, table: str, fields: Sequence[str], read: Sequence[Any], rows: Iterable[Any]
) -> None:
    """Stage rows with the run and, where it is told, the request that brought them before each."""
    run_id, *more = read
    columns = ("run_id", *(("read_no",) if more else ()), *fields)
    tagged_rows = ((*more, *row) for row in rows)
    warehouse.copy_rows(f"stage.amocrm_statuses_{table}", columns, tagged(run_id, tagged_rows))


def cursor(warehouse: Warehouse, job: Statuses, name: str) -> datetime | None:
    """Give where an earlier run has left a reading; None: it has not been made."""
    told = cursor_text(warehouse, job, name)
    return None if told is None else datetime.fromisoformat(told)


def cursor_text(warehouse: Warehouse, job: Statuses, name: str) -> str | None:
    """Give a cursor as it is kept."""
    row = warehouse.select_one(ledger.SQL / "select_cursor.sql", {**job.params, "name": name})
    return None if row is None else str(row.value)


def cursors(warehouse: Warehouse, job: Statuses) -> dict[str, str]:
    """
    Say where the readings of a run have come to: what publishing keeps, never moving one backwards.

    Nothing of a backfill or a rebuild, which read no list from end to end.
    """
    if job.is_backfill or job.scope.rebuild_only:
        return {}
    found: dict[str, datetime | None] = {
        LEADS: _newest(warehouse, job, (LEADS, SCAN)),
        DELETED: _newest(warehouse, job, (DELETED,)),
        CONTACTS: _newest(warehouse, job, (CONTACTS,)),
        EVENTS: _end(slices(warehouse, job, EVENTS)),
        "id_scan": _began([*slices(warehouse, job, LEADS), *slices(warehouse, job, SCAN)]),
    }
    told = {name: at.astimezone(UTC).isoformat() for name, at in found.items() if at is not None}
    if EVENTS in told:
        told |= {"event_types": ",".join(wanted_types(job)), BEGINNING: _earliest(warehouse, job)}
    return told


def wanted_types(job: Statuses) -> list[str]:
    """Say which events are read: changes of price only where a sale counts with its price of then."""
    is_wanted = job.settings.policies.price_basis == "at_success"
    return sorted([*TYPES, SALE] if is_wanted else TYPES)


def told_beginning(job: Statuses) -> datetime | None:
    """Give where the history begins by the settings; None: where the vendor's does."""
    told = job.settings.reading.events_from
    return None if told is None else datetime(told.year, told.month, told.day, tzinfo=UTC)


def reads_history(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether events are read from the beginning: a person asks for it, or has moved that back."""
    known = cursor_text(warehouse, job, BEGINNING)
    is_moved = known is not None and known != _earliest(warehouse, job)
    return job.scope.full_refresh or (is_moved and not job.is_backfill and job.reads)


def _earliest(warehouse: Warehouse, job: Statuses) -> str:
    """Give the earliest day that events were read from, with this run."""
    known, told = cursor_text(warehouse, job, BEGINNING), job.settings.reading.events_from
    if told is None or known == OLDEST_LEAD:
        return OLDEST_LEAD
    return told.isoformat() if known is None else min(known, told.isoformat())


def _newest(warehouse: Warehouse, job: Statuses, streams: Sequence[str]) -> datetime | None:
    """
    Give the latest change read by filter; a list read from end to end counts from its beginning.

    No later than where the reading began: a change told of hours to come must not hide those until then. A
    bin that is empty says nothing, as it may be so for once.
    """
    parts = [part for stream in streams for part in slices(warehouse, job, stream) if part.is_done]
    parts = [part for part in parts if part.rows or part.stream != DELETED]
    ends = [_filtered_to(part) if part.mode == FILTER else part.began_at for part in parts]
    return max((at for at in ends if at is not None), default=None)


def _filtered_to(part: Slice) -> datetime | None:
    return None if part.newest_at is None else min(part.newest_at, part.began_at)


def _end(parts: Sequence[Slice]) -> datetime | None:
    """Give the end of the last window of an unbroken row of them."""
    if not parts or not all(part.is_done for part in parts):
        return None
    return max((part.to_at for part in parts if part.to_at is not None), default=None)


def _began(parts: Sequence[Slice]) -> datetime | None:
    """Give when a list of all leads was begun: a first load is one as well."""
    whole = [part for part in parts if part.mode == PAGES and part.from_at is None and part.is_done]
    return whole[-1].began_at if whole else None
