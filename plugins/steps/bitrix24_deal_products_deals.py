"""
Stage the deals that a run looks at (bitrix24 7.1 step 3), and prove that the list was read whole.

A portal hides without a word what its webhook may not see. So the end of a list is believed only if as many
deals came as were counted before and after, with all funnels in sight.
"""

import logging
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from include.bitrix24.commands import Command
from include.bitrix24.replies import Done
from include.bitrix24.sizes import BatchSize
from include.bitrix24.stopped import ScanIncomplete
from include.wording import number as told_number
from plugins.hooks.bitrix24 import Bitrix24Hook, Listing
from plugins.hooks.bitrix24_batches import done
from plugins.steps import scanning
from plugins.steps.bitrix24_deal_products import SQL, DealProducts, reach_of
from plugins.steps.bitrix24_deal_products_asking import rows_of, value_of
from plugins.steps.bitrix24_deal_products_catalog import FUNNELS, require_staged
from plugins.steps.bitrix24_deal_products_listing import by_numbers, copy_deals, copy_gone, listing_of
from plugins.steps.scanning import Scan
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

FIRST, AGAIN = "open_deals", "open_deals_again"  # readings, in stage.scan
OPEN = "P"
FEW, SHARE = 3, 0.005  # deals by which a second reading may differ from what was counted
FEW_GONE, SHARE_GONE = 20, 0.02  # open deals that may vanish between two days
CHANGED_MEANWHILE = "Пока читали сделки, их стало меньше: читаем ещё раз."


def stage_deals(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook) -> None:
    """
    Stage the deals that have changed, all that are open, or those that a person named.

    Raises ScanIncomplete when they cannot be read whole, StagedRowsGone, WindowSpent to go on later.
    """
    require_staged(warehouse, job)
    reach = reach_of(warehouse, job)
    if job.scope.deal_ids:
        _stage_named(warehouse, job, hook, job.scope.deal_ids)
    else:
        condition = {">=updatedTime": reach.since.astimezone(UTC).isoformat()} if reach.since else {}
        _scan(warehouse, job, hook, listing_of(job, condition or {"stageSemanticId": OPEN}))
        (_stage_unfinished if reach.since else _stage_unseen)(warehouse, job, hook)
    warehouse.analyze("stage.bitrix24_deal_products_deal")
    count = warehouse.select_one(SQL / "count_deals.sql", job.params).deals
    log.info("Сделок к проверке: %s", told_number(count))


def _scan(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook, listing: Listing) -> None:
    """Read the list, and once more if deals were missing at its end."""
    again = scanning.recall(warehouse, job.run_id, AGAIN)
    first = scanning.recall(warehouse, job.run_id, FIRST)
    if again is None:  # there is none, or it is too old, and the first one with it
        scanning.forget(warehouse, job.run_id, AGAIN)
        first = _read(warehouse, job, hook, listing, FIRST, first)
        if first.is_finished or _prove(warehouse, job, hook, listing, first):
            return
        log.info(CHANGED_MEANWHILE)
    again = _read(warehouse, job, hook, listing, AGAIN, again)
    if again.is_finished:
        return
    told_first = first.told_before if first else None  # a first reading that is too old is no witness
    if not _prove(warehouse, job, hook, listing, again, is_second=True, told_first=told_first):
        for name in (FIRST, AGAIN):  # another attempt reads anew
            scanning.forget(warehouse, job.run_id, name)
        raise ScanIncomplete(
            f"Портал насчитал сделок {again.told_before}, а прочитано {again.rows} (в первый раз он насчитал "
            f"{told_first}). Похоже, что права вебхука меняли. Ничего не изменено."
        )


def _read(
    warehouse: Warehouse,
    job: DealProducts,
    hook: Bitrix24Hook,
    listing: Listing,
    name: str,
    scan: Scan | None,
) -> Scan:
    """Go on with a reading, or begin it, up to the largest number there was at its beginning."""
    if scan is None:
        head, told = _head(job, warehouse, hook, listing)
        with warehouse.transaction():
            scan = scanning.resume(warehouse, job.run_id, name, head, told)
            if scan.is_new:
                warehouse.run_file(SQL / "forget_deals.sql", job.params)
    if scan.is_finished or not scan.head_id:
        return scan
    opened = {row.deal_id for row in warehouse.select(SQL / "select_open.sql", job.params)}
    for chunk in hook.scan(listing, scan.last_id, scan.head_id):
        rows = [row for row in chunk.rows if listing.id_of(row) <= scan.head_id]
        ours = [row for row in rows if row["stageSemanticId"] == OPEN or listing.id_of(row) in opened]
        with warehouse.transaction():
            copy_deals(warehouse, job, ours, is_candidate=True)
            scan = scanning.advance(warehouse, scan, chunk._replace(rows=rows))
    return scan


def _prove(
    warehouse: Warehouse,
    job: DealProducts,
    hook: Bitrix24Hook,
    listing: Listing,
    scan: Scan,
    *,
    is_second: bool = False,
    told_first: int | None = None,
) -> bool:
    """
    Compare what came with what is counted; finish the reading if it was whole.

    Of a second one, after a first that missed some, a few may be missing, for people are at work;
    ``told_first``: what was counted before that first one.
    """
    after = _in_sight(job, warehouse, hook, listing.counted(scan.head_id or 0)).total
    told = [count for count in (scan.told_before, after, told_first) if count is not None]
    slack = max(FEW, int(SHARE * max(told, default=0))) if is_second else 0
    if any(count - scan.rows > slack for count in told):
        return False
    scanning.finish(warehouse, scan, after)
    return True


def _head(
    job: DealProducts, warehouse: Warehouse, hook: Bitrix24Hook, listing: Listing
) -> tuple[int | None, int | None]:
    """Ask for the largest number and the count."""
    reply = _in_sight(job, warehouse, hook, hook.head(listing))
    return listing.largest(reply), reply.total


def _in_sight(job: DealProducts, warehouse: Warehouse, hook: Bitrix24Hook, command: Command) -> Done:
    """Make a command, and look right after it whether all funnels are still in sight."""
    replies = hook.run({"asked": command, "funnels": FUNNELS}, BatchSize())
    reply = done(command.method, replies["asked"])
    _refuse_hidden(warehouse, job, value_of(FUNNELS, replies["funnels"]))
    return reply


def _refuse_hidden(warehouse: Warehouse, job: DealProducts, value: Any) -> None:
    """Raise ScanIncomplete when a funnel is not shown any more that was shown when the run began."""
    shown = {int(row["id"]) for row in rows_of(FUNNELS, value, "categories")}
    known = {row.category_id for row in warehouse.select(SQL / "select_funnels.sql", job.params)}
    wanted = known & set(job.settings.funnels) if job.settings.funnels else known
    if hidden := sorted(wanted - shown):
        told = ", ".join(map(str, hidden))
        raise ScanIncomplete(
            f"Портал больше не показывает воронок {told}: права вебхука изменились. Ничего не изменено."
        )


def _stage_named(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook, wanted: Sequence[int]) -> None:
    """Stage deals by their numbers, whatever they are; those that are not there as well."""
    rows, gone = by_numbers(job, hook, sorted(set(wanted)))
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_deals.sql", job.params)
        copy_deals(warehouse, job, rows, is_candidate=True)
        copy_gone(warehouse, job, gone, is_candidate=True)


def _stage_unseen(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook) -> None:
    """
    Look what became of deals that were open when we saw them last, and are not listed as open now.

    Raises ScanIncomplete when too many of them are not there at all.
    """
    unseen = [row.deal_id for row in warehouse.select(SQL / "select_unseen.sql", job.params)]
    rows, gone = by_numbers(job, hook, unseen)
    opened = len(warehouse.select(SQL / "select_open.sql", job.params))
    if len(gone) > max(FEW_GONE, SHARE_GONE * opened):
        raise ScanIncomplete(
            f"Открытых сделок {opened}, и портал больше не показывает из них {len(gone)}: "
            "похоже на потерю прав. Ничего не изменено."
        )
    closed = [row for row in rows if row["stageSemanticId"] != OPEN]  # others have left the chosen funnels
    with warehouse.transaction():
        copy_deals(warehouse, job, closed, is_candidate=False)
        copy_gone(warehouse, job, gone, is_candidate=False)


def _stage_unfinished(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook) -> None:
    """Stage deals whose last write has failed or was not answered: they are tried again in every run."""
    unfinished = [row.deal_id for row in warehouse.select(SQL / "select_unfinished.sql", job.params)]
    rows, _ = by_numbers(job, hook, unfinished)
    funnels = job.settings.funnels
    ours = [row for row in rows if not funnels or int(row["categoryId"] or 0) in funnels]
    with warehouse.transaction():
        copy_deals(warehouse, job, ours, is_candidate=True)
