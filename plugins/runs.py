"""Open a run from inside a task: one run of a source at a time, and an abandoned one is taken over."""

import logging
import time
from datetime import timedelta
from typing import Any, NoReturn

import pendulum
from airflow.sdk import Context
from airflow.sdk.exceptions import (
    AirflowFailException,
    AirflowRescheduleException,
    AirflowRuntimeError,
    AirflowSkipException,
)

from include.errors import ConfigError
from plugins.steps import ledger
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

TURN = timedelta(seconds=5)  # how often a backfill looks whether its turn has come
ABANDONED = timedelta(seconds=20)  # nobody at work for so long: whoever had the run was killed
TRIGGERS = {  # Airflow's type of a run -> our word; all others are by hand
    "scheduled": "scheduled",
    "backfill": "backfill",
    "asset_triggered": "asset",
    "asset_materialization": "asset",
}


def occasion(pipeline: str, source: str | None, context: Context) -> ledger.Occasion:
    """Put together what a run is opened for."""
    dag_run = context["dag_run"]
    return ledger.Occasion(
        pipeline,
        source,
        dag_run.run_id,
        TRIGGERS.get(dag_run.run_type.value, "manual"),
        bool(context["params"].get("dry_run")),
        dag_run.logical_date,
    )


def refuse_settings(warehouse: Warehouse, opened_for: ledger.Occasion, problem: ConfigError) -> NoReturn:
    """Write down a run that cannot begin because its settings are wrong, and fail the task at once."""
    if run_id := ledger.open_run(warehouse, opened_for):
        ledger.fail_run(warehouse, run_id, "CONFIG_ERROR", str(problem))
    raise AirflowFailException(str(problem)) from problem


def open_run(warehouse: Warehouse, opened_for: ledger.Occasion, context: Context) -> int:
    """
    Begin a run of a source, or go on with the one that this DAG run began before it was interrupted.

    While another run of the source is at work, a backfill waits for its turn without holding a worker, and
    any other run is skipped (leadexpert 8, step 2).
    """
    while (run_id := ledger.open_run(warehouse, opened_for)) is None:
        other = ledger.running(warehouse, opened_for)
        if other is None:
            continue
        if other.dag_run_id == opened_for.dag_run_id:
            return int(other.run_id)
        if not _is_alive(warehouse, other, opened_for.pipeline, context):
            ledger.close_run(warehouse, other.run_id, "failed", "Запуск был прерван и закрыт следующим.")
            continue
        _give_way(warehouse, opened_for, other.run_id)
    return run_id


def _give_way(warehouse: Warehouse, opened_for: ledger.Occasion, other: int) -> None:
    if opened_for.trigger == "backfill":
        log.info("Источник занят запуском %s, ждём очереди", other)
        raise AirflowRescheduleException(pendulum.now("UTC") + TURN)  # type: ignore[no-untyped-call]
    reason = f"Импорт этого источника уже идёт (запуск {other}), второй не нужен."
    ledger.skip_run(warehouse, opened_for, reason)
    log.info("%s", reason)  # Airflow's log says of a skipped task no more than that it was skipped
    raise AirflowSkipException(reason)


def _is_alive(warehouse: Warehouse, other: Any, pipeline: str, context: Context) -> bool:
    """Ask Airflow first; a run that it believes in but nobody works on for a while was killed with it."""
    if not _is_unfinished(pipeline, other.dag_run_id, context):
        return False
    until = time.monotonic() + ABANDONED.total_seconds()
    while time.monotonic() < until:
        if (
            ledger.is_at_work(warehouse, other.run_id)
            or ledger.run(warehouse, other.run_id).state != "running"
        ):
            return True
        time.sleep(0.5)
    return False


def _is_unfinished(pipeline: str, dag_run_id: str, context: Context) -> bool:
    try:
        return context["ti"].get_dagrun_state(pipeline, dag_run_id) in ("running", "queued")
    except AirflowRuntimeError:
        return False
