"""What every task that works on a run does around its work."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from include.errors import BadFile, ConfigError, FetchFailed
from plugins.hooks.export_fault import TemporaryFetchFailed
from plugins.steps import ledger
from plugins.warehouse import BrokenPromise, Warehouse

CODES = {ConfigError: "CONFIG_ERROR", FetchFailed: "FETCH_FAILED", BadFile: "BAD_FILE"}


@contextmanager
def working_on(warehouse: Warehouse, run_id: int, *, may_be_done: bool = False) -> Iterator[None]:
    """
    Hold the run while a task works on it; turn our own errors into the run's and the task's end.

    A fault of the whole source closes the run as failed, with its code in the log, and fails the task at
    once. One that may pass, and whatever else goes wrong, leaves the run open for the next attempt.
    """
    try:
        with ledger.working(warehouse, run_id, may_be_done=may_be_done):
            yield
    except (ConfigError, FetchFailed, BadFile) as fault:
        if isinstance(fault, TemporaryFetchFailed) and not _is_last_attempt():
            raise
        code = next(code for kind, code in CODES.items() if isinstance(fault, kind))
        ledger.fail_run(warehouse, run_id, code, str(fault))
        raise AirflowFailException(str(fault)) from fault
    except (ledger.RunIsOver, BrokenPromise) as fault:
        raise AirflowFailException(str(fault)) from fault


def _is_last_attempt() -> bool:
    task = get_current_context()["ti"]
    return task.try_number > task.max_tries
