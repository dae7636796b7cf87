"""
Read the portal: what it is, and all of its won deals (bitrix24 7.2, 1 to 3).

How many deals there are and which is the last is asked before, and how many there are after; a reading that
does not agree is made once more. So rights that are lost on the way do not pass for deals that are gone.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from include.bitrix24.sizes import BatchSize
from include.bitrix24.stopped import ScanIncomplete, UnknownFunnel
from include.bitrix24_contact_totals.deals import (
    HISTORY_SELECT,
    DealRow,
    WonRow,
    condition,
    deal_row,
    is_excluded,
    selected,
    won_row,
)
from include.bitrix24_contact_totals.guards import mismatch
from include.wording import number
from include.wording.speech import say
from plugins.hooks.bitrix24 import Bitrix24Hook, Listing
from plugins.hooks.bitrix24_batches import done
from plugins.steps import ledger, scanning
from plugins.steps.bitrix24_contact_totals import SQL, Totals
from plugins.steps.bitrix24_contact_totals_counting import count_again, disagreement, hidden
from plugins.steps.bitrix24_metadata import read_metadata, stage_metadata, tell_moved
from plugins.warehouse import Warehouse, tagged

log = logging.getLogger(__name__)

DEALS, AGAIN, HISTORY = "deals", "deals_again", "history"
DEAL_TABLE, WON_TABLE = "stage.bitrix24_contact_totals_deal", "stage.bitrix24_contact_totals_won"
HEAD = "head"
NO_FUNNEL = "Воронки {} на портале нет, или вебхук её не видит. Исправьте deals в настройках."
INCOMPLETE = "Сделки прочитаны не полностью, и второй раз тоже: {}. Ничего не изменено."
NO_HISTORY = "История стадий прочитана не до конца, и второй раз тоже: {}. Ничего не изменено."
ENDS_EARLY = "последняя запись {}, а должна быть {}"
READ_AGAIN = "Чтение не сходится (%s), читаем ещё раз"
LONG = 5  # requests: a reading past which deals may come and go meanwhile


def deals_listing(job: Totals) -> Listing:
    """Say which list won deals are."""
    deals, params = job.settings.deals, {"entityTypeId": 2, "useOriginalUfNames": "Y"}
    return Listing("crm.item.list", condition(deals), selected(deals), params=params)


def check_portal(warehouse: Warehouse, job: Totals, hook: Bitrix24Hook) -> None:
    """Stage what the portal is, and take down how many won deals there are: one request."""
    listing = deals_listing(job)
    told, more = read_metadata(hook, {HEAD: hook.head(listing)})
    _refuse_unknown_funnels(job, {funnel.category_id for funnel in told.funnels})
    warehouse.select(ledger.SQL / "make_room.sql", job.params)
    with warehouse.transaction():
        stage_metadata(warehouse, job.run_id, told)
        for name in (DEALS, AGAIN, HISTORY):  # whoever has this done again wants to know what there is now
            scanning.forget(warehouse, job.run_id, name)
        scanning.resume(warehouse, job.run_id, DEALS, listing.largest(more[HEAD]), more[HEAD].total)
    tell_moved(warehouse, job.run_id, hook)


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
        if not again:  # there is none, or it is too old
            scanning.forget(warehouse, job.run_id, AGAIN)
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
    counted = count_again(warehouse, job, hook, listing, scan)
    wrong = disagreement(job, counted, scan.told_before, scan.requests)
    if wrong is None:
        scanning.finish(warehouse, scan, counted.after)
    return wrong


def _read_again(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, listing: Listing, scan: scanning.Scan | None
) -> None:
    """Read for the second time, or go on with that; what was counted before the first is a third witness."""
    first = scanning.recall(warehouse, job.run_id, DEALS)
    scan = _read_on(warehouse, job, hook, listing, scan or _begin(warehouse, job, hook, listing, AGAIN))
    counted = count_again(warehouse, job, hook, listing, scan)
    wrong = disagreement(job, counted, scan.told_before, LONG)
    if wrong is None and first is not None:
        wrong = disagreement(job, counted._replace(after=None), first.told_before, LONG)
    if wrong:
        raise ScanIncomplete(INCOMPLETE.format(wrong))
    scanning.finish(warehouse, scan, counted.after)


def _begin(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, listing: Listing, name: str
) -> scanning.Scan:
    """Ask anew where the list ends."""
    head = listing.head()
    told = done(head.method, hook.run({HEAD: head}, BatchSize())[HEAD])
    return scanning.resume(warehouse, job.run_id, name, listing.largest(told), told.total)


def _read_on(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, listing: Listing, scan: scanning.Scan
) -> scanning.Scan:
    deals, split, zone = job.settings.deals, job.settings.split, job.settings.zone
    if not scan.requests:  # whatever is staged is of a reading before
        warehouse.run_file(SQL / "forget_deals.sql", job.params)

    def rows(items: Iterable[Mapping[str, Any]]) -> Iterable[DealRow]:
        return (deal_row(item, split, zone) for item in items if not is_excluded(item, deals))

    return _stage(warehouse, hook, listing, scan, DEAL_TABLE, DealRow._fields, rows)


def _read_history(warehouse: Warehouse, job: Totals, hook: Bitrix24Hook) -> None:
    """Read when deals came to a won stage; once more when that is not whole. Raises ScanIncomplete."""
    kept = scanning.recall(warehouse, job.run_id, HISTORY)
    if kept is not None and kept.is_finished:
        return
    wrong = _read_history_once(warehouse, job, hook, kept)
    if wrong:
        log.warning(READ_AGAIN, wrong)
        wrong = _read_history_once(warehouse, job, hook, None)
    if wrong:
        raise ScanIncomplete(NO_HISTORY.format(wrong))


def _read_history_once(
    warehouse: Warehouse, job: Totals, hook: Bitrix24Hook, scan: scanning.Scan | None
) -> str | None:
    """Read the history, or go on with that; give what does not agree, None: it is whole."""
    condition_ = {"STAGE_SEMANTIC_ID": "S"}
    listing = Listing("crm.stagehistory.list", condition_, HISTORY_SELECT, "items", "ID", {"entityTypeId": 2})
    scan = scan or _begin(warehouse, job, hook, listing, HISTORY)
    if not scan.requests:
        warehouse.run_file(SQL / "forget_won.sql", job.params)

    def rows(items: Iterable[Mapping[str, Any]]) -> Iterable[WonRow]:
        return (row for item in items if (row := won_row(item, job.settings.zone)))

    scan = _stage(warehouse, hook, listing, scan, WON_TABLE, WonRow._fields, rows)
    share = job.settings.guards.count_tolerance
    wrong = mismatch(scan.rows, scan.told_before, None, requests=scan.requests, share=share)
    if wrong is None and scan.last_id < (scan.head_id or 0):
        wrong = ENDS_EARLY.format(scan.last_id, scan.head_id)
    wrong = wrong or hidden(warehouse, job, hook)  # whose rights are lost is shown no history either
    if wrong:
        scanning.forget(warehouse, job.run_id, HISTORY)
        return wrong
    scanning.finish(warehouse, scan, None)
    return None


def _stage(
    warehouse: Warehouse,
    hook: Bitrix24Hook,
    listing: Listing,
    scan: scanning.Scan,
    table: str,
    columns: tuple[str, ...],
    rows: Callable[[Iterable[Mapping[str, Any]]], Iterable[Any]],
) -> scanning.Scan:
    """Stage what each request brings together with the place it ends at; count what is up to the head."""
    for chunk in hook.scan(listing, scan.last_id, scan.head_id):
        known = [row for row in chunk.rows if scan.head_id is None or listing.id_of(row) <= scan.head_id]
        with warehouse.transaction():
            warehouse.copy_rows(table, ("run_id", *columns), tagged(scan.run_id, rows(chunk.rows)))
            scan = scanning.advance(warehouse, scan, chunk._replace(rows=known))
    return scan
