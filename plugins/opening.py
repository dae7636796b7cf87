"""Open a run from inside a task: one run of a source at a time, and an abandoned one is taken over."""

import logging
import time
from datetime import timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pendulum
from airflow.sdk import Context
from airflow.sdk.exceptions import (
    AirflowFailException,
    AirflowRescheduleException,
    AirflowRuntimeError,
    AirflowSkipException,
)

from include.errors import ConfigError
from include.wording import moment_in
from include.wording.speech import say
from plugins.defaults import ZONE, is_dry_run
from plugins.steps import ledger
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

TURN = timedelta(seconds=30)  # how often a backfill looks whether its turn has come
ABANDONED = timedelta(seconds=20)  # nobody at work for so long, and Airflow waits for nothing: it was killed
TRIGGERS = {  # Airflow's type of a run -> our word; all others are by hand
    "scheduled": "scheduled",
    "backfill": "backfill",
    "asset_triggered": "asset",
    "asset_materialization": "asset",
}
# Tasks in these states will go on by themselves, and hold no run meanwhile.
WAITING = {"scheduled", "queued", "restarting", "up_for_retry", "up_for_reschedule", "deferred"}
INTERRUPTED = "Запуск был прерван и закрыт следующим."
GAVE_WAY = "Уступил место запуску вручную: остальное запланирует следующий запуск."


def occasion(pipeline: str, source: str | None, context: Context) -> ledger.Occasion:
    """Put together what a run is opened for."""
    dag_run = context["dag_run"]
    return ledger.Occasion(
        pipeline,
        source,
        dag_run.run_id,
        TRIGGERS.get(dag_run.run_type.value, "manual"),
        is_dry_run(context),
        dag_run.logical_date,
    )


def refuse_settings(warehouse: Warehouse, opened_for: ledger.Occasion, problem: ConfigError) -> NoReturn:
    """Write down a run that cannot begin because its settings are wrong, and fail the task at once."""
    with warehouse.transaction():
        if run_id := ledger.open_run(warehouse, opened_for):
            ledger.fail_run(warehouse, run_id, problem.code, str(problem))
    raise AirflowFailException(str(problem)) from problem


def open_run(
    warehouse: Warehouse,
    opened_for: ledger.Occasion,
    context: Context,
    patience: timedelta = ABANDONED,
    *,
    waits: bool = False,
) -> int:
    """
    Begin a run of a source, or go on with the one that this DAG run began before it was interrupted.

    While another run of the source is alive, a backfill waits for its turn without holding a worker, and so
    does a run that ``waits``, since it is to do what the other does not; any further one is skipped
    (leadexpert 8, step 2). A run that waits for a vendor's budget gives way to one by hand. ``patience``: how
    long nobody may be at work on a run before it counts as abandoned.
    """
    waits = waits or opened_for.trigger == "backfill"
    while (run_id := ledger.open_run(warehouse, opened_for)) is None:
        other = ledger.running(warehouse, opened_for)
        if other is None:
            continue
        if other.dag_run_id == opened_for.dag_run_id:
            return int(other.run_id)
        if not _has_gone(warehouse, opened_for, other, context, patience):
            _give_way(warehouse, opened_for, other, waits=waits)
    return run_id


def close_abandoned(warehouse: Warehouse, pipeline: str, context: Context) -> None:
    """Close the runs of a pipeline, of whatever source, that Airflow has ended and nobody works on."""
    for other in ledger.all_running(warehouse, pipeline):
        if not ledger.is_held(warehouse, other.run_id) and not _is_unfinished(pipeline, other, context):
            ledger.close_run(warehouse, other.run_id, "failed", say(INTERRUPTED))


def skip(warehouse: Warehouse, opened_for: ledger.Occasion, reason: str, code: str) -> NoReturn:
    """Write down a run that did nothing and why, and skip the task."""
    ledger.skip_run(warehouse, opened_for, reason, code)
    log.info("%s", reason)  # Airflow's log says of a skipped task no more than that it was skipped
    raise AirflowSkipException(reason)


def _has_gone(
    warehouse: Warehouse, opened_for: ledger.Occasion, other: Any, context: Context, patience: timedelta
) -> bool:
    """Close the other run if it may be closed; say whether it was."""
    if other.waits_until and opened_for.trigger == "manual" and _close_waiting(warehouse, other):
        return True
    if _is_alive(warehouse, other, opened_for.pipeline, context, patience):
        return False
    ledger.close_run(warehouse, other.run_id, "failed", say(INTERRUPTED))
    return True


def _give_way(warehouse: Warehouse, opened_for: ledger.Occasion, other: Any, *, waits: bool) -> NoReturn:
    """Wait until the other run has ended, without holding a worker; or skip."""
    if not waits:
        skip(warehouse, opened_for, _why_not(other), "RUN_ALREADY_ACTIVE")
    log.info(say("Источник занят запуском %s, ждём очереди"), other.run_id)
    raise AirflowRescheduleException(pendulum.now("UTC") + TURN)  # type: ignore[no-untyped-call]


def _why_not(other: Any) -> str:
    if other.waits_until:
        until = moment_in(other.waits_until, ZoneInfo(ZONE))
        return say("Предыдущий запуск ({}) ждёт, пока откроется лимит, до {}.").format(other.run_id, until)
    return say("Другой запуск этого источника уже идёт ({}), второй не нужен.").format(other.run_id)


def _close_waiting(warehouse: Warehouse, other: Any) -> bool:
    """Close a run that waits for a budget, unless somebody is at work on it again."""
    with ledger.hold_if_free(warehouse, other.run_id) as is_free:
        if not is_free or not ledger.run(warehouse, other.run_id).waits_until:
            return False
        return ledger.close_run(warehouse, other.run_id, "partial", say(GAVE_WAY))


def _is_alive(warehouse: Warehouse, other: Any, pipeline: str, context: Context, patience: timedelta) -> bool:
    """
    Say whether a run will go on: somebody works on it, or Airflow will let somebody do so.

    A run that Airflow believes in but nobody works on for a while was killed with it.
    """
    if ledger.is_held(warehouse, other.run_id):
        return True
    if not _is_unfinished(pipeline, other, context):
        return False
    return _is_waiting(pipeline, other, context) or _comes_back(warehouse, other, patience)


def _is_waiting(pipeline: str, other: Any, context: Context) -> bool:
    if other.waits_until and other.waits_until > pendulum.now("UTC"):
        return True
    states = context["ti"].get_task_states(pipeline, run_ids=[other.dag_run_id])
    return not WAITING.isdisjoint(states.get(other.dag_run_id, {}).values())


def _comes_back(warehouse: Warehouse, other: Any, patience: timedelta) -> bool:
    until = time.monotonic() + patience.total_seconds()
    while time.monotonic() < until:
        if ledger.is_held(warehouse, other.run_id) or ledger.run(warehouse, other.run_id).state != "running":
            return True
        time.sleep(0.5)
    return False


def _is_unfinished(pipeline: str, other: Any, context: Context) -> bool:
    try:
        return context["ti"].get_dagrun_state(pipeline, other.dag_run_id) in ("running", "queued")
    except AirflowRuntimeError as problem:
        if (problem.error.detail or {}).get("status_code") == 404:  # somebody has deleted the DAG run
            return False
        raise
