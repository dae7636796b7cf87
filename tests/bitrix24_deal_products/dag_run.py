"""DAG runs of ``bitrix24_deal_products`` in this process."""

from datetime import UTC, datetime, timedelta
from functools import cache

from dags.bitrix24_deal_products import bitrix24_deal_products
from plugins.pipelines.deal_products_params import PARAMS
from tests import dag_run
from tests.dag_run import every

FIRST = datetime(2026, 1, 2, tzinfo=UTC)


class DagRun(dag_run.DagRun):
    """A DAG run of ``bitrix24_deal_products``."""

    dag = staticmethod(cache(bitrix24_deal_products))
    params = PARAMS
    slots = every(timedelta(minutes=15), FIRST)
    source = "portal"
