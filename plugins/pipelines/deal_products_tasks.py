"""What the tasks of ``bitrix24_deal_products`` do with a run in hand, where it takes more than a line."""

import logging

from airflow.sdk import get_current_context

from plugins.hooks.warehouse import WarehouseHook
from plugins.opening import occasion
from plugins.pipelines.bitrix24_deal_products import DEAL_PRODUCTS
from plugins.pipelines.bitrix24_portal import portal_hook, waits_for
from plugins.runs import begin
from plugins.steps import bitrix24_deal_products_catalog as catalog
from plugins.steps import bitrix24_deal_products_deals as deals
from plugins.steps import bitrix24_deal_products_goods as goods
from plugins.steps import bitrix24_deal_products_plan as planning
from plugins.steps import ledger
from plugins.steps.bitrix24_deal_products import DealProducts
from plugins.story import tell_plan
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

PRESENT_ONLY = "Запуск за прошлую дату: портал знает только нынешнее состояние, его и переносим."


def open_run(portal: str) -> int:
    """Open the run of the portal; of one for a past date say that it can do the present only."""
    run_id = begin(DEAL_PRODUCTS, portal)
    if occasion(DEAL_PRODUCTS.name, portal, get_current_context()).trigger == "backfill":
        with WarehouseHook().session() as warehouse:
            ledger.log_event(warehouse, run_id, "B24_PRESENT_ONLY", {"message": PRESENT_ONLY})
        log.info(PRESENT_ONLY)
    return run_id


def check_catalog(warehouse: Warehouse, job: DealProducts) -> None:
    """Look whether the portal has what the settings name."""
    catalog.check_catalog(warehouse, job, portal_hook(warehouse, job.settings.portal))


def stage_deals(warehouse: Warehouse, job: DealProducts) -> None:
    """Read the deals that are to be looked at."""
    deals.stage_deals(warehouse, job, portal_hook(warehouse, job.settings.portal))


def stage_products(warehouse: Warehouse, job: DealProducts) -> None:
    """Read the products that those deals have."""
    goods.stage_products(warehouse, job, portal_hook(warehouse, job.settings.portal))


def plan_copies(warehouse: Warehouse, job: DealProducts) -> None:
    """Plan, and tell what becomes of the deals."""
    tell_plan(DEAL_PRODUCTS.words, planning.plan(warehouse, job))


def waited_for(job: DealProducts) -> tuple[str, str]:
    """Name target and account whose windows the tasks wait for."""
    return waits_for(job.settings.portal)
