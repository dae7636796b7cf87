"""
Read events by windows of time that do not move any more, from the last page that was staged (amocrm 6).

The history of statuses is nowhere else. A window ends some seconds before the present; the next begins a
second before the end of the one before, whether or not ends belong to a window.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from include.amocrm.event import EventRow, event_of
from include.amocrm.pages import Page
from include.wording import number
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_lists import Landed, events
from plugins.steps import ledger
from plugins.steps.amocrm_leads import allowance, refuse_too_many
from plugins.steps.amocrm_reading import (
    EVENTS,
    LATE,
    WINDOW,
    Slice,
    advance,
    copy,
    cursor,
    cursor_text,
    open_slice,
    slices,
    wanted_types,
)
from plugins.steps.amocrm_sound import sound
from plugins.steps.amocrm_statuses import SQL, Statuses, WindowOutside
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SECOND = timedelta(seconds=1)
USUAL, LONGEST, SHORTEST = timedelta(days=30), timedelta(days=366), timedelta(hours=1)
FEW, MANY = 2, 200  # pages of a window after which the next one is longer, or shorter
OUTSIDE = "Событие {} случилось {}, а просили с {} по {}. Ничего не изменено."


def stage_events(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Read the events that a run needs, window after window."""
    begins, until = _span(warehouse, job, hook)
    if begins is not None:
        known = cursor(warehouse, job, EVENTS)
        while (part := _next(warehouse, job, hook, begins, until)) is not None:
            read_window(warehouse, job, hook, part, types_of(warehouse, job, part, known))
    warehouse.analyze("stage.amocrm_statuses_event")
    read = sum(part.rows for part in slices(warehouse, job, EVENTS))
    log.info("Событий прочитано: %s", number(read))
    if job.scope.interval is not None:
        begins, ends = job.scope.interval
        told = {"from": begins.isoformat(), "to": ends.isoformat(), "events": read}
        ledger.log_event(warehouse, job.run_id, "AMO_BACKFILL", told)


def _span(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> tuple[datetime | None, datetime]:
    """Say from when to when events are read; None: there is nothing they could be of."""
    begun = slices(warehouse, job, EVENTS)
    until = (begun[0].began_at if begun else hook.vendor_now()).replace(microsecond=0) - LATE
    if job.scope.interval is not None:
        begins, ends = job.scope.interval
        oldest = oldest_lead(warehouse, job)
        return (None if oldest is None or ends <= oldest else begins), min(ends, until)
    known = cursor(warehouse, job, EVENTS)
    if known is None or job.scope.full_refresh or _new_types(warehouse, job):
        return _beginning(warehouse, job), until
    overlap = timedelta(minutes=job.settings.reading.events_overlap_minutes)
    since = job.scope.since.replace(microsecond=0) if job.scope.since else known - overlap
    return min(since, known - overlap), until


def told_beginning(job: Statuses) -> datetime | None:
    """Give where the history begins by the settings; None: where the vendor's does."""
    told = job.settings.reading.events_from
    return None if told is None else datetime(told.year, told.month, told.day, tzinfo=UTC)


def oldest_lead(warehouse: Warehouse, job: Statuses) -> datetime | None:
    """Give when the oldest lead was created; None: there is none."""
    found: datetime | None = warehouse.select_one(SQL / "select_oldest_lead.sql", job.params).created_at
    return found


def _beginning(warehouse: Warehouse, job: Statuses) -> datetime | None:
    """Give where the history begins: as the settings say, else the month of the oldest lead."""
    oldest = oldest_lead(warehouse, job)
    if (told := told_beginning(job)) is not None or oldest is None:
        return told
    return oldest.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _new_types(warehouse: Warehouse, job: Statuses) -> set[str]:
    """Name the types that have never been read: they are read from the beginning, and only they."""
    told = cursor_text(warehouse, job, "event_types")
    return set(wanted_types(job)) - set((told or "").split(","))


def types_of(warehouse: Warehouse, job: Statuses, part: Slice, known: datetime | None) -> Sequence[str]:
    """Say which events of a window are read; ``known``: up to where they were read before this run."""
    wanted, new = wanted_types(job), _new_types(warehouse, job)
    is_before = known is not None and part.to_at is not None and part.to_at <= known
    only_new = is_before and not job.is_backfill and not job.scope.full_refresh and not job.scope.since
    return [each for each in wanted if each in new] if only_new and new else wanted


def _next(
    warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, begins: datetime, until: datetime
) -> Slice | None:
    """Go on with the last window, or open the next; None: all are read."""
    parts = slices(warehouse, job, EVENTS)
    if parts and not parts[-1].is_done:
        return parts[-1]
    from_at = (parts[-1].to_at or begins) - SECOND if parts else begins
    if from_at >= until or (parts and parts[-1].to_at == until):
        return None
    to_at = min(from_at + _length(parts), until)
    known = cursor(warehouse, job, EVENTS)
    is_before = known is not None and (not parts or parts[-1].to_at is None or parts[-1].to_at < known)
    if known is not None and is_before and from_at < known < to_at and _new_types(warehouse, job):
        to_at = known  # up to there only the new types are read
    return open_slice(warehouse, job, hook, EVENTS, WINDOW, (from_at, to_at))


def _length(parts: Sequence[Slice]) -> timedelta:
    """Make windows longer where little happens, and shorter where much does."""
    length = USUAL
    for part in parts:
        if part.page <= FEW:
            length = min(length * 4, LONGEST)
        elif part.page > MANY:
            length = max(length / 2, SHORTEST)
    return timedelta(seconds=int(length.total_seconds()))


def read_window(
    warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice, types: Sequence[str]
) -> Slice:
    """Read a window; once more from its first page when it ends where the page before named another."""
    is_again = False
    while not part.is_done:
        part, is_torn = _fly(warehouse, job, hook, part, types, is_again)
        is_again = is_again or is_torn
    return part


def _fly(
    warehouse: Warehouse,
    job: Statuses,
    hook: AmoCRMHook,
    part: Slice,
    types: Sequence[str],
    is_again: bool,
) -> tuple[Slice, bool]:
    """Read pages until the end; True: the last was empty although it had been named."""
    from_at, to_at = part.from_at or job.now, part.to_at or job.now
    before = _pages(warehouse, job, part)
    wasted = 0
    more = allowance(lambda: part._replace(page=before + part.page), lambda: wasted)
    for landed in hook.ahead(events(from_at, to_at, types), part.page + 1, more):
        refuse_too_many(job, EVENTS, landed.number)
        wasted += landed.requests - 1
        rows = _rows(warehouse, job, landed.page, (from_at, to_at))
        if not landed.page.rows and landed.number > 1 and not is_again:
            return _stage(warehouse, job, part, landed, rows, page=0), True
        ends = {"page": landed.number, "is_done": not landed.page.has_next}
        part = _stage(warehouse, job, part, landed, rows, **ends)
    return part, False


def _pages(warehouse: Warehouse, job: Statuses, part: Slice) -> int:
    """Count the pages of all windows before: what may fly ahead is a share of all."""
    return sum(each.page for each in slices(warehouse, job, EVENTS) if each.slice_no < part.slice_no)


def _rows(
    warehouse: Warehouse, job: Statuses, page: Page, window: tuple[datetime, datetime]
) -> list[EventRow]:
    from_at, to_at = window
    rows = [row for row in sound(warehouse, job, page.rows, event_of) if row is not None]
    for row in rows:
        if not from_at <= row.occurred_at <= to_at:
            raise WindowOutside(OUTSIDE.format(row.event_id, row.occurred_at, from_at, to_at))
    return rows


def _stage(
    warehouse: Warehouse, job: Statuses, part: Slice, landed: Landed, rows: Sequence[EventRow], **ends: object
) -> Slice:
    newest = [row.occurred_at for row in rows] + ([part.newest_at] if part.newest_at else [])
    with warehouse.transaction():
        copy(warehouse, "event", EventRow._fields, (job.run_id,), rows)
        moved = {"requests": part.requests + landed.requests, "rows": part.rows + len(rows)}
        return advance(warehouse, part, newest_at=max(newest, default=None), **moved, **ends)
