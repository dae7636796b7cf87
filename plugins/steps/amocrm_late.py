"""
Leads that show late: they changed before changes were read last, and were not seen then (amocrm 0.7, 6).

Rights had hidden them, or they were brought in under an old date. A reading of all finds them, or a page of
the latest ones, but their events are of windows that are past: those are asked for by lead. Where nobody can
tell what rights have hidden, so it is with each known lead that changed: it may have been hidden meanwhile.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from include.amocrm.event import EventRow
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_lists import events
from plugins.steps import ledger
from plugins.steps.amocrm_events import settled_until
from plugins.steps.amocrm_pages import all_rows
from plugins.steps.amocrm_reading import (
    SHOWN,
    WINDOW,
    Slice,
    advance,
    copy,
    going_on,
    open_slice,
    told_beginning,
    wanted_types,
)
from plugins.steps.amocrm_rights import are_unseen, may_show_more
from plugins.steps.amocrm_statuses import SQL, Statuses, WindowOutside
from plugins.steps.amocrm_unread import sound_events_of
from plugins.warehouse import Warehouse

AT_ONCE = 10  # leads that events are asked for by (amocrm 5.11)
MOST_TOLD = 20
EVER = datetime(2000, 1, 1, tzinfo=UTC)
OUTSIDE = "Событие {} не той сделки, о которой спросили: {}. Ничего не изменено."


def read_late(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Read the events of leads that show late; from the batch that an earlier attempt came to."""
    begins = settled_until(warehouse, job)
    if begins is None or job.scope.full_refresh:
        return
    until = None if may_show_more(warehouse, job) else min(begins, job.scope.since or begins)
    asked = {"until": until, "any_change": are_unseen(warehouse, job)}
    found = warehouse.select(SQL / "select_late_leads.sql", job.params | asked)
    late = [row.lead_id for row in found]
    part = going_on(warehouse, job, SHOWN)
    if not late or (part is not None and part.is_done):
        return
    part = part or _begin(warehouse, job, hook, [row.lead_id for row in found if row.is_late])
    for first in range(part.page * AT_ONCE, len(late), AT_ONCE):
        part = _read(warehouse, job, hook, part, late[first : first + AT_ONCE])
    advance(warehouse, part, is_done=True)


def _begin(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, shown: Sequence[int]) -> Slice:
    """Open the reading, and tell which leads have shown late."""
    window = (told_beginning(job) or EVER, hook.vendor_now().replace(microsecond=0))
    with warehouse.transaction():
        if shown:
            told = {"leads": len(shown), "lead_ids": shown[:MOST_TOLD]}
            ledger.log_event(warehouse, job.run_id, "AMO_SHOWN_LATE", told)
        return open_slice(warehouse, job, hook, SHOWN, WINDOW, window)


def _read(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice, leads: Sequence[int]) -> Slice:
    """Read all events of a few leads; ``page`` of the slice counts such batches."""
    window, types = (part.from_at or EVER, part.to_at or job.now), wanted_types(job)
    items, requests = all_rows(job, hook, events(*window, types, leads), SHOWN)
    rows = sound_events_of(warehouse, job, items, window, types, leads)
    if foreign := next((row for row in rows if row.lead_id not in leads), None):
        raise WindowOutside(OUTSIDE.format(foreign.event_id, foreign.lead_id))
    with warehouse.transaction():
        copy(warehouse, "event", EventRow._fields, (job.run_id,), rows)
        moved = {"requests": part.requests + requests, "rows": part.rows + len(rows)}
        return advance(warehouse, part, page=part.page + 1, **moved)
