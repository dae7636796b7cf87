"""
Ask once more for records that did not read in earlier runs (``amocrm_unread``).

Those asked for longest ago come first. As soon as a few of a kind still do not read, the rest wait for the
next run; while they read, all that were missed come back at once. None of it ever stops a run.
"""

import logging
from typing import Any

from include.amocrm.event import EventRow, event_of
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_lists import events
from plugins.steps.amocrm_pages import all_rows
from plugins.steps.amocrm_reading import PAGES, UNREAD, Slice, advance, copy, going_on, open_slice
from plugins.steps.amocrm_rights import doubt_of_rights
from plugins.steps.amocrm_sound import Item, attempted
from plugins.steps.amocrm_staging import reads_well, stage_leads_page
from plugins.steps.amocrm_statuses import SQL, Statuses, TooManyPages
from plugins.steps.amocrm_unread import UnreadRow, event_id_of, stage_unread
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

MOST = 500  # of a kind in one run: some minutes of requests
AT_MOST = 200  # pages of a window: half a minute of requests
STILL = 5  # of a kind that do not read still: the others will hardly either
TOO_LONG = "Промежуток с непрочитанными событиями пока не дочитан: страниц больше %s"


def read_unread(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """
    Ask for leads, and for windows of events, that did not read; go on where an attempt has stopped.

    Not while rights may hide them: what does not show then is not gone.
    """
    part = going_on(warehouse, job, UNREAD)
    if (part is not None and part.is_done) or doubt_of_rights(warehouse, job):
        return
    leads = warehouse.select(SQL / "select_unread_leads.sql", job.params | {"most": MOST})
    windows = warehouse.select(SQL / "select_unread_events.sql", job.params | {"most": MOST})
    if not leads and not windows:
        return
    part = part or open_slice(warehouse, job, hook, UNREAD, PAGES)
    part = _ask_for_leads(warehouse, job, hook, part, [row.lead_id for row in leads])
    part = _ask_for_events(warehouse, job, hook, part, windows)
    advance(warehouse, part, is_done=True)


def _ask_for_leads(
    warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice, leads: list[int]
) -> Slice:
    still = 0
    for lead_id in leads:
        item, requests = hook.lead(lead_id), 1
        if item is None:  # what is told once may be a slip
            item, requests = hook.lead(lead_id), 2
        if item is not None:
            still += not reads_well(warehouse, job, item)
            part = stage_leads_page(warehouse, job, part, [item], hook.vendor_now(), requests)
        else:  # gone, or hidden: the lists tell of it should it come back
            with warehouse.transaction():
                stage_unread(warehouse, job, [UnreadRow(lead_id, None)])
                part = advance(warehouse, part, requests=part.requests + requests)
        if still == STILL:
            break
    return part


def _ask_for_events(
    warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice, windows: list[Any]
) -> Slice:
    still = 0
    for row in windows:
        items, requests = _all_of(job, hook, row)
        found, failures = attempted(items or (), event_of)
        rows = [event for event in found if event is not None]
        left, problem = list(map(event_id_of, failures)), failures[0].problem if failures else None
        if items is None or not all(_is_asked_for(row, event) for event in rows):  # it is kept as it was
            rows, left, problem = [], row.event_ids, row.problem
        told = UnreadRow(None, problem, row.from_at, row.to_at, row.types, row.lead_ids, left, is_all=True)
        with warehouse.transaction():
            copy(warehouse, "event", EventRow._fields, (job.run_id,), rows)
            stage_unread(warehouse, job, [told])
            moved = {"requests": part.requests + requests, "rows": part.rows + len(rows)}
            part = advance(warehouse, part, **moved)
        still += bool(left)
        if still == STILL:
            break
    return part


def _all_of(job: Statuses, hook: AmoCRMHook, row: Any) -> tuple[list[Item] | None, int]:
    """Ask once more; give what came, None if it is more than may be read, and how many requests it took."""
    most = min(AT_MOST, job.settings.reading.max_pages)
    listing = events(row.from_at, row.to_at, row.types.split(","), row.lead_ids)
    try:
        return all_rows(job, hook, listing, UNREAD, most)
    except TooManyPages:
        log.warning(TOO_LONG, most)
        return None, most


def _is_asked_for(row: Any, event: EventRow) -> bool:
    is_of_lead = not row.lead_ids or event.lead_id in row.lead_ids
    return is_of_lead and bool(row.from_at <= event.occurred_at <= row.to_at)
