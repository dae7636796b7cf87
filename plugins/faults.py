"""What every task that works on a run does around its work: hold the run, and turn faults into ends."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.errors import DealflowError
from include.wording.speech import say
from plugins.steps import ledger
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)


@contextmanager
def carrying_on(
    warehouse: Warehouse, run_id: int, *, may_be_done: bool = False, needs_staged: bool = False
) -> Iterator[None]:
    """Hold the run while a task works on it; see ``ledger.resume`` and ``closing_on_fault`` for its ends."""
    with closing_on_fault(warehouse, run_id), ledger.hold(warehouse, run_id):
        ledger.resume(warehouse, run_id, may_be_done=may_be_done, needs_staged=needs_staged)
        yield


@contextmanager
def closing_on_fault(warehouse: Warehouse, run_id: int) -> Iterator[None]:
    """
    Turn our own errors into the run's and the task's end.

    One that may pass, and whatever is not ours, leaves the run open for the next attempt. Any other closes
    the run as failed, with its code in the log, and fails the task at once. A run that is over stays as it
    is: the task ends with it, quietly if the run gave way to another.
    """
    try:
        yield
    except ledger.GaveWay as over:
        log.info("%s", over)  # Airflow's log says of a skipped task no more than that it was skipped
        raise AirflowSkipException(str(over)) from over
    except ledger.RunIsOver as over:
        raise AirflowFailException(str(over)) from over
    except DealflowError as fault:
        if fault.temporary and not _is_last_attempt():
            _tell_attempt(warehouse, run_id, fault)
            raise
        ledger.fail_run(warehouse, run_id, fault.code, str(fault))
        raise AirflowFailException(str(fault)) from fault


def _is_last_attempt() -> bool:
    task = get_current_context()["ti"]
    return task.try_number > task.max_tries


def _tell_attempt(warehouse: Warehouse, run_id: int, fault: DealflowError) -> None:
    """Say that there will be another attempt, in the task's log and in the run's."""
    task = get_current_context()["ti"]
    told = say("попытка {} из {}: {}").format(task.try_number, task.max_tries + 1, fault)
    log.warning(say("Не удалась %s. Следующая начнётся сама"), told)
    ledger.log_event(warehouse, run_id, "ATTEMPT_FAILED", {"message": told})
