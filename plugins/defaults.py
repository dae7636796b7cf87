"""What all DAGs have in common: retries and time limits, shared Params, Assets."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, Param

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

DRY_RUN = Param(
    False,
    type="boolean",
    title="Пробный запуск",
    description="Только план: показать в журнале, что было бы сделано, и ничего не менять.",
)


def is_dry_run(context: Mapping[str, Any]) -> bool:
    """Say whether the run was asked to plan only."""
    return bool(context["params"]["dry_run"])
