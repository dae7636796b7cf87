"""Land what a source says now, or take again what was landed for a run that is repeated."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from airflow.sdk import ObjectStoragePath
from airflow.sdk.exceptions import AirflowSkipException

from include.wording import file_size, moment_in
from plugins.defaults import ZONE
from plugins.steps import ledger
from plugins.storage import Landed, landed, landing_path
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

Fetch = Callable[[ObjectStoragePath], Landed]
NextSlot = Callable[[datetime], datetime]


def land_or_replay(
    warehouse: Warehouse,
    run: Any,
    fetch: Fetch,
    next_slot: NextSlot | None = None,
    *,
    origin: str | None = None,
) -> None:
    """
    Land the file of a run, fetching it only if there is none to take again.

    A run that was cleared takes the file of its earlier attempt. With ``next_slot`` (from one slot of the
    schedule to the next) a backfill fetches nothing: it takes the file landed in the slot of its date, and is
    skipped if there is none. ``origin``: whence ``fetch`` takes it, as people see it. Raises what ``fetch``
    raises.
    """
    mine = warehouse.select_one(ledger.SQL / "select_landed_file.sql", {"run_id": run.run_id})
    if mine is None:
        _keep(warehouse, run, _earlier(warehouse, run, next_slot) or _fetched(run, fetch, origin))
        mine = warehouse.select_one(ledger.SQL / "select_landed_file.sql", {"run_id": run.run_id})
    received = moment_in(mine.landed_at, ZoneInfo(ZONE))
    log.info("Файл: %s, SHA-256 %s, получен %s", file_size(mine.bytes), mine.sha256, received)


@contextmanager
def landed_file(warehouse: Warehouse, run_id: int) -> Iterator[IO[bytes]]:
    """Open the file that was landed for a run."""
    file = warehouse.select_one(ledger.SQL / "select_landed_file.sql", {"run_id": run_id})
    with landed(file.uri, file.sha256) as stream:
        yield stream


def _earlier(warehouse: Warehouse, run: Any, next_slot: NextSlot | None) -> dict[str, Any] | None:
    found = warehouse.select_one(ledger.SQL / "select_file_of_dag_run.sql", run._asdict())
    if found:
        log.info("Запуск повторяется: берём файл, полученный для него раньше")
        return dict(found._asdict())
    if next_slot and run.trigger == "backfill":
        return _of_slot(warehouse, run, next_slot)
    return None


def _of_slot(warehouse: Warehouse, run: Any, next_slot: NextSlot) -> dict[str, Any]:
    span = {"slot": run.logical_date, "next_slot": next_slot(run.logical_date)}
    found = warehouse.select_one(ledger.SQL / "select_file_of_slot.sql", run._asdict() | span)
    if found:
        log.info("Загрузка за прошедшую дату: берём файл, полученный для неё")
        return dict(found._asdict())
    when = moment_in(run.logical_date, ZoneInfo(ZONE))
    reason = f"За этот срок ({when}) файла в хранилище нет: импортировать нечего."
    ledger.close_run(warehouse, run.run_id, "skipped", reason)
    log.info("%s", reason)  # Airflow's log says of a skipped task no more than that it was skipped
    raise AirflowSkipException(reason)


def _fetched(run: Any, fetch: Fetch, origin: str | None) -> dict[str, Any]:
    target = landing_path(run.pipeline, run.source, run.run_id)
    landed = fetch(target)
    kept = {"uri": str(target), "sha256": landed.sha256, "bytes": landed.bytes}
    return {**kept, "landed_at": None, "origin": origin}


def _keep(warehouse: Warehouse, run: Any, file: dict[str, Any]) -> None:
    warehouse.run_file(ledger.SQL / "land_file.sql", {"run_id": run.run_id, **file})
