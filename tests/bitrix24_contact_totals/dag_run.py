"""DAG runs of ``bitrix24_contact_totals`` in this process."""

from datetime import UTC, datetime, timedelta
from functools import cache

from dags.bitrix24_contact_totals import bitrix24_contact_totals
from plugins.pipelines.contact_totals_params import PARAMS
from tests import dag_run
from tests.dag_run import every

FIRST = datetime(2026, 1, 2, 1, 15, tzinfo=UTC)  # 04:15 in Moscow


class DagRun(dag_run.DagRun):
    """A DAG run of ``bitrix24_contact_totals``."""

    dag = staticmethod(cache(bitrix24_contact_totals))
    params = PARAMS
    slots = every(timedelta(days=1), FIRST)
    source = "portal"
