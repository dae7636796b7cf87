"""
What a reading may have missed: rows that deletions pulled over a page's edge, leads that vanished.

It comes after the events, which tell of deletions while pages were read (amocrm 4, 6).
"""

import logging
from collections.abc import Sequence
from typing import Any

from include.amocrm.lead import GoneRow
from include.wording import number
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_lists import ASC, DESC, leads
from plugins.steps import ledger
from plugins.steps.amocrm_reading import AGAIN, LEADS, PAGES, SCAN, Slice, advance, going_on, open_slice
from plugins.steps.amocrm_rights import MEANWHILE, doubt_of_rights, have_changed_meanwhile, look_at_rights
from plugins.steps.amocrm_sound import tell_once
from plugins.steps.amocrm_staging import keep_last_readings, stage_gone_page, stage_leads_page
from plugins.steps.amocrm_statuses import SQL, RightsLost, Statuses
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

MOST_ASKED = 100  # leads that a reading of all has missed, asked one by one
FEW_MISSING = 20  # of a reading that saw twice as many: asked one by one, they are gone if they say so
RIGHTS = (
    "Полное чтение увидело {} из {} известных сделок. Похоже на потерю прав того, кто подключал: ни одна не "
    "отмечена удалённой. Если сделки действительно удалены, запустите с full_refresh и allow_drop."
)
NOTHING = "Ничего не изменено."


def read_again(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """Read torn pages once more, then ask about leads that a reading of all has missed."""
    if (part := going_on(warehouse, job, AGAIN)) is not None and part.is_done:
        return
    part = part or open_slice(warehouse, job, hook, AGAIN, PAGES)
    stream = SCAN if going_on(warehouse, job, SCAN) else LEADS
    part = _read_torn(warehouse, job, hook, part, stream)
    if stream == SCAN:
        part = _look_for_missing(warehouse, job, hook, part)
    advance(warehouse, part, is_done=True)
    keep_last_readings(warehouse, job)


def _read_torn(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice, stream: str) -> Slice:
    asked = {**job.params, "stream": stream}
    torn = warehouse.select(SQL / "select_torn_pages.sql", asked)
    if not torn:
        return part
    read = going_on(warehouse, job, stream)
    is_whole = read is None or read.from_at is None
    deleted = sum(row.deleted for row in torn)
    around = {page for row in torn for page in _around(row, deleted)}
    pages = sorted(around) if is_whole else range(1, max(around) + 1)  # a window is read again as a whole
    listing = leads(order=("id", ASC) if is_whole else ("updated_at", DESC))
    for page_no in pages:
        part = stage_leads_page(warehouse, job, part, hook.page(listing, page_no).rows, hook.vendor_now())
    told = {"pages": len(pages), "deleted": deleted}
    ledger.log_event(warehouse, job.run_id, "AMO_READ_AGAIN", told)
    return part


def _around(row: Any, deleted: int) -> range:
    """Name the pages that a row pulled over the edge before a page may be on by now."""
    moved = -(-deleted // row.rows)
    return range(max(1, row.page - 1 - moved), row.page + 1)


def _look_for_missing(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook, part: Slice) -> Slice:
    """
    Take for gone what a reading of all has missed, if what is asked one by one is gone indeed.

    Where one of them is there after all, only those are gone that have said so themselves, and twice.
    """
    look_at_rights(warehouse, job, hook)
    if not job.scope.allow_drop and (doubt := _doubt(warehouse, job)):
        if job.scope.full_refresh:
            raise RightsLost(f"{doubt} {NOTHING}")
        tell_once(warehouse, job, RightsLost.code, {"message": doubt})
        return part
    missed = [row.lead_id for row in warehouse.select(SQL / "select_missed_leads.sql", job.params)]
    found = {lead_id: hook.lead(lead_id) or hook.lead(lead_id) for lead_id in missed[:MOST_ASKED]}
    alive = [lead for lead in found.values() if lead is not None]
    if alive:
        ledger.log_event(warehouse, job.run_id, "AMO_READ_AGAIN", {"alive": len(alive)})
        part = stage_leads_page(warehouse, job, part, alive, hook.vendor_now(), len(alive))
        missed = [lead_id for lead_id, lead in found.items() if lead is None]
    return _mark_missing(warehouse, job, part, missed) if missed else part


def _doubt(warehouse: Warehouse, job: Statuses) -> str | None:
    """Say why so many leads cannot be believed to be gone; None: it may be."""
    if doubt := doubt_of_rights(warehouse, job):
        return doubt
    if have_changed_meanwhile(warehouse, job):
        return MEANWHILE
    counted = warehouse.select_one(SQL / "count_seen_leads.sql", job.params)
    missing = counted.known - counted.seen
    are_few = missing <= FEW_MISSING and 2 * missing <= counted.seen
    if not are_few and counted.seen < counted.known * job.settings.guards.min_seen_again:
        return RIGHTS.format(number(counted.seen), number(counted.known))
    return None


def _mark_missing(warehouse: Warehouse, job: Statuses, part: Slice, missed: Sequence[int]) -> Slice:
    told = {"lead_ids": list(missed[:MOST_ASKED]), "leads": len(missed)}
    ledger.log_event(warehouse, job.run_id, "AMO_LEADS_MISSING", told)
    gone = [GoneRow(lead_id, None, "missing") for lead_id in missed]
    return stage_gone_page(warehouse, job, part, gone, len(missed[:MOST_ASKED]))
