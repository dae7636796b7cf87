"""What the tasks of ``opencart_catalog`` do with a run in hand, where it takes more than a line."""

import logging
from collections.abc import Mapping

from airflow.sdk import get_current_context

from include.opencart_catalog.messages import ABOUT, WORDS
from include.wording import number
from plugins.hooks.warehouse import WarehouseHook
from plugins.opening import occasion
from plugins.pipelines.opencart_catalog import CATALOG, crm_hook, shop_hook
from plugins.runs import begin
from plugins.steps import ledger
from plugins.steps import opencart_catalog_plan as planning
from plugins.steps import opencart_catalog_staging as staging
from plugins.steps import opencart_read_back as reading_back
from plugins.steps.opencart_catalog import Catalog
from plugins.story import tell_plan
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

PRESENT_ONLY = "Запуск за минулу дату: магазин і CRM знають лише теперішній стан, його й передаємо."


def open_run(shop: str) -> int:
    """Open the run of the shop. Raises AirflowSkipException while another one is going (keepincrm Q29)."""
    run_id = begin(CATALOG, shop)
    if occasion(CATALOG.name, shop, get_current_context()).trigger == "backfill":
        with WarehouseHook().session() as warehouse:
            ledger.log_event(warehouse, run_id, "CATALOG_PRESENT_ONLY", {"message": PRESENT_ONLY})
        log.info(PRESENT_ONLY)
    return run_id


def stage_shop(warehouse: Warehouse, job: Catalog) -> None:
    """Read the shop, and tell how much there is."""
    _tell(staging.stage_shop(warehouse, job, shop_hook(job)))


def stage_crm(warehouse: Warehouse, job: Catalog) -> None:
    """Read the CRM, and tell how much there is."""
    _tell(staging.stage_crm(warehouse, job, crm_hook(warehouse, job)))


def plan_changes(warehouse: Warehouse, job: Catalog) -> None:
    """Plan, and tell what became of the items."""
    tell_plan(WORDS, planning.plan(warehouse, job))


def read_back(warehouse: Warehouse, job: Catalog) -> None:
    """Look whether the CRM holds what was sent."""
    _tell(reading_back.read_back(warehouse, job, crm_hook(warehouse, job)))


def _tell(counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        log.info("  %-28s %12s", ABOUT.get(name, name), number(count))
