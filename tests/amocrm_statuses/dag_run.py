"""DAG runs of ``amocrm_statuses`` in this process."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from dags.amocrm_statuses import amocrm_statuses
from plugins.pipelines.amocrm_params import PARAMS
from tests import dag_run
from tests.dag_run import every

HOUR = timedelta(hours=1)
FIRST = datetime(2026, 1, 2, 0, 5, tzinfo=UTC)


class DagRun(dag_run.DagRun):
    """A DAG run of ``amocrm_statuses``."""

    dag = staticmethod(cache(amocrm_statuses))
    params = PARAMS
    slots = every(HOUR, FIRST)
    source = "account"

    def _context(self, attempt: int) -> Any:
        told = super()._context(attempt)
        if self.slot is None:
            return told
        return {**told, "data_interval_start": self.slot, "data_interval_end": self.slot + HOUR}
