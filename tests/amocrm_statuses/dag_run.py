"""DAG runs of ``amocrm_statuses`` in this process."""

from datetime import UTC, datetime, timedelta
from functools import cache

from dags.amocrm_statuses import amocrm_statuses
from plugins.pipelines.amocrm_params import PARAMS
from tests import dag_run
from tests.dag_run import every

FIRST = datetime(2026, 1, 2, 0, 5, tzinfo=UTC)


class DagRun(dag_run.DagRun):
    """A DAG run of ``amocrm_statuses``."""

    dag = staticmethod(cache(amocrm_statuses))
    params = PARAMS
    slots = every(timedelta(hours=1), FIRST)
    source = "account"
