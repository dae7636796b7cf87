"""What all DAGs have in common: retries and time limits, the schedules' zone, shared Params, Assets."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import Asset, AssetAlias, Param

ZONE = os.environ.get("DEALFLOW_ZONE") or "Europe/Moscow"
CONTACT_TOTALS_CRON = os.environ.get("DEALFLOW_CONTACT_TOTALS_CRON") or "15 4 * * *"
AMOCRM_CRON = os.environ.get("DEALFLOW_AMOCRM_CRON") or "5 * * * *"
START = pendulum.datetime(2026, 1, 1, tz=ZONE)  # the zone of the start is the zone of the schedule

DEFAULT_ARGS: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(hours=2),
}

# A mapped task is shown under the source it is about; the task puts it into its context.
NAMED_BY_SOURCE = {"map_index_template": "{{ source_name | default('', true) }}"}

DEALS = Asset("dealflow://mart/deal")
DEALS_WRITTEN = AssetAlias("deals_written")  # a run adds DEALS to it when it has changed any
LEADS = Asset("dealflow://mart/amocrm_lead_mart")
LEADS_WRITTEN = AssetAlias("amocrm_leads_written")  # the same of the funnels of amoCRM

DRY_RUN = Param(
    False,
    type="boolean",
    title="Пробный запуск",
    description="Только план: показать в журнале, что было бы сделано, и ничего не менять.",
)


def is_dry_run(context: Mapping[str, Any]) -> bool:
    """Say whether the run was asked to plan only, or to check something, which is less."""
    params = context["params"]
    return bool(params["dry_run"]) or str(params.get("mode")).startswith("check_")
