"""
Find out since when the account's history is whole: how long events are kept is not documented (amocrm 6).

The oldest change of a status says little of it: leads were created before. If the creation of the oldest lead
is still among the events, nothing is missing; else the oldest creation that is, tells since when.
"""

from datetime import datetime, timedelta

from plugins.hooks.amocrm import AmoCRMHook
from plugins.steps.amocrm_events import oldest_lead, read_window, told_beginning
from plugins.steps.amocrm_reading import HISTORY, WINDOW, Slice, cursor_text, open_slice, slices
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse

ADDED = "lead_added"
SECOND = timedelta(seconds=1)


def read_beginning(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Stage the event that the history begins with; once an account, or when everything is read anew."""
    if cursor_text(warehouse, job, "history_from") is not None and not job.scope.full_refresh:
        return
    begins, oldest = told_beginning(job), oldest_lead(warehouse, job)
    if oldest is None:
        return
    if begins is None and _read(warehouse, job, hook, (oldest - SECOND, oldest + SECOND)).rows:
        return
    first = warehouse.select_one(SQL / "select_first_staged_event.sql", job.params).occurred_at
    since = oldest if begins is None else max(oldest, begins)
    if first is not None and since < first:
        _read(warehouse, job, hook, (since, first))


def _read(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, window: tuple[datetime, datetime]) -> Slice:
    """Read creations of leads in a window, or go on with that."""
    known = [part for part in slices(warehouse, job, HISTORY) if (part.from_at, part.to_at) == window]
    part = known[0] if known else open_slice(warehouse, job, hook, HISTORY, WINDOW, window)
    return part if part.is_done else read_window(warehouse, job, hook, part, [ADDED])
