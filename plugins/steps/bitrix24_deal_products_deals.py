"""
Stage the deals that a run looks at (bitrix24 7.1 step 3), and prove that the list was read whole.

A portal hides without a word what its webhook may not see. So the end of a list is believed only if as many
deals came as were counted before and after, with all funnels in sight.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

from psycopg.types.json import Jsonb

from include.bitrix24.commands import Command
from include.bitrix24.replies import Done
from include.bitrix24.sizes import BatchSize
from include.bitrix24.stopped import ScanIncomplete
from include.wording import number as told_number
from plugins.hooks.bitrix24 import Bitrix24Hook, Listing
from plugins.hooks.bitrix24_lists import PAGE, UnknownField
from plugins.steps import scanning
from plugins.steps.bitrix24_deal_products import SQL, DealProducts, reach_of
from plugins.steps.bitrix24_deal_products_asking import (
    ask_all,
    chunks,
    cleaned,
    done,
    rows_of,
    value_of,
)
from plugins.steps.bitrix24_deal_products_catalog import FUNNELS, require_staged
from plugins.steps.scanning import Scan
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

FIRST, AGAIN = "open_deals", "open_deals_again"  # readings, in stage.scan
DEAL = ("run_id", "deal_id", "category_id", "semantic", "updated_at", "fields", "is_candidate")
OWN = ("id", "categoryId", "stageSemanticId", "updatedTime", "movedTime", "title", "closedate")
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
        _scan(warehouse, job, hook, _listing(job, condition or {"stageSemanticId": OPEN}))
    if not job.scope.deal_ids and reach.since is None:
        _stage_unseen(warehouse, job, hook)
    warehouse.analyze("stage.bitrix24_deal_products_deal")
    count = warehouse.select_one(SQL / "count_deals.sql", job.params).deals
    log.info("Сделок к проверке: %s", told_number(count))


def _listing(job: DealProducts, condition: Mapping[str, Any]) -> Listing:
    own = dict.fromkeys((*OWN, *job.settings.targets))
    funnels = {"@categoryId": job.settings.funnels} if job.settings.funnels else {}
    return Listing(
        "crm.item.list",
        {"isRecurring": "N", **funnels, **condition},
        list(own),
        params={"entityTypeId": 2, "useOriginalUfNames": "Y"},
    )


def _scan(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook, listing: Listing) -> None:
    """Read the list, and once more if deals were missing at its end."""
    again = scanning.recall(warehouse, job.run_id, AGAIN)
    first = scanning.recall(warehouse, job.run_id, FIRST)
    if first is None or again is None:
        first = _read(warehouse, job, hook, listing, FIRST, first)
        if first.is_finished or _prove(warehouse, job, hook, listing, first):
            return
        log.info(CHANGED_MEANWHILE)
    again = _read(warehouse, job, hook, listing, AGAIN, again)
    if again.is_finished:
        return
    if not _prove(warehouse, job, hook, listing, again, first):
        for name in (FIRST, AGAIN):  # another attempt reads anew
            scanning.forget(warehouse, job.run_id, name)
        raise ScanIncomplete(
            f"Портал насчитал сделок {again.told_before}, а прочитано {again.rows} (в первый раз он насчитал "
            f"{first.told_before}). Похоже, что права вебхука меняли. Ничего не изменено."
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
            _copy(warehouse, job, ours, is_candidate=True)
            scan = scanning.advance(warehouse, scan, chunk._replace(rows=rows))
    return scan


def _prove(
    warehouse: Warehouse,
    job: DealProducts,
    hook: Bitrix24Hook,
    listing: Listing,
    scan: Scan,
    first: Scan | None = None,
) -> bool:
    """
    Compare what came with what is counted; finish the reading if it was whole.

    ``first``: the reading before, which missed some; then a few deals may be missing, for people are at work.
    """
    after = _in_sight(job, warehouse, hook, listing.counted(scan.head_id or 0)).total
    told = [
        count
        for count in (scan.told_before, after, first.told_before if first else None)
        if count is not None
    ]
    slack = max(FEW, int(SHARE * max(told, default=0))) if first else 0
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
    reply = done(command, replies["asked"])
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
    rows, gone = _by_numbers(job, hook, sorted(set(wanted)))
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_deals.sql", job.params)
        _copy(warehouse, job, rows, is_candidate=True)
        _copy_gone(warehouse, job, gone, is_candidate=True)


def _stage_unseen(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook) -> None:
    """
    Look what became of deals that were open when we saw them last, and are not listed as open now.

    Raises ScanIncomplete when too many of them are not there at all.
    """
    unseen = [row.deal_id for row in warehouse.select(SQL / "select_unseen.sql", job.params)]
    rows, gone = _by_numbers(job, hook, unseen)
    opened = len(warehouse.select(SQL / "select_open.sql", job.params))
    if len(gone) > max(FEW_GONE, SHARE_GONE * opened):
        raise ScanIncomplete(
            f"Открытых сделок {opened}, и портал больше не показывает из них {len(gone)}: "
            "похоже на потерю прав. Ничего не изменено."
        )
    closed = [row for row in rows if row["stageSemanticId"] != OPEN]  # others have left the chosen funnels
    with warehouse.transaction():
        _copy(warehouse, job, closed, is_candidate=False)
        _copy_gone(warehouse, job, gone, is_candidate=False)


def _by_numbers(
    job: DealProducts, hook: Bitrix24Hook, wanted: Sequence[int]
) -> tuple[list[Mapping[str, Any]], list[int]]:
    """Read deals by their numbers; also give the numbers of those that are not there."""
    listing = _listing(job, {})._replace(filter={})
    pieces = {f"d{place:04}": piece for place, piece in enumerate(chunks(wanted, PAGE))}
    commands = {key: listing._replace(filter={"@id": list(piece)}).page(0) for key, piece in pieces.items()}
    values = ask_all(hook, commands) if commands else {}
    rows = [row for key, value in values.items() for row in rows_of(commands[key], value, "items")]
    for row in rows:
        if missing := set(listing.select) - row.keys():
            raise UnknownField(f"Битрикс24: crm.item.list не знает полей: {', '.join(sorted(missing))}")
    there = {listing.id_of(row) for row in rows}
    return rows, [each for each in wanted if each not in there]


def _copy(
    warehouse: Warehouse, job: DealProducts, rows: Iterable[Mapping[str, Any]], *, is_candidate: bool
) -> None:
    warehouse.copy_rows(
        "stage.bitrix24_deal_products_deal", DEAL, (_row(job, row, is_candidate) for row in rows)
    )


def _row(job: DealProducts, row: Mapping[str, Any], is_candidate: bool) -> tuple[Any, ...]:
    fields = {
        name: row.get(name)
        for name in dict.fromkeys(("title", "closedate", "movedTime", *job.settings.targets))
    }
    moment = row["updatedTime"] or None
    about = (int(row["id"]), int(row["categoryId"] or 0), row["stageSemanticId"], moment)
    return (job.run_id, *about, Jsonb(cleaned(fields)), is_candidate)


def _copy_gone(warehouse: Warehouse, job: DealProducts, gone: Iterable[int], *, is_candidate: bool) -> None:
    rows = ((job.run_id, each, 0, "gone", None, Jsonb({}), is_candidate) for each in gone)
    warehouse.copy_rows("stage.bitrix24_deal_products_deal", DEAL, rows)
