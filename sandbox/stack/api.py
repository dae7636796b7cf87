"""The few calls of Airflow's REST API that the stack and the demo make, as a person's own script would."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
ENDED = ("success", "failed")
# Loopback only: a proxy of the person's shell has no part in it.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ApiFailed(RuntimeError):
    """Airflow refused a call, or did not do in time what was waited for."""


class AirflowApi:
    """
    A logged-in user of one Airflow.

    ``while_waiting`` is called all through every wait; it raises when waiting has lost its point.
    """

    def __init__(
        self, url: str, password: str, while_waiting: Callable[[], None], user: str = "admin"
    ) -> None:
        self._url = url
        self._login = {"username": user, "password": password}
        self._while_waiting = while_waiting
        self._token = ""

    def wait_until_healthy(self, seconds: float = 300) -> None:
        """Wait until each component has reported since now: reports of an earlier start do not count."""
        since = datetime.now(UTC)
        self._wait(lambda: self._is_healthy(since), seconds, "Airflow is not healthy")

    def log_in(self) -> None:
        self._token = self._call("POST", "/auth/token", self._login)["access_token"]

    def wait_for_dag(self, dag_id: str, seconds: float = 300) -> None:
        """Wait until a DAG has been parsed."""
        self._wait(lambda: self._dag_is_there(dag_id), seconds, f"{dag_id} was not parsed")

    def import_errors(self) -> list[str]:
        """Return what stops a DAG file from loading."""
        return [error["stack_trace"] for error in self._call("GET", "/api/v2/importErrors")["import_errors"]]

    def switched_on(self) -> list[str]:
        """Return the DAGs that run by their schedule."""
        found = self._call("GET", "/api/v2/dags?paused=false&limit=100")["dags"]
        return sorted(str(dag["dag_id"]) for dag in found)

    def unpause(self, dag_id: str) -> None:
        self._call("PATCH", f"/api/v2/dags/{dag_id}?update_mask=is_paused", {"is_paused": False})

    def trigger(self, dag_id: str, conf: dict[str, object]) -> str:
        """Start a run by hand; return its run id."""
        run = self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": conf})
        return str(run["dag_run_id"])

    def wait_for_run(
        self, dag_id: str, run_id: str, progress: Callable[[str], None], seconds: float = 600
    ) -> str:
        """Wait until a run has ended and return its state; ``progress`` hears the tasks that are at work."""
        address = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"

        def ended() -> bool:
            tasks = self._call("GET", f"{address}/taskInstances")["task_instances"]
            at_work = {task["task_id"].rpartition(".")[2] for task in tasks if task["state"] == "running"}
            progress(", ".join(sorted(at_work)))
            return self._call("GET", address)["state"] in ENDED

        self._wait(ended, seconds, f"the run {run_id} of {dag_id} has not ended")
        return str(self._call("GET", address)["state"])

    def failed_tasks(self, dag_id: str, run_id: str) -> list[str]:
        """Return the tasks of a run that failed by their own fault."""
        tasks = self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"]
        return sorted({task["task_id"] for task in tasks if task["state"] == "failed"})

    def _is_healthy(self, since: datetime) -> bool:
        try:
            health = self._call("GET", "/api/v2/monitor/health")
        except OSError:
            return False
        beats = [
            health[name].get(f"latest_{name}_heartbeat") for name in COMPONENTS if name != "metadatabase"
        ]
        return all(health[name]["status"] == "healthy" for name in COMPONENTS) and all(
            beat and datetime.fromisoformat(beat) > since for beat in beats
        )

    def _dag_is_there(self, dag_id: str) -> bool:
        try:
            return bool(self._call("GET", f"/api/v2/dags/{dag_id}")["dag_id"])
        except ApiFailed:
            if errors := self.import_errors():
                raise ApiFailed(f"a DAG file does not load:\n{errors[0]}") from None
            return False

    def _wait(self, condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
        deadline = time.monotonic() + seconds
        while not _holds(condition):
            if time.monotonic() > deadline:
                raise ApiFailed(f"{otherwise} after {seconds:.0f} s")
            self._while_waiting()
            time.sleep(0.3)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with OPENER.open(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise ApiFailed(
                f"{method} {path}: {error.code} {error.read().decode(errors='replace')[:500]}"
            ) from error


def _holds(condition: Callable[[], bool]) -> bool:
    """Look once; an answer that takes too long, of a machine that is busy, is waited for by looking again."""
    try:
        return condition()
    except TimeoutError:
        return False
