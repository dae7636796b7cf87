"""
Read windows of events again from which a deletion may have pulled rows over a page's edge.

Whether the events of a lead stay in the list when it is deleted is not documented. Where they do not, the
rows after them move forward between two pages, out of sight. The bin tells of deletions meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from include.amocrm.lead import deleted_of
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_lists import DESC, leads
from plugins.steps import ledger
from plugins.steps.amocrm_events import settled_until, types_of
from plugins.steps.amocrm_reading import EVENTS, TORN, WINDOW, Slice, open_slice, slices
from plugins.steps.amocrm_staging import ascending
from plugins.steps.amocrm_statuses import Statuses
from plugins.steps.amocrm_windows import read_window
from plugins.warehouse import Warehouse

ROUNDS = 3  # where people delete faster than windows are read, the next run's overlap has to do
NEAR = timedelta(seconds=2)  # clocks of the vendor's servers


def read_torn_windows(warehouse: Warehouse, job: Statuses, hook: AmoCRMHook) -> None:
    """
    Read such windows again, from where an earlier attempt has stopped.

    One of a single page cannot be torn, and costs nothing.
    """
    settled = settled_until(warehouse, job)

    def read(part: Slice) -> None:
        read_window(warehouse, job, hook, part, types_of(warehouse, job, part, settled))

    for begun in slices(warehouse, job, TORN):
        if not begun.is_done:
            read(begun)
    for _ in range(ROUNDS):
        torn = _torn(job, hook, _last_readings(warehouse, job))
        if not torn:
            return
        ledger.log_event(warehouse, job.run_id, "AMO_READ_AGAIN", {"windows": len(torn)})
        for part in torn:
            read(open_slice(warehouse, job, hook, TORN, WINDOW, (part.from_at, part.to_at)))


def _last_readings(warehouse: Warehouse, job: Statuses) -> list[Slice]:
    """Give of each window how it was read last."""
    parts = [*slices(warehouse, job, EVENTS), *slices(warehouse, job, TORN)]
    return list({(part.from_at, part.to_at): part for part in parts}.values())


def _torn(job: Statuses, hook: AmoCRMHook, parts: Sequence[Slice]) -> list[Slice]:
    """Give the windows between whose pages leads were deleted."""
    paged = [part for part in parts if part.page > 1]
    if not paged:
        return []
    deleted = _deleted_since(job, hook, min(part.began_at for part in paged) - NEAR)
    return [part for part in paged if any(_was_under_way(part, at) for at in deleted)]


def _was_under_way(part: Slice, at: datetime) -> bool:
    ended = part.ended_at or part.began_at
    return part.began_at - NEAR <= at <= ended + NEAR


def _deleted_since(job: Statuses, hook: AmoCRMHook, since: datetime) -> list[datetime]:
    """Ask the bin, the latest first, when leads were deleted; all of it where it heeds no order."""
    listing, found = (
        leads(order=("updated_at", DESC), only_deleted=True)._replace(is_whole=True),
        list[datetime](),
    )
    for number in range(1, job.settings.reading.max_pages + 1):
        page = hook.page(listing, number)
        moments = [at for item in page.rows if (at := deleted_of(item).deleted_at) is not None]
        found += [at for at in moments if at >= since]
        if not page.has_next or (ascending(moments[::-1]) and (not moments or moments[-1] < since)):
            break
    return found
