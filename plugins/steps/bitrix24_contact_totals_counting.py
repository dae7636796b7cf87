"""Whether a reading of won deals is whole: it agrees with what the portal counts, and no funnel is hidden."""

from typing import NamedTuple

from include.bitrix24.metadata import COMMANDS, metadata
from include.bitrix24.replies import Done
from include.bitrix24.sizes import BatchSize
from include.bitrix24_contact_totals.guards import mismatch
from plugins.hooks.bitrix24 import Bitrix24Hook, Listing
from plugins.hooks.bitrix24_batches import done
from plugins.steps.bitrix24_contact_totals import SQL, Totals
from plugins.steps.scanning import Scan
from plugins.warehouse import Warehouse

HIDDEN = "портал больше не показывает воронки {}: похоже, что права вебхука изменили"


class Counted(NamedTuple):
    """Deals that were read, and those the portal counts afterwards; ``hidden``: funnels gone from sight."""

    rows: int
    after: int | None
    hidden: list[int]


def count_again(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, listing: Listing, scan: Scan
) -> Counted:
    """Ask the portal how many deals there are up to the head now, and what funnels it shows."""
    asked = {"count": listing.counted(scan.head_id or 0), "funnels": COMMANDS["funnels"]}
    replies = hook.run(asked, BatchSize())
    count, funnels = (done(asked[key].method, replies[key]) for key in asked)
    after = None if scan.head_id is None else count.total
    return Counted(scan.rows, after, _hidden(warehouse, job, funnels))


def hidden(warehouse: Warehouse, job: Totals, hook: Bitrix24Hook) -> str | None:
    """Ask what funnels the portal shows now; say which of those it showed before it does not."""
    asked = COMMANDS["funnels"]
    missing = _hidden(
        warehouse, job, done(asked.method, hook.run({"funnels": asked}, BatchSize())["funnels"])
    )
    return HIDDEN.format(", ".join(map(str, missing))) if missing else None


def _hidden(warehouse: Warehouse, job: Totals, funnels: Done) -> list[int]:
    shown = {funnel.category_id for funnel in metadata({"funnels": funnels.value}).funnels}
    known = [row.category_id for row in warehouse.select(SQL / "select_shown_funnels.sql", job.params)]
    return [funnel for funnel in known if funnel not in shown]


def disagreement(job: Totals, told: Counted, before: int | None, requests: int) -> str | None:
    """
    Say what does not agree; None: it is whole.

    Few deals may come and go while a long reading goes on, but a funnel that is hidden meanwhile, however
    small, is of rights that are lost.
    """
    if told.hidden:
        return HIDDEN.format(", ".join(map(str, told.hidden)))
    share = job.settings.guards.count_tolerance
    return mismatch(told.rows, before, told.after, requests=requests, share=share)
