"""Where the actions of ``opencart_catalog`` go: materials and categories to KeepinCRM."""

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import get_current_context

from include.opencart_catalog.wording import ACTION_KINDS
from include.wording import number
from plugins.operators.apply_actions import Sending
from plugins.pipelines.opencart_catalog import CATALOG, crm_hook, limits_of
from plugins.steps.actions import calls_needed
from plugins.steps.opencart_account import Account
from plugins.steps.opencart_catalog import TARGET, Catalog
from plugins.steps.opencart_channels import channels
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)


def to_keepincrm(warehouse: Warehouse, run: Any) -> Sending:
    """Say how what a run has planned reaches the CRM."""
    job = CATALOG.job(CATALOG.load(), run, get_current_context()["params"])
    account = Account(warehouse, crm_hook(warehouse, job), run, job)
    sending = Sending(TARGET, job.account, channels(account))
    _tell_forecast(warehouse, job, sending)
    return sending


def _tell_forecast(warehouse: Warehouse, job: Catalog, sending: Sending) -> None:
    """Log what is still to be sent, and how long that will take at the account's pace."""
    planned = calls_needed(warehouse, job.run_id, sending.channels)
    for group in planned:
        log.info("  %-24s %12s", ACTION_KINDS.get(group.kind, group.kind), number(group.calls))
    calls = sum(group.calls for group in planned)
    if calls:
        took = timedelta(seconds=round(calls * limits_of(job.settings).spacing))
        log.info("Запитів до CRM: %s, приблизно %s", number(calls), took)
