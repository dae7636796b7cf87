"""The run ledger: open a run, log its events, close it. One run of a source at a time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from include.errors import DealflowError
from include.paths import SQL_DIR
from include.wording.speech import say
from plugins.warehouse import Warehouse

SQL = SQL_DIR / "ledger"
IS_OVER = "Запуск {} уже закрыт ({}), продолжать нечего: начните новый."
STAGED_ROWS_GONE = (
    "Промежуточных данных запуска {} больше нет: их место понадобилось другому запуску, или "
    "сервер базы был остановлен аварийно. Ничего не изменено. Очистите (Clear) запуск с самого "
    "начала: он возьмёт то же, что было получено для него."
)


class RunIsOver(DealflowError):
    """The run has its final state: another run took over, or a person closed it."""


class GaveWay(RunIsOver):
    """The run waited for a vendor's budget and was closed to make way for another: nothing is wrong."""


class StagedRowsGone(DealflowError):
    """The run's staged rows have made room for others, or the database server has crashed."""


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
    """Give ``run_id``, ``dag_run_id`` and ``waits_until`` of the source's run that is going, or None."""
    return warehouse.select_one(SQL / "select_running.sql", occasion._asdict())


def all_running(warehouse: Warehouse, pipeline: str) -> list[Any]:
    """Give the same of all runs of a pipeline that are going."""
    return warehouse.select(SQL / "select_all_running.sql", {"pipeline": pipeline})


def skip_run(warehouse: Warehouse, occasion: Occasion, reason: str, code: str = "RUN_ALREADY_ACTIVE") -> int:
    """Write down a run that did nothing, and why."""
    with warehouse.transaction():
        skipped = warehouse.select_one(SQL / "skip_run.sql", {**occasion._asdict(), "error": reason})
        log_event(warehouse, skipped.run_id, code, {"message": reason})
        return int(skipped.run_id)


def log_event(warehouse: Warehouse, run_id: int, code: str, details: Mapping[str, Any]) -> None:
    """Add a row about the run itself to its log. LookupError: ops.code has no such code."""
    event = {"run_id": run_id, "code": code, "details": dict(details)}
    if not warehouse.run_file(SQL / "log_event.sql", event):
        raise LookupError(f"ops.code has no {code}")


def close_run(warehouse: Warehouse, run_id: int, state: str, error: str | None = None) -> bool:
    """Give the run its final state; False if it has one already."""
    return warehouse.run_file(SQL / "close_run.sql", {"run_id": run_id, "state": state, "error": error}) > 0


@contextmanager
def hold(warehouse: Warehouse, run_id: int) -> Iterator[None]:
    """
    Hold the run's lock for the time of a block, so that others see that somebody is at work on it.

    Waits for an attempt that is about to die.
    """
    warehouse.select(SQL / "lock_run.sql", {"run_id": run_id})
    try:
        yield
    finally:
        if not warehouse.connection.broken:
            warehouse.select(SQL / "unlock_run.sql", {"run_id": run_id})


@contextmanager
def hold_if_free(warehouse: Warehouse, run_id: int) -> Iterator[bool]:
    """Hold the run's lock for the time of a block, unless somebody else has it; give whether it is held."""
    is_free = bool(warehouse.select_one(SQL / "try_run.sql", {"run_id": run_id}).locked)
    try:
        yield is_free
    finally:
        if is_free and not warehouse.connection.broken:
            warehouse.select(SQL / "unlock_run.sql", {"run_id": run_id})


def is_held(warehouse: Warehouse, run_id: int) -> bool:
    """Say whether somebody is at work on the run at this very moment."""
    with hold_if_free(warehouse, run_id) as is_free:
        return not is_free


def resume(
    warehouse: Warehouse, run_id: int, *, may_be_done: bool = False, needs_staged: bool = False
) -> None:
    """
    Go on with a run that is held; a failed one is opened again, since somebody has cleared a task of it.

    Raises GaveWay or RunIsOver if it has another final state, unless it ``may_be_done`` already: an attempt
    that was killed after its commit is repeated by Airflow. Raises StagedRowsGone if it goes on and
    ``needs_staged`` rows that are gone.
    """
    warehouse.run_file(SQL / "reopen_run.sql", {"run_id": run_id})
    going = run(warehouse, run_id)
    if going.state == "partial" and going.error:
        raise GaveWay(going.error)
    if going.state != "running" and not (may_be_done and going.state in ("success", "partial")):
        raise RunIsOver(say(IS_OVER).format(run_id, going.state))
    if needs_staged and going.state == "running":
        assert_staged(warehouse, run_id)


def assert_staged(warehouse: Warehouse, run_id: int) -> None:
    """Raise StagedRowsGone unless all staged rows of a run are there, still."""
    if not run(warehouse, run_id).has_staged:
        raise StagedRowsGone(say(STAGED_ROWS_GONE).format(run_id))


def fail_run(warehouse: Warehouse, run_id: int, code: str | None, message: str) -> None:
    """Close a run that failed as a whole; None: there is no code for it."""
    with warehouse.transaction():
        if close_run(warehouse, run_id, "failed", message) and code:
            log_event(warehouse, run_id, code, {"message": message})


def run(warehouse: Warehouse, run_id: int) -> Any:
    """Read one run."""
    return warehouse.select_one(SQL / "select_run.sql", {"run_id": run_id})


def run_of(warehouse: Warehouse, occasion: Occasion) -> Any:
    """Read the latest run that was opened for an occasion, or None."""
    found = warehouse.select_one(SQL / "select_run_of_dag_run.sql", occasion._asdict())
    return run(warehouse, found.run_id) if found else None
