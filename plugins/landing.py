"""Land what a source says now, or take again what was landed for a run that is repeated."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Any

from airflow.sdk.exceptions import AirflowSkipException

from include.deal_import.wording import file_size
from plugins.hooks.export_file import ExportFileHook
from plugins.steps import ledger
from plugins.storage import landed, landing_path
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)


def land_or_replay(warehouse: Warehouse, run: Any, hook: ExportFileHook, slot: timedelta) -> None:
    """
    Land the file of a run, fetching it only if there is none to take again.

    A run that was cleared takes the file of its earlier attempt; a backfill the one landed within ``slot``
    of its date, and is skipped if there is none. Raises what the hook raises.
    """
    mine = warehouse.select_one(ledger.SQL / "select_landed_file.sql", {"run_id": run.run_id})
    if mine is None:
        earlier = _of_dag_run(warehouse, run) or (
            run.trigger == "backfill" and _of_slot(warehouse, run, slot)
        )
        _keep(warehouse, run, earlier or _fetch(run, hook))
        mine = warehouse.select_one(ledger.SQL / "select_landed_file.sql", {"run_id": run.run_id})
    landed_at = f"{mine.landed_at:%d.%m.%Y %H:%M %Z}"
    log.info("Файл: %s, SHA-256 %s, получен %s", file_size(mine.bytes), mine.sha256, landed_at)


@contextmanager
def landed_file(warehouse: Warehouse, run_id: int) -> Iterator[IO[bytes]]:
    """Open the file that was landed for a run."""
    file = warehouse.select_one(ledger.SQL / "select_landed_file.sql", {"run_id": run_id})
    with landed(file.uri, file.sha256) as stream:
        yield stream


def _of_dag_run(warehouse: Warehouse, run: Any) -> dict[str, Any] | None:
    found = warehouse.select_one(ledger.SQL / "select_file_of_dag_run.sql", run._asdict())
    if found:
        log.info("Запуск повторяется: берём файл, полученный для него раньше")
    return found._asdict() if found else None


def _of_slot(warehouse: Warehouse, run: Any, slot: timedelta) -> dict[str, Any]:
    span = {"slot": run.logical_date, "next_slot": run.logical_date + slot}
    found = warehouse.select_one(ledger.SQL / "select_file_of_slot.sql", run._asdict() | span)
    if found:
        log.info("Загрузка за прошлое: берём файл, полученный для этой даты")
        return dict(found._asdict())
    when = f"{run.logical_date:%d.%m.%Y %H:%M %Z}"
    reason = f"Для {when} файл источника «{run.source}» не сохранён, ничего не изменено."
    ledger.close_run(warehouse, run.run_id, "skipped", reason)
    log.info("%s", reason)  # Airflow's log says of a skipped task no more than that it was skipped
    raise AirflowSkipException(reason)


def _fetch(run: Any, hook: ExportFileHook) -> dict[str, Any]:
    target = landing_path(run.pipeline, run.source, run.run_id)
    landed = hook.land(target)
    return {"uri": str(target), "sha256": landed.sha256, "bytes": landed.bytes, "landed_at": None}


def _keep(warehouse: Warehouse, run: Any, file: dict[str, Any]) -> None:
    warehouse.run_file(ledger.SQL / "land_file.sql", {"run_id": run.run_id, **file})
