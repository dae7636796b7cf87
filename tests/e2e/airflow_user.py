"""What the tests ask of Airflow's REST API and of its command line, beyond what the demo does."""

import contextlib
import copy
import io
import os
import subprocess
from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import quote, urlencode
from urllib.request import Request

from sandbox.demo.deal_import import DAG_ID
from sandbox.stack.__main__ import env
from sandbox.stack.api import ENDED, OPENER, AirflowApi
from sandbox.stack.local import LocalFolder

Row = dict[str, Any]


class Airflow(AirflowApi):
    """A logged-in user who looks after the runs of one DAG: ``deal_import``, or another one (``of``)."""

    dag_id = DAG_ID

    def of(self, dag_id: str) -> Self:
        """Give the same user, looking after another DAG."""
        other = copy.copy(self)
        other.dag_id = dag_id
        return other

    def pause(self, paused: bool = True) -> None:
        self._call("PATCH", f"{self._dag}?update_mask=is_paused", {"is_paused": paused})

    def start(self, **conf: object) -> str:
        """Start a run by hand; give its run id."""
        return self.trigger(self.dag_id, conf)

    def start_for(self, slot: str) -> str:
        """Start a run by hand that stands for a slot of the schedule."""
        run = self._call("POST", f"{self._dag}/dagRuns", {"logical_date": slot, "conf": {}})
        return str(run["dag_run_id"])

    def ended(self, run_id: str, seconds: float = 300) -> str:
        """Wait until a run has ended; give its state."""
        return self.wait_for_run(self.dag_id, run_id, lambda _: None, seconds)

    def all_ended(self, run_ids: Iterable[str], seconds: float = 400) -> list[str]:
        return [self.ended(run_id, seconds) for run_id in run_ids]

    def run(self, run_id: str) -> Row:
        return dict(self._call("GET", self._run(run_id)))

    def dag_runs(self, **filters: object) -> list[Row]:
        """Give the runs that fit, the earliest slot first."""
        query = urlencode({"limit": 100, "order_by": "run_after", **filters})
        return list(self._call("GET", f"{self._dag}/dagRuns?{query}")["dag_runs"])

    def tasks(self, run_id: str) -> list[Row]:
        return list(self._call("GET", f"{self._run(run_id)}/taskInstances")["task_instances"])

    def task(self, run_id: str, task_id: str, map_index: int = 0) -> Row:
        """Give one task of a run; the sources of a run are numbered as the settings list them."""
        place = "" if map_index < 0 else f"/{map_index}"
        return dict(self._call("GET", f"{self._run(run_id)}/taskInstances/{task_id}{place}"))

    def told(self, run_id: str, task_id: str, map_index: int = 0) -> list[str]:
        """Read the log of a task back, as the UI does: what was said, and the words of what was raised."""
        address = (
            f"{self._run(run_id)}/taskInstances/{task_id}/logs/1?map_index={map_index}&full_content=true"
        )
        lines = self._call("GET", address)["content"]
        raised = [error["exc_value"] for line in lines for error in line.get("error_detail", ())]
        return [*(line["event"] for line in lines), *raised]

    def page(self, path: str) -> str:
        """Give what one of our pages shows."""
        request = Request(f"{self._url}{path}", headers={"Authorization": f"Bearer {self._token}"})
        with OPENER.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def clear(self, run_id: str, *task_ids: str) -> None:
        """Press Clear on a run, or on some of its tasks and what follows them."""
        wanted = {"dry_run": False, "dag_run_id": run_id, "only_failed": False, "reset_dag_runs": True}
        chosen = {"task_ids": list(task_ids), "include_downstream": True} if task_ids else {}
        self._call("POST", f"{self._dag}/clearTaskInstances", wanted | chosen)

    def end_all_runs(self) -> None:
        """Stop what a failed test left going, and end backfills that Airflow has yet to find ended."""
        for backfill in self._call("GET", f"/api/v2/backfills?dag_id={self.dag_id}")["backfills"]:
            if backfill["completed_at"] is None:
                self._call("PUT", f"/api/v2/backfills/{backfill['id']}/cancel")
        for run in self.dag_runs():
            if run["state"] not in ENDED:
                self._call("PATCH", f"{self._run(run['dag_run_id'])}?update_mask=state", {"state": "failed"})

    @property
    def _dag(self) -> str:
        return f"/api/v2/dags/{self.dag_id}"

    def _run(self, run_id: str) -> str:
        return f"{self._dag}/dagRuns/{quote(run_id)}"


def command(local: LocalFolder, *words: str) -> str:
    """Run ``airflow …`` in a bare shell with what ``make env`` prints; give what it said."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        env(local, once=False)
    done = subprocess.run(
        ["sh", "-c", f'{printed.getvalue()}\nexec airflow "$@"', "airflow", *words],
        env={"PATH": os.defpath, "HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def backfill(local: LocalFolder, first: str, last: str, *options: str, dag_id: str = DAG_ID) -> None:
    """Ask for the runs of all slots from ``first`` to ``last``, both included."""
    command(
        local, *("backfill", "create", "--dag-id", dag_id, "--from-date", first, "--to-date", last, *options)
    )
