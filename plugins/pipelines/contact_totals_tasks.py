"""What the tasks of ``bitrix24_contact_totals`` do with a run in hand, where it takes more than a line."""

import logging
from typing import Any

from airflow.sdk import get_current_context

from include.bitrix24_contact_totals.messages import WORDS
from plugins.hooks.warehouse import WarehouseHook
from plugins.opening import occasion, skip
from plugins.pipelines.bitrix24_contact_totals import TOTALS, scope_of, years_of
from plugins.pipelines.bitrix24_portal import portal_hook
from plugins.pipelines.contact_totals_sending import totals_channel
from plugins.runs import begin
from plugins.steps import bitrix24_contact_totals_contacts as contacts
from plugins.steps import bitrix24_contact_totals_plan as planning
from plugins.steps import bitrix24_contact_totals_reading as reading
from plugins.steps import bitrix24_contact_totals_writing as writing
from plugins.steps import ledger
from plugins.steps.bitrix24_contact_totals import SQL, Totals
from plugins.steps.bitrix24_read_back import SAMPLE
from plugins.steps.bitrix24_read_back import read_back as read_totals_back
from plugins.story import tell_plan
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

YEARS_DONE = (
    "Годы {} уже пересчитаны повторением за прошлое меньше шести часов назад (запуск {}). Если с тех пор "
    "что-то изменилось, запустите вручную с параметром years."
)
PRESENT_ONLY = "Запуск за прошлую дату: портал знает только нынешние сделки, по ним пересчитываем годы {}."


def open_run(portal: str) -> int:
    """
    Open the run of the portal.

    Of a backfill the first date recomputes a year; raises AirflowSkipException for its next dates.
    """
    context = get_current_context()
    opened_for = occasion(TOTALS.name, portal, context)
    years = _years(opened_for, context["params"])
    if years is not None:
        with WarehouseHook().session() as warehouse:
            _skip_done(warehouse, opened_for, years)
    run_id = begin(TOTALS, portal)
    if years is not None:
        told = PRESENT_ONLY.format(_listed(years))
        with WarehouseHook().session() as warehouse:
            ledger.log_event(warehouse, run_id, "B24_PRESENT_ONLY", {"message": told})
        log.info(told)
    return run_id


def check_portal(warehouse: Warehouse, job: Totals) -> None:
    """Ask the portal what it is."""
    reading.check_portal(warehouse, job, portal_hook(warehouse, job.settings.portal))


def stage_deals(warehouse: Warehouse, job: Totals) -> None:
    """Read all won deals."""
    reading.stage_deals(warehouse, job, portal_hook(warehouse, job.settings.portal))


def plan_totals(warehouse: Warehouse, job: Totals) -> None:
    """Work out what every total shall be."""
    planning.plan_totals(warehouse, job)


def stage_contacts(warehouse: Warehouse, job: Totals) -> None:
    """Ask about the contacts that this is about."""
    contacts.stage_contacts(warehouse, job, portal_hook(warehouse, job.settings.portal))


def plan_writes(warehouse: Warehouse, job: Totals) -> None:
    """Plan, merge, and tell what became of the records."""
    tell_plan(WORDS, writing.plan_writes(warehouse, job))


def read_back(warehouse: Warehouse, job: Totals) -> None:
    """Look whether the portal holds what was sent; of a dry run nothing was."""
    if job.dry_run:
        return
    hook = portal_hook(warehouse, job.settings.portal)
    most = None if job.settings.writes.method == "contact" else SAMPLE
    read_totals_back(warehouse, totals_channel(warehouse, job, hook), job.run_id, most=most)


def _years(opened_for: ledger.Occasion, params: Any) -> list[int] | None:
    settings = TOTALS.load() if opened_for.trigger == "backfill" else None
    if settings is None:
        return None
    years = years_of(settings, opened_for.trigger, opened_for.logical_date)
    return list(scope_of(params, years).years or ())


def _skip_done(warehouse: Warehouse, opened_for: ledger.Occasion, years: list[int]) -> None:
    rows = warehouse.select(SQL / "select_years_done.sql", opened_for._asdict())
    if years and set(years) <= {row.year for row in rows}:
        by = max(row.run_id for row in rows if row.year in years)
        skip(warehouse, opened_for, YEARS_DONE.format(_listed(years), by), "B24_YEARS_DONE")


def _listed(years: list[int]) -> str:
    return ", ".join(map(str, years)) or "вне настроек"
