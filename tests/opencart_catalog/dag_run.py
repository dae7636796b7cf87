"""DAG runs of ``opencart_catalog`` in this process."""

from datetime import UTC, datetime, timedelta
from functools import cache

from dags.opencart_catalog import opencart_catalog
from plugins.pipelines.opencart_params import PARAMS
from tests import dag_run
from tests.dag_run import every

FIRST = datetime(2026, 1, 2, 1, tzinfo=UTC)  # 03:00 in Kyiv


class DagRun(dag_run.DagRun):
    """A DAG run of ``opencart_catalog``."""

    dag = staticmethod(cache(opencart_catalog))
    params = PARAMS
    slots = every(timedelta(days=1), FIRST)
    source = "shop"
