"""What the tasks of ``opencart_catalog`` do with a run in hand, where it takes more than a line."""

import logging
from collections.abc import Mapping
from typing import Any

from airflow.sdk import get_current_context

from include.opencart_catalog.messages import ABOUT, WORDS
from include.wording import number
from include.wording.speech import speaking
from plugins.hooks.warehouse import WarehouseHook
from plugins.opening import occasion, skip
from plugins.pipelines.opencart_catalog import CATALOG, crm_hook, shop_hook
from plugins.runs import begin
from plugins.steps import keepincrm_capabilities, ledger
from plugins.steps import opencart_catalog_plan as planning
from plugins.steps import opencart_catalog_staging as staging
from plugins.steps import opencart_read_back as reading_back
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.story import tell_plan
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

DATE_DONE = "За {:%d.%m.%Y} каталог за розкладом уже передавав запуск {}, другий не потрібен."
PRESENT_ONLY = "Запуск за минулу дату: магазин і CRM знають лише теперішній стан, його й передаємо."


def open_run(shop: str) -> int:
    """
    Open the run of the shop: by schedule one a local date, whatever clocks do that night (keepincrm Q28).

    Raises AirflowSkipException for a second one, or while another one is going (Q29).
    """
    context = get_current_context()
    opened_for = occasion(CATALOG.name, shop, context)
    with speaking(WORDS.texts), WarehouseHook().session() as warehouse:
        if opened_for.trigger == "scheduled":
            _skip_second_of_date(warehouse, opened_for)
    run_id = begin(CATALOG, shop)
    if opened_for.trigger == "backfill":
        with WarehouseHook().session() as warehouse:
            ledger.log_event(warehouse, run_id, "CATALOG_PRESENT_ONLY", {"message": PRESENT_ONLY})
        log.info(PRESENT_ONLY)
    return run_id


def stage_shop(warehouse: Warehouse, job: Catalog) -> None:
    """Read the shop, and tell how much there is."""
    _tell(staging.stage_shop(warehouse, job, shop_hook(job)))


def stage_crm(warehouse: Warehouse, run: Any, job: Catalog) -> None:
    """Read the CRM, and tell how much there is."""
    if job.scope.retry_capabilities:
        known = keepincrm_capabilities.known(warehouse, run)
        keepincrm_capabilities.keep(warehouse, run, known.forgotten())
    _tell(staging.stage_crm(warehouse, job, crm_hook(warehouse, job)))


def plan_changes(warehouse: Warehouse, job: Catalog) -> None:
    """Plan, and tell what became of the items."""
    tell_plan(WORDS, planning.plan(warehouse, job))


def read_back(warehouse: Warehouse, job: Catalog) -> None:
    """Look whether the CRM holds what was sent."""
    _tell(reading_back.read_back(warehouse, job, crm_hook(warehouse, job)))


def _skip_second_of_date(warehouse: Warehouse, opened_for: ledger.Occasion) -> None:
    zone = CATALOG.zone_of(CATALOG.load(), opened_for.source or "")
    at = {**opened_for._asdict(), "zone": str(zone)}
    if earlier := warehouse.select_one(SQL / "select_run_of_date.sql", at):
        reason = DATE_DONE.format(earlier.local_date, earlier.run_id)
        skip(warehouse, opened_for, reason, "CATALOG_DATE_DONE")


def _tell(counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        log.info("  %-28s %12s", ABOUT.get(name, name), number(count))
