"""
Find out since when the account's history is whole: how long events are kept is not documented (amocrm 6).

The oldest change of a status says little of it: leads were created before. If the creation of the oldest lead
is still among the events, nothing is missing; else the oldest creation that is, tells since when.
"""

from datetime import datetime

from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps.amocrm_events import oldest_lead
from plugins.steps.amocrm_reading import (
    HISTORY,
    SECOND,
    WINDOW,
    Slice,
    cursor_text,
    open_slice,
    reads_history,
    slices,
    told_beginning,
)
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_windows import read_window
from plugins.warehouse import Warehouse

ADDED = "lead_added"


def read_creation(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> Slice | None:
    """Ask for the creation of the oldest lead; once an account, or when everything is read anew."""
    oldest = oldest_lead(warehouse, job)
    if _is_known(warehouse, job) or told_beginning(job) is not None or oldest is None:
        return None
    return _read(warehouse, job, hook, (oldest - SECOND, oldest + SECOND))


def read_beginning(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Stage the event that the history begins with, now that the events after it are read."""
    created, oldest = read_creation(warehouse, job, hook), oldest_lead(warehouse, job)
    if oldest is None or _is_known(warehouse, job) or (created is not None and created.rows):
        return
    first = warehouse.select_one(SQL / "select_first_staged_event.sql", job.params).occurred_at
    since = max(oldest, told_beginning(job) or oldest)
    if first is not None and since < first:
        _read(warehouse, job, hook, (since, first))


def _is_known(warehouse: Warehouse, job: Statuses) -> bool:
    return cursor_text(warehouse, job, "history_from") is not None and not reads_history(warehouse, job)


def _read(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, window: tuple[datetime, datetime]) -> Slice:
    """Read creations of leads in a window, or go on with that."""
    known = [part for part in slices(warehouse, job, HISTORY) if (part.from_at, part.to_at) == window]
    part = known[0] if known else open_slice(warehouse, job, hook, HISTORY, WINDOW, window)
    return part if part.is_done else read_window(warehouse, job, hook, part, [ADDED])
