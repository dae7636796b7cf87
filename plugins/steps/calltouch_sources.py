"""Where the leads of deals came from: asked of Calltouch, kept, planned to be written into orders (6.15)."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from include.calltouch_orders.lead_source import (
    LeadSource,
    lead_moment,
    order_numbers,
    source_of_deal,
    source_of_lead,
)
from plugins.hooks.calltouch import CalltouchHook
from plugins.steps.calltouch_channels import journal
from plugins.steps.calltouch_exchange import SQL, Exchange, find_asked
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

ASK_AGAIN_MINUTES = 60  # a source that was not there is asked for no more often than that
LEAD_DAYS = 3  # leads of so many days before an order are looked through when its deal names no source
SOURCE = ("run_id", "order_ref", *LeadSource._fields, "raw")

Found = tuple[LeadSource, Mapping[str, Any]]


def find_sources(warehouse: Warehouse, job: Exchange, hook: CalltouchHook) -> int:
    """Ask Calltouch where the leads of recent deals came from; give the number of sources found."""
    job = find_asked(warehouse, job)  # an order that a person has named is asked for at once
    asked = job.params | {"ask_again_minutes": ASK_AGAIN_MINUTES}
    wanted = warehouse.select(SQL / "select_sourceless.sql", asked)
    found = _ask(job, hook, wanted) if wanted else {}
    rows = [_row(job, hook, row.order_ref, found.get(str(row.order_ref))) for row in wanted]
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_sources.sql", job.params)
        warehouse.copy_rows("stage.calltouch_orders_source", SOURCE, rows)
        warehouse.run_file(SQL / "merge_sources.sql", job.params)
    log.info("Источники обращений: спрошено %s, найдено %s", len(wanted), len(found))
    return len(found)


def plan_sources(warehouse: Warehouse, job: Exchange) -> None:
    """Plan what is to be written into orders; never over a person's value (A23)."""
    params = job.params | {"connection": job.settings.onec.connection}
    with warehouse.transaction():
        warehouse.run_files(SQL, ("keep_sources", "plan_sources"), params)


def _ask(job: Exchange, hook: CalltouchHook, wanted: Sequence[Any]) -> dict[str, Found]:
    """Ask the deals' own records first, then the leads that list the orders."""
    zone = job.settings.zone
    days = {row.ordered_at.astimezone(zone).date() for row in wanted}
    records = journal(hook, days)
    found: dict[str, Found] = {}
    for row in wanted:
        record = records.get(str(row.order_ref), {})
        if source := source_of_deal(record):
            found[str(row.order_ref)] = (source, record)
    missing = {str(row.order_ref): row.ordered_at.astimezone(zone).date() for row in wanted}
    missing = {ref: day for ref, day in missing.items() if ref not in found}
    if missing:
        today = datetime.now(zone).date()
        first = min(missing.values()) - timedelta(days=LEAD_DAYS)
        found |= _of_leads(hook, missing, first, today)
    return found


def _of_leads(hook: CalltouchHook, missing: Mapping[str, date], first: date, today: date) -> dict[str, Found]:
    """Look through calls and requests; of several leads that list an order the newest counts."""
    found: dict[str, Found] = {}
    day = today
    while day >= first and len(found) < len(missing):
        for lead in sorted((*hook.calls(day), *hook.requests(day)), key=lead_moment, reverse=True):
            source = source_of_lead(lead)
            for number in order_numbers(lead):
                if source and number in missing and number not in found:
                    found[number] = (source, lead)
        day -= timedelta(days=1)
    return found


def _row(job: Exchange, hook: CalltouchHook, order_ref: Any, found: Found | None) -> tuple[Any, ...]:
    if found is None:
        return (job.run_id, order_ref, None, None, None, None, None)
    source, record = found
    return (job.run_id, order_ref, *source, Jsonb(hook.scrubber.value(record)))
