"""What every task that works on a run does around its work."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowFailException

from include.errors import BadFile, ConfigError, FetchFailed
from plugins.steps import ledger
from plugins.warehouse import BrokenPromise, Warehouse

CODES = {ConfigError: "CONFIG_ERROR", FetchFailed: "FETCH_FAILED", BadFile: "BAD_FILE"}


@contextmanager
def working_on(warehouse: Warehouse, run_id: int) -> Iterator[None]:
    """
    Hold the run while a task works on it, and turn our own errors into the run's and the task's end.

    A fault of the whole source closes the run as failed, with its code in the log, and fails the task at once.
    A fault marked ``temporary``, and whatever else goes wrong, leaves the run open for the task's next attempt.
    """
    try:
        with ledger.working(warehouse, run_id):
            yield
    except (ConfigError, FetchFailed, BadFile) as fault:
        if getattr(fault, "temporary", False):
            raise
        code = next(code for kind, code in CODES.items() if isinstance(fault, kind))
        ledger.fail_run(warehouse, run_id, code, str(fault))
        raise AirflowFailException(str(fault)) from fault
    except (ledger.RunIsOver, BrokenPromise) as fault:
        raise AirflowFailException(str(fault)) from fault
