"""
Read the portal: what it is, and all of its won deals (bitrix24 7.2, 1 to 3).

How many deals there are and which is the last is asked before, and how many there are after; a reading that
does not agree is made once more. So rights that are lost on the way do not pass for deals that are gone.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from include.bitrix24.replies import Done, Refused
from include.bitrix24.sizes import BatchSize
from include.bitrix24_contact_totals.deals import (
    HISTORY_SELECT,
    SELECT,
    DealRow,
    WonRow,
    condition,
    deal_row,
    won_row,
)
from include.bitrix24_contact_totals.guards import mismatch
from include.errors import AccessDenied, RejectedByVendor
from include.wording import number
from include.wording.speech import say
from plugins.hooks.bitrix24 import Bitrix24Hook, Listing
from plugins.steps import ledger, scanning
from plugins.steps.bitrix24_contact_totals import SQL, ScanIncomplete, Totals, UnknownFunnel
from plugins.steps.bitrix24_metadata import read_metadata, stage_metadata
from plugins.warehouse import Warehouse, tagged

log = logging.getLogger(__name__)

DEALS, AGAIN, HISTORY = "deals", "deals_again", "history"
DEAL_TABLE, WON_TABLE = "stage.bitrix24_contact_totals_deal", "stage.bitrix24_contact_totals_won"
HEAD = "head"
NO_FUNNEL = "Воронки {} на портале нет, или вебхук её не видит. Исправьте deals в настройках."
MOVED = "Портал переехал на {}: исправьте адрес в Connection «{}»."
INCOMPLETE = "Сделки прочитаны не полностью, и второй раз тоже: {}. Ничего не изменено."
READ_AGAIN = "Чтение не сходится (%s), читаем ещё раз"
LONG = 5  # requests: a reading past which deals may come and go meanwhile


def deals_listing(job: Totals) -> Listing:
    """Say which list won deals are."""
    params = {"entityTypeId": 2, "useOriginalUfNames": "Y"}
    return Listing("crm.item.list", condition(job.settings.deals), SELECT, params=params)


def check_portal(warehouse: Warehouse, job: Totals, hook: Bitrix24Hook) -> None:
    """Stage what the portal is, and take down how many won deals there are: one request."""
    listing = deals_listing(job)
    told, more = read_metadata(hook, {HEAD: hook.head(listing)})
    _refuse_unknown_funnels(job, {funnel.category_id for funnel in told.funnels})
    warehouse.select(ledger.SQL / "make_room.sql", job.params)
    with warehouse.transaction():
        stage_metadata(warehouse, job.run_id, told)
        scanning.resume(warehouse, job.run_id, DEALS, listing.largest(more[HEAD]), more[HEAD].total)
    if hook.moved_to:
        moved = MOVED.format(hook.moved_to, job.account)
        log.warning(moved)
        ledger.log_event(warehouse, job.run_id, "B24_PORTAL_MOVED", {"message": moved})


def stage_deals(warehouse: Warehouse, job: Totals, hook: Bitrix24Hook) -> int:
    """
    Read all won deals, from where an earlier attempt has stopped; give their number.

    Raises ScanIncomplete when two readings do not agree with what the portal counts.
    """
    listing = deals_listing(job)
    if not warehouse.select(SQL / "select_target.sql", job.params | {"target": None}):
        raise ledger.StagedRowsGone(say(ledger.STAGED_ROWS_GONE).format(job.run_id))
    if not _is_read(warehouse, job):
        first = scanning.recall(warehouse, job.run_id, DEALS)
        again = scanning.recall(warehouse, job.run_id, AGAIN)
        wrong = None if again else _read(warehouse, job, hook, listing, first)
        if again or wrong:
            log.warning(READ_AGAIN, wrong or "как и выяснилось раньше")
            _read_again(warehouse, job, hook, listing, again)
    if job.settings.year.by == "stage_history":
        _read_history(warehouse, job, hook)
    warehouse.analyze(DEAL_TABLE, WON_TABLE)
    rows: int = warehouse.select_one(SQL / "count_read.sql", job.params | {"head": None}).deals
    log.info("Успешных сделок прочитано: %s", number(rows))
    return rows


def _refuse_unknown_funnels(job: Totals, shown: set[int]) -> None:
    deals = job.settings.deals
    if unknown := [funnel for funnel in deals.funnels if funnel not in shown]:
        raise UnknownFunnel(NO_FUNNEL.format(", ".join(map(str, unknown))))


def _is_read(warehouse: Warehouse, job: Totals) -> bool:
    scans = (scanning.recall(warehouse, job.run_id, name) for name in (DEALS, AGAIN))
    return any(scan is not None and scan.is_finished for scan in scans)


def _read(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, listing: Listing, scan: scanning.Scan | None
) -> str | None:
    """Read for the first time; give what does not agree, None: it is whole."""
    scan = _read_on(warehouse, job, hook, listing, scan or _begin(warehouse, job, hook, listing, DEALS))
    after, rows = _counted(warehouse, job, hook, listing, scan)
    share = job.settings.guards.count_tolerance
    wrong = mismatch(rows, scan.told_before, after, requests=scan.requests, share=share)
    if wrong is None:
        scanning.finish(warehouse, scan, after)
    return wrong


def _read_again(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, listing: Listing, scan: scanning.Scan | None
) -> None:
    """Read for the second time, or go on with that; what was counted before the first is a third witness."""
    first = scanning.recall(warehouse, job.run_id, DEALS)
    scan = _read_on(warehouse, job, hook, listing, scan or _begin(warehouse, job, hook, listing, AGAIN))
    after, rows = _counted(warehouse, job, hook, listing, scan)
    share = job.settings.guards.count_tolerance
    wrong = mismatch(rows, scan.told_before, after, requests=LONG, share=share)
    if wrong is None and first is not None:
        wrong = mismatch(rows, first.told_before, None, requests=LONG, share=share)
    if wrong:
        raise ScanIncomplete(INCOMPLETE.format(wrong))
    scanning.finish(warehouse, scan, after)


def _begin(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, listing: Listing, name: str
) -> scanning.Scan:
    """Ask anew where the list ends."""
    told = _done(hook, HEAD, listing)
    return scanning.resume(warehouse, job.run_id, name, listing.largest(told), told.total)


def _read_on(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, listing: Listing, scan: scanning.Scan
) -> scanning.Scan:
    split = job.settings.split
    if not scan.requests:  # whatever is staged is of a reading before
        warehouse.run_file(SQL / "forget_deals.sql", job.params)

    def rows(items: Iterable[Mapping[str, Any]]) -> Iterable[DealRow]:
        return (deal_row(item, split) for item in items)

    return _stage(warehouse, hook, listing, scan, DEAL_TABLE, DealRow._fields, rows)


def _read_history(warehouse: Warehouse, job: Totals, hook: Bitrix24Hook) -> None:
    """Read when deals came to a won stage."""
    kept = scanning.recall(warehouse, job.run_id, HISTORY)
    if kept is not None and kept.is_finished:
        return
    condition_ = {"STAGE_SEMANTIC_ID": "S"}
    listing = Listing("crm.stagehistory.list", condition_, HISTORY_SELECT, "items", "ID", {"entityTypeId": 2})
    scan = kept or scanning.resume(warehouse, job.run_id, HISTORY, None, None)
    if not scan.requests:
        warehouse.run_file(SQL / "forget_won.sql", job.params)

    def rows(items: Iterable[Mapping[str, Any]]) -> Iterable[WonRow]:
        return (row for item in items if (row := won_row(item)))

    scan = _stage(warehouse, hook, listing, scan, WON_TABLE, WonRow._fields, rows)
    scanning.finish(warehouse, scan, None)


def _stage(
    warehouse: Warehouse,
    hook: Bitrix24Hook,
    listing: Listing,
    scan: scanning.Scan,
    table: str,
    columns: tuple[str, ...],
    rows: Callable[[Iterable[Mapping[str, Any]]], Iterable[Any]],
) -> scanning.Scan:
    """Stage what each request brings together with the place it ends at."""
    for chunk in hook.scan(listing, scan.last_id, scan.head_id):
        with warehouse.transaction():
            warehouse.copy_rows(table, ("run_id", *columns), tagged(scan.run_id, rows(chunk.rows)))
            scan = scanning.advance(warehouse, scan, chunk)
    return scan


def _counted(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, listing: Listing, scan: scanning.Scan
) -> tuple[int | None, int]:
    """Give how many deals up to the head the portal counts now, and how many were read."""
    rows: int = warehouse.select_one(SQL / "count_read.sql", job.params | {"head": scan.head_id}).deals
    after = _done(hook, "count", listing, scan.head_id).total if scan.head_id is not None else None
    return after, rows


def _done(hook: Bitrix24Hook, key: str, listing: Listing, up_to: int | None = None) -> Done:
    command = listing.head() if up_to is None else listing.counted(up_to)
    reply = hook.run({key: command}, BatchSize())[key]
    if isinstance(reply, Done):
        return reply
    kind = AccessDenied if isinstance(reply, Refused) and reply.is_denied else RejectedByVendor
    raise kind(f"Битрикс24: {listing.method}: {reply}", http_status=200)
