"""Merge into the mart what a run has read, and the settings that the marts are built with."""

from datetime import UTC
from typing import Any

from plugins.steps import ledger
from plugins.steps.amocrm_reading import BEGINNING, RIGHTS, RIGHTS_WHOLE, reads_history
from plugins.steps.amocrm_rights import have_changed_meanwhile
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse

DICTIONARY = (
    "merge_account",
    "merge_pipelines",
    "mark_gone_pipelines",
    "merge_statuses",
    "mark_gone_statuses",
    "merge_users",
    "mark_gone_users",
    "merge_loss_reasons",
    "mark_gone_loss_reasons",
    "merge_fields",
    "mark_gone_fields",
    "merge_enums",
    "mark_gone_enums",
)
LEADS = ("stage_deleted_before", "merge_leads", "stage_reread")
REREAD = "stage.amocrm_statuses_reread"
OF_LEADS = (
    "forget_values",
    "merge_values",
    "forget_tags",
    "merge_tags",
    "forget_lead_contacts",
    "merge_lead_contacts",
    "merge_events",
    "mark_deleted",
    "mark_fates",
)
WORDS = ("event_types", BEGINNING, RIGHTS, RIGHTS_WHOLE)  # cursors that are no moments
READS_NOW = "Сделок: {}, промежутков с событиями: {}."
HISTORY_FROM = "history_from"
CLIENTS = ("merge_clients", "merge_client_keys", "merge_client_links", "merge_client_feed")
MAPPING = (
    "forget_container_statuses",
    "forget_containers",
    "forget_funnels",
    "forget_selection",
    "forget_calc_fields",
    "merge_funnels",
    "merge_containers",
    "merge_container_statuses",
    "merge_selection",
    "merge_calc_fields",
)
READ = (
    "stage.amocrm_statuses_lead",
    "stage.amocrm_statuses_value",
    "stage.amocrm_statuses_tag",
    "stage.amocrm_statuses_lead_contact",
    "stage.amocrm_statuses_gone",
    "stage.amocrm_statuses_event",
)


def merge_reading(warehouse: Warehouse, job: Statuses) -> None:
    """Let the mart know what was read. An older reading of a lead never wins over a newer one."""
    warehouse.analyze(*READ)
    warehouse.run_files(SQL, (*DICTIONARY, *LEADS), job.params)
    warehouse.analyze(REREAD)
    warehouse.run_files(SQL, (*OF_LEADS, "merge_contacts"), job.params)
    _merge_unread(warehouse, job)


def _merge_unread(warehouse: Warehouse, job: Statuses) -> None:
    """Let the mart know what does not read, and tell what does so again."""
    leads = windows = 0
    shows_all = not have_changed_meanwhile(warehouse, job)  # else what did not show may have been hidden
    if shows_all:
        leads = sum(row.reads_now for row in warehouse.select(SQL / "forget_unread_leads.sql", job.params))
        windows = len(warehouse.select(SQL / "forget_unread_events.sql", job.params))
    told = job.params | {"shows_all": shows_all}
    warehouse.run_files(SQL, ("merge_unread_leads", "merge_unread_events"), told)
    if leads or windows:
        details = {"leads": leads, "windows": windows, "message": READS_NOW.format(leads, windows)}
        ledger.log_event(warehouse, job.run_id, "AMO_READS_NOW", details)


def finds_clients(warehouse: Warehouse, job: Statuses) -> bool:
    """Tell whether contacts of the run have clients, so that the mart's revision is to be held."""
    return bool(warehouse.select_one(SQL / "count_clients.sql", job.params).contacts)


def merge_clients(warehouse: Warehouse, job: Statuses) -> None:
    """Let contacts have the clients that were found; the caller holds the mart's revision."""
    warehouse.run_files(SQL, CLIENTS, job.params)


def merge_mapping(warehouse: Warehouse, job: Statuses) -> None:
    """Let the mart know the settings. All that is put otherwise goes before anything comes in."""
    warehouse.run_files(SQL, MAPPING, job.params | {"mapping": mapping_rows(job)})


def mapping_rows(job: Statuses) -> dict[str, list[dict[str, Any]]]:
    """Spell the settings as rows of the mart's tables."""
    mapping, settings = job.settings.mapping, job.settings
    return {
        "funnels": _rows(("funnel_id", "title", "place"), mapping.funnel_rows()),
        "containers": _rows(
            ("funnel_id", "container_id", "title", "position", "marker"), mapping.container_rows()
        ),
        "container_statuses": _rows(
            ("pipeline_id", "status_id", "funnel_id", "container_id"), mapping.status_rows()
        ),
        "selection": [{"field_id": field_id} for field_id in sorted(set(settings.custom_fields.selected))],
        "calc_fields": [
            {"calc_id": each.id, "title": each.title, "expression": each.expression, "place": place}
            for place, each in enumerate(settings.calculated, 1)
        ],
    }


def move_cursors(warehouse: Warehouse, job: Statuses, values: dict[str, str]) -> None:
    """Remember how far reading has come; a moment never goes back, words are as they were read."""
    for name, value in sorted(values.items()):
        known = warehouse.select_one(ledger.SQL / "select_cursor.sql", job.params | {"name": name})
        if known is None or name in WORDS or known.value < value:
            _move(warehouse, job, name, value)


def keep_history_from(warehouse: Warehouse, job: Statuses) -> None:
    """Remember since when history is known, once all events were read from the beginning."""
    known = warehouse.select_one(SQL / "select_history_from.sql", job.params)
    if not job.reads or job.is_backfill or (known is not None and not reads_history(warehouse, job)):
        return
    oldest = warehouse.select_one(SQL / "select_oldest_event.sql", job.params).occurred_at
    told = None if oldest is None else oldest.astimezone(UTC).isoformat()
    if told is None or (known is not None and known.value == told):
        return
    _move(warehouse, job, HISTORY_FROM, told)
    ledger.log_event(warehouse, job.run_id, "AMO_HISTORY_FROM", {"history_from": told})


def _move(warehouse: Warehouse, job: Statuses, name: str, value: str) -> None:
    warehouse.run_file(ledger.SQL / "merge_cursor.sql", job.params | {"name": name, "value": value})


def _rows(names: tuple[str, ...], rows: list[Any]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in rows]
