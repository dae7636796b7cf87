"""Where the actions of ``bitrix24_contact_totals`` go: fields and totals to the portal."""

import logging
from typing import Any

from airflow.sdk import get_current_context

from include.bitrix24.names import stamp
from include.bitrix24.sizes import BatchSize
from include.bitrix24_contact_totals.wording import ACTION_KINDS
from include.wording import number
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.operators.apply_actions import Sending
from plugins.pipelines.bitrix24_contact_totals import TOTALS
from plugins.pipelines.bitrix24_portal import TARGET, portal_hook
from plugins.steps.actions import calls_needed
from plugins.steps.bitrix24_channels import SetTotals
from plugins.steps.bitrix24_contact_totals import Totals
from plugins.steps.bitrix24_contact_totals_settling import settle_fields, totals_settler
from plugins.steps.bitrix24_fields_channel import CreateFields
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)


def to_portal(warehouse: Warehouse, run: Any) -> Sending:
    """Say how what a run has planned reaches the portal."""
    job = TOTALS.job(TOTALS.load(), run, get_current_context()["params"])
    hook = portal_hook(warehouse, job.settings.portal)
    channels = (CreateFields(hook, settle_fields), totals_channel(warehouse, job, hook))
    needed = calls_needed(warehouse, job.run_id, channels)
    if needed:
        log.info("Запросов к порталу, не больше:")
    for group in needed:
        log.info("  %-24s %12s", ACTION_KINDS.get(group.kind, group.kind), number(group.calls))
    return Sending(TARGET, job.account, channels)


def totals_channel(warehouse: Warehouse, job: Totals, hook: Bitrix24Hook) -> SetTotals:
    """Make what writes totals."""
    writes = job.settings.writes
    return SetTotals(
        hook,
        totals_settler(job),
        warehouse=warehouse,
        run_id=job.run_id,
        size=BatchSize(writes.first_batch),
        method=writes.method,
        unechoed=(stamp(job.settings.fields.prefix),),
    )
