"""
Ask once more for records that did not read in earlier runs (``amocrm_unread``).

Those asked for longest ago come first. As soon as a few of a kind still do not read, the rest wait for the
next run; while they read, all that were missed come back at once.
"""

from typing import Any

from include.amocrm.event import EventRow, event_of
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_lists import events
from plugins.steps.amocrm_pages import all_rows
from plugins.steps.amocrm_reading import PAGES, UNREAD, Slice, advance, copy, going_on, open_slice
from plugins.steps.amocrm_sound import attempted
from plugins.steps.amocrm_staging import reads_well, stage_leads_page
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_unread import UnreadRow, event_id, stage_unread
from plugins.warehouse import Warehouse

STILL = 5  # of a kind that do not read still: the others will hardly either


def read_unread(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Ask for leads, and for windows of events, that did not read; go on where an attempt has stopped."""
    part = going_on(warehouse, job, UNREAD)
    if part is not None and part.is_done:
        return
    leads = warehouse.select(SQL / "select_unread_leads.sql", job.params)
    windows = warehouse.select(SQL / "select_unread_events.sql", job.params)
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
        item = hook.lead(lead_id) or hook.lead(lead_id)  # what is told once may be a slip
        if item is not None:
            still += not reads_well(warehouse, job, item)
            part = stage_leads_page(warehouse, job, part, [item])
        else:  # gone, or hidden: the lists tell of it should it come back
            with warehouse.transaction():
                stage_unread(warehouse, job, [UnreadRow(lead_id, None, None, None, [], None)])
                part = advance(warehouse, part, requests=part.requests + 1)
        if still == STILL:
            break
    return part


def _ask_for_events(
    warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice, windows: list[Any]
) -> Slice:
    still = 0
    for row in windows:
        listing = events(row.from_at, row.to_at, row.types.split(","))
        items, requests = all_rows(job, hook, listing, UNREAD)
        found, failures = attempted(items, event_of)
        rows = [event for event in found if event is not None]
        left = [event_id(each.item) for each in failures]
        told = UnreadRow(None, row.from_at, row.to_at, row.types, left, row.problem if left else None)
        with warehouse.transaction():
            copy(warehouse, "event", EventRow._fields, (job.run_id,), rows)
            stage_unread(warehouse, job, [told])
            moved = {"requests": part.requests + requests, "rows": part.rows + len(rows)}
            part = advance(warehouse, part, **moved)
        still += bool(left)
        if still == STILL:
            break
    return part
