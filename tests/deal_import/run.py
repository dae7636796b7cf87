"""Import one file as the DAG does, step by step, without Airflow."""

import io
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from include.errors import BadFile
from include.settings.deal_import import DealImportSettings
from plugins.steps import deal_import, ledger
from plugins.steps.matching import match_clients, match_deals
from plugins.warehouse import Warehouse

STATUSES = (
    {"name": "Новая", "kind": "new"},
    {"name": "Повторное обращение", "kind": "repeat"},
    {"name": "В работе", "kind": "in_work"},
    {"name": "Оплачена", "kind": "won"},
    {"name": "Отменена", "kind": "lost"},
)


def import_file(
    connection: psycopg.Connection[Any],
    content: bytes,
    *,
    statuses: Sequence[Mapping[str, str]] = STATUSES,
    layouts: Mapping[str, Any] | None = None,
    dry_run: bool = False,
    allow_shrink: bool = True,
    now: datetime | None = None,
    **source: Any,
) -> int:
    """Import ``content`` for one source; give the run's number, also when it failed."""
    settings = DealImportSettings.model_validate(
        {"statuses": list(statuses), "layouts": layouts or {}, "sources": [{"name": "main"} | source]},
        context={},
    )
    warehouse = Warehouse(connection)
    occasion = ledger.Occasion("deal_import", settings.sources[0].name, str(uuid.uuid4()), "manual", dry_run)
    run_id = ledger.open_run(warehouse, occasion)
    assert run_id is not None, "another run of the source is going"
    if now:
        connection.execute("update ops.run set started_at = %s where run_id = %s", (now, run_id))
    job = deal_import.Import(
        run_id, settings, settings.sources[0], "https://shop.example/export.xml", dry_run, allow_shrink
    )
    try:
        run_steps(warehouse, job, content)
    except BadFile as problem:
        ledger.fail_run(warehouse, run_id, "BAD_FILE", str(problem))
    return run_id


def run_steps(warehouse: Warehouse, job: deal_import.Import, content: bytes) -> None:
    """Go through the steps of one run."""
    deal_import.stage_records(warehouse, job, io.BytesIO(content))
    deal_import.stage_keys(warehouse, job)
    with warehouse.transaction():
        match_clients(warehouse, job.run_id, deal_import.create_with(job.source))
    deal_import.stage_deals(warehouse, job)
    with warehouse.transaction():
        match_deals(warehouse, job.run_id)
    deal_import.plan(warehouse, job)
    (deal_import.report_dry_run if job.dry_run else deal_import.apply)(warehouse, job)
