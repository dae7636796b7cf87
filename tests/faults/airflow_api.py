"""What Airflow's API answers a task that asks about another DAG run."""

from typing import Any

from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse


class Airflow:
    """
    Stand for the task's ``ti``. ``state`` is that of the other DAG run, ``tasks`` those of its tasks.

    ``status``: the API answers any question with this HTTP status instead.
    """

    def __init__(self, state: str, *tasks: str | None, status: int | None = None) -> None:
        self._state, self._tasks, self._status = state, tasks, status

    def get_dagrun_state(self, dag_id: str, run_id: str) -> str:
        self._refuse()
        return self._state

    def get_task_states(self, dag_id: str, *, run_ids: list[str]) -> dict[str, dict[str, Any]]:
        self._refuse()
        return {run_id: dict(enumerate_tasks(self._tasks)) for run_id in run_ids if self._tasks}

    def _refuse(self) -> None:
        if self._status:
            detail = {"status_code": self._status, "message": "…"}
            raise AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail=detail))


def enumerate_tasks(states: tuple[str | None, ...]) -> list[tuple[str, str | None]]:
    """Name the tasks of a mapped group as the API does."""
    return [(f"import_source.task_{number}", state) for number, state in enumerate(states)]
