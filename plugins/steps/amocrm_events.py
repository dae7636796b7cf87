"""
Read events by windows of time that do not move any more, from the last page that was staged (amocrm 6).

The history of statuses is nowhere else. A window ends some seconds before the present; the next begins a
second before the end of the one before, whether or not ends belong to a window. Windows are as long as it
takes for some hundred pages, by what was read before: each costs a page that is not full. One that turns out
to have more pages than may be read, as after a long quiet time, is read anew as shorter ones.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from include.amocrm.windows import first_length, next_length, shorter
from include.wording import number
from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps import ledger
from plugins.steps.amocrm_reading import (
    EVENTS,
    LATE,
    SECOND,
    WINDOW,
    Slice,
    advance,
    cursor,
    cursor_text,
    open_slice,
    reads_history,
    slices,
    told_beginning,
    wanted_types,
)
from plugins.steps.amocrm_statuses import SQL, Statuses, TooManyPages
from plugins.steps.amocrm_windows import Windows
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SHORTENED = "Страниц событий больше, чем читается за один промежуток: читаем более короткими промежутками"


def stage_events(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Read the events that a run needs, window after window."""
    begins, until = _span(warehouse, job, hook)
    if begins is not None:
        settled = settled_until(warehouse, job)
        following = partial(_following, warehouse, job, hook, (begins, until))
        types = partial(types_of, warehouse, job, settled=settled)
        usual = _usual(warehouse, job)
        _read(warehouse, job, lambda: Windows(warehouse, job, hook, following, types, usual).read())
    warehouse.analyze("stage.amocrm_statuses_event")
    read = sum(part.rows for part in slices(warehouse, job, EVENTS))
    log.info("Событий прочитано: %s", number(read))
    if job.scope.interval is not None:
        begins, ends = job.scope.interval
        told = {"from": begins.isoformat(), "to": ends.isoformat(), "events": read}
        ledger.log_event(warehouse, job.run_id, "AMO_BACKFILL", told)


def _read(warehouse: Warehouse, job: Statuses, read: Callable[[], None]) -> None:
    """Read windows; shorter ones when there are too many pages. Raises TooManyPages if they cannot be."""
    while True:
        try:
            return read()
        except TooManyPages:
            if not _shorten(warehouse, job):
                raise
            log.info(SHORTENED)


def _shorten(warehouse: Warehouse, job: Statuses) -> bool:
    """Lay out the windows that were begun anew, still side by side; False: they are as short as can be."""
    begun = [part for part in slices(warehouse, job, EVENTS) if not part.is_done]
    from_at, was = begun[0].from_at or job.now, _length_of(begun[0])
    length = shorter(was, begun[0].page)
    if length >= was:
        return False
    with warehouse.transaction():
        for part in begun:
            to_at = min(from_at + length, part.to_at or job.now)
            advance(warehouse, part, page=0, rows=0, from_at=from_at, to_at=to_at)
            from_at = to_at - SECOND
    return True


def _length_of(part: Slice) -> timedelta:
    return (part.to_at or part.began_at) - (part.from_at or part.began_at)


def _usual(warehouse: Warehouse, job: Statuses) -> tuple[datetime, datetime] | None:
    """Give what events are read of by two runs: an overlap before the last run's end, and one after it."""
    known = cursor(warehouse, job, EVENTS)
    overlap = timedelta(minutes=job.settings.reading.events_overlap_minutes)
    return None if known is None or job.is_backfill else (known - overlap, known + overlap)


def settled_until(warehouse: Warehouse, job: Statuses) -> datetime | None:
    """Give up to where events were read so long ago that none can be missing; None: they never were."""
    known = cursor(warehouse, job, EVENTS)
    overlap = timedelta(minutes=job.settings.reading.events_overlap_minutes)
    return None if known is None else known - overlap


def _span(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> tuple[datetime | None, datetime]:
    """Say from when to when events are read; None: there is nothing they could be of."""
    begun = slices(warehouse, job, EVENTS)
    until = (begun[0].began_at if begun else hook.vendor_now()).replace(microsecond=0) - LATE
    if job.scope.interval is not None:
        begins, ends = job.scope.interval
        oldest = oldest_lead(warehouse, job)
        return (None if oldest is None or ends <= oldest else begins), min(ends, until)
    settled = settled_until(warehouse, job)
    if settled is None or reads_history(warehouse, job) or _new_types(warehouse, job):
        return _beginning(warehouse, job), until
    since = job.scope.since.replace(microsecond=0) if job.scope.since else settled
    return min(since, settled), until


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


def types_of(warehouse: Warehouse, job: Statuses, part: Slice, settled: datetime | None) -> Sequence[str]:
    """Say which events of a window are read; ``settled``: up to where none of the known types is missing."""
    wanted, new = wanted_types(job), _new_types(warehouse, job)
    is_before = settled is not None and part.to_at is not None and part.to_at <= settled
    is_all = job.is_backfill or reads_history(warehouse, job) or job.scope.since is not None
    return [each for each in wanted if each in new] if is_before and new and not is_all else wanted


def _following(
    warehouse: Warehouse,
    job: Statuses,
    hook: AmoCRMHook,
    span: tuple[datetime, datetime],
    under_way: Sequence[int],
    pages: float | None,
) -> Slice | None:
    """Go on with a window that was begun, or open the next one; None: all are read, or under way."""
    begins, until = span
    parts = slices(warehouse, job, EVENTS)
    if begun := [part for part in parts if not part.is_done and part.slice_no not in under_way]:
        return begun[0]
    from_at = (parts[-1].to_at or begins) - SECOND if parts else begins
    if from_at >= until or (parts and parts[-1].to_at == until):
        return None
    to_at = min(from_at + _length(warehouse, job, parts, until, pages), until)
    settled = settled_until(warehouse, job)
    is_before = settled is not None and (not parts or parts[-1].to_at is None or parts[-1].to_at < settled)
    if settled is not None and is_before and from_at < settled < to_at and _new_types(warehouse, job):
        to_at = settled  # up to there only the new types are read
    return open_slice(warehouse, job, hook, EVENTS, WINDOW, (from_at, to_at))


def _length(
    warehouse: Warehouse, job: Statuses, parts: Sequence[Slice], until: datetime, pages: float | None
) -> timedelta:
    """Say how long the next window is by the pages of the last one; the first by how many leads there are."""
    if parts:
        return next_length(_length_of(parts[-1]), parts[-1].page if pages is None else pages)
    leads = warehouse.select_one(SQL / "count_leads.sql", job.params).leads
    return first_length(until - (oldest_lead(warehouse, job) or until), leads)
