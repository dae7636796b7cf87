"""The run ledger: open a run, log its events, close it. One run of a source at a time (DESIGN 5)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from include.errors import DealflowError
from include.paths import SQL_DIR
from plugins.warehouse import Warehouse

SQL = SQL_DIR / "ledger"


class RunIsOver(DealflowError):
    """The run has its final state: another run took over, or a person closed it."""


class Occasion(NamedTuple):
    """What a run is opened for."""

    pipeline: str
    source: str | None
    dag_run_id: str
    trigger: str  # scheduled, manual, backfill, asset
    dry_run: bool = False
    logical_date: Any = None


def open_run(warehouse: Warehouse, occasion: Occasion) -> int | None:
    """Begin a run; give its number, or None while another run of the source is going."""
    with warehouse.transaction():
        opened = warehouse.select_one(SQL / "open_run.sql", occasion._asdict())
        if opened is None:
            return None
        log_event(warehouse, opened.run_id, "RUN_STARTED", {"trigger": occasion.trigger})
        return int(opened.run_id)


def running(warehouse: Warehouse, occasion: Occasion) -> Any:
    """Give ``run_id`` and ``dag_run_id`` of the source's run that is going, or None."""
    return warehouse.select_one(SQL / "select_running.sql", occasion._asdict())


def skip_run(warehouse: Warehouse, occasion: Occasion, reason: str, code: str = "RUN_ALREADY_ACTIVE") -> int:
    """Write down a run that did nothing, and why."""
    with warehouse.transaction():
        skipped = warehouse.select_one(SQL / "skip_run.sql", {**occasion._asdict(), "error": reason})
        log_event(warehouse, skipped.run_id, code, {"message": reason})
        return int(skipped.run_id)


def log_event(warehouse: Warehouse, run_id: int, code: str, details: Mapping[str, Any]) -> None:
    """Add a row about the run itself to its log."""
    warehouse.run_file(SQL / "log_event.sql", {"run_id": run_id, "code": code, "details": dict(details)})


def close_run(warehouse: Warehouse, run_id: int, state: str, error: str | None = None) -> bool:
    """Give the run its final state; False if it has one already."""
    return warehouse.run_file(SQL / "close_run.sql", {"run_id": run_id, "state": state, "error": error}) > 0


@contextmanager
def working(warehouse: Warehouse, run_id: int, *, may_be_done: bool = False) -> Iterator[None]:
    """
    Hold the run's lock for the time of a block, so that others see that somebody is at work on it.

    Waits for an attempt that is about to die. A failed run goes on: somebody has cleared a task of it. Raises
    RunIsOver if the run has another final state, unless it ``may_be_done`` already: an attempt that was
    killed after its commit is repeated by Airflow.
    """
    warehouse.select(SQL / "lock_run.sql", {"run_id": run_id})
    try:
        warehouse.run_file(SQL / "reopen_run.sql", {"run_id": run_id})
        state = run(warehouse, run_id).state
        if state != "running" and not (may_be_done and state in ("success", "partial")):
            raise RunIsOver(f"Запуск {run_id} уже закрыт ({state}), продолжать нечего: начните новый.")
        yield
    finally:
        if not warehouse.connection.broken:
            warehouse.select(SQL / "unlock_run.sql", {"run_id": run_id})


def is_at_work(warehouse: Warehouse, run_id: int) -> bool:
    """Say whether some task works on the run at this very moment."""
    locked = bool(warehouse.select_one(SQL / "try_run.sql", {"run_id": run_id}).locked)
    if locked:
        warehouse.select(SQL / "unlock_run.sql", {"run_id": run_id})
    return not locked


def fail_run(warehouse: Warehouse, run_id: int, code: str, message: str) -> None:
    """Close a run whose source as a whole is at fault; nothing of it is applied."""
    with warehouse.transaction():
        if close_run(warehouse, run_id, "failed", message):
            log_event(warehouse, run_id, code, {"message": message})


def run(warehouse: Warehouse, run_id: int) -> Any:
    """Read one run."""
    return warehouse.select_one(SQL / "select_run.sql", {"run_id": run_id})


def run_of(warehouse: Warehouse, occasion: Occasion) -> Any:
    """Read the latest run that was opened for an occasion, or None."""
    found = warehouse.select_one(SQL / "select_run_of_dag_run.sql", occasion._asdict())
    return run(warehouse, found.run_id) if found else None
