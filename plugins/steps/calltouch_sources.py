"""Where the leads of deals came from: asked of Calltouch, kept, planned to be written into orders (6.15)."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from include.calltouch_orders.lead_source import (
    LeadSource,
    kept,
    lead_moment,
    order_numbers,
    source_of_deal,
    source_of_lead,
)
from include.errors import WindowSpent
from plugins.hooks.calltouch import CalltouchHook
from plugins.hooks.onec import OneCHook
from plugins.steps import ledger
from plugins.steps.actions import OVERTAKEN
from plugins.steps.calltouch_channels import SetSources, journal
from plugins.steps.calltouch_exchange import PIPELINE, SQL, Exchange, find_asked
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

ASK_AGAIN = timedelta(hours=1)  # a source that was not there is asked for no more often than that
LEADS_ASKED = "leads_asked"
LEAD_DAYS = 3  # leads of so many days before an order are looked through when its deal names no source
SOURCE = ("run_id", "order_ref", *LeadSource._fields, "raw")

Found = tuple[LeadSource, Mapping[str, Any]]


def find_sources(warehouse: Warehouse, job: Exchange, hook: CalltouchHook) -> int:
    """
    Ask Calltouch where the leads of recent deals came from; give the number of sources found.

    New deals are looked for in the journal at once. Calls and requests cost two calls a day back: those are
    looked through once an hour, for all deals that wait; at once only for the one that a person has named.
    """
    job = find_asked(warehouse, job)
    next_leads = None if job.scope.order_refs else _next_leads(warehouse, job)
    wanted = warehouse.select(SQL / "select_sourceless.sql", job.params | {"again": next_leads is None})
    found = _of_deals(job, hook, wanted)
    missing = {str(row.order_ref): _day(job, row.ordered_at) for row in wanted}
    missing = {ref: day for ref, day in missing.items() if ref not in found}
    if missing and next_leads is None:
        _look_through_leads(hook, missing, datetime.now(job.settings.zone).date(), found)
    rows = [_row(job, row.order_ref, found.get(str(row.order_ref))) for row in wanted]
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_sources.sql", job.params)
        warehouse.copy_rows("stage.calltouch_orders_source", SOURCE, rows)
        warehouse.run_file(SQL / "merge_sources.sql", job.params)
        if missing and next_leads is None and not job.scope.order_refs:
            _note_leads(warehouse, job)
    log.info("Источники обращений: спрошено %s, найдено %s", len(wanted), len(found))
    if missing and next_leads:
        log.info("Звонки и заявки для остальных будут просмотрены после %s", f"{next_leads:%d.%m %H:%M %Z}")
    return len(found)


def plan_sources(warehouse: Warehouse, job: Exchange) -> None:
    """
    Plan what is to be written into orders; never over a person's value (A23) or another account's (A25).

    What runs now over have left open, and what an earlier attempt at this one has planned, is planned anew.
    """
    params = job.params | {"connection": job.settings.onec.connection}
    with warehouse.transaction():
        _give_up_leftovers(warehouse, job)
        warehouse.run_files(SQL, ("forget_planned_sources", "keep_sources", "plan_sources"), params)


def _give_up_leftovers(warehouse: Warehouse, job: Exchange) -> None:
    """Skip writes that nobody will finish: they set, so a new plan decides about them, made or not."""
    scope = {"pipeline": PIPELINE, "target": OneCHook.vendor, "account": job.settings.onec.connection}
    left = warehouse.select(ledger.SQL / "select_leftover_runs.sql", {**scope, "run_id": job.run_id})
    gone = {"run_ids": [run.run_id for run in left], "repeated": [SetSources.kind], "error": OVERTAKEN}
    warehouse.run_file(ledger.SQL / "skip_leftovers.sql", scope | gone)


def _of_deals(job: Exchange, hook: CalltouchHook, wanted: Sequence[Any]) -> dict[str, Found]:
    """Ask the deals' own records in the journal."""
    records = journal(hook, {_day(job, row.ordered_at) for row in wanted})
    mine = {str(row.order_ref): records.get(str(row.order_ref), {}) for row in wanted}
    return {ref: (source, record) for ref, record in mine.items() if (source := source_of_deal(record))}


def _look_through_leads(
    hook: CalltouchHook, missing: Mapping[str, date], today: date, found: dict[str, Found]
) -> None:
    """Add what calls and requests say, the newest day first; as far as the budget goes."""
    day, first = today, min(missing.values()) - timedelta(days=LEAD_DAYS)
    try:
        while day >= first and not missing.keys() <= found.keys():
            for ref, source in _of_day(hook, day, missing):
                found.setdefault(ref, source)
            day -= timedelta(days=1)
    except WindowSpent as spent:
        log.info("%s Звонки и заявки до %s включительно не просмотрены.", spent, f"{day:%d.%m.%Y}")


def _of_day(hook: CalltouchHook, day: date, missing: Collection[str]) -> Iterator[tuple[str, Found]]:
    """Give the sources that calls and requests of a day name, the newest lead of an order first."""
    for lead in sorted((*hook.calls(day), *hook.requests(day)), key=lead_moment, reverse=True):
        if source := source_of_lead(lead):
            yield from ((number, (source, lead)) for number in order_numbers(lead) if number in missing)


def _next_leads(warehouse: Warehouse, job: Exchange) -> datetime | None:
    """Tell when calls and requests may be looked through again; None: now."""
    place = {"pipeline": PIPELINE, "source": job.account.name, "name": LEADS_ASKED}
    kept_at = warehouse.select_one(ledger.SQL / "select_cursor.sql", place)
    if kept_at is None:
        return None
    then = datetime.fromisoformat(kept_at.value) + ASK_AGAIN
    return then.astimezone(job.settings.zone) if then > datetime.now(UTC) else None


def _note_leads(warehouse: Warehouse, job: Exchange) -> None:
    place = {"pipeline": PIPELINE, "source": job.account.name, "name": LEADS_ASKED}
    now = {"value": datetime.now(UTC).isoformat(), "run_id": job.run_id}
    warehouse.run_file(ledger.SQL / "merge_cursor.sql", place | now)


def _day(job: Exchange, moment: datetime) -> date:
    return moment.astimezone(job.settings.zone).date()


def _row(job: Exchange, order_ref: Any, found: Found | None) -> tuple[Any, ...]:
    if found is None:
        return (job.run_id, order_ref, None, None, None, None, None)
    source, record = found
    return (job.run_id, order_ref, *source, Jsonb(kept(record)))
