"""
A DAG run of ``calltouch_orders`` in this process: the tasks of the real DAG, its order, its trigger rules.

Airflow's scheduler, its database and its waiting are left out, so that a run takes a second: a task that is
to be tried again is tried at once, and one that defers goes on when ``time_passes`` has been called.
"""

import inspect
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, TaskDeferred
from airflow.sdk.execution_time.context import set_current_context

from dags.calltouch_orders import calltouch_orders
from plugins.defaults import DEFAULT_ARGS
from plugins.pipelines.calltouch_params import PARAMS
from tests.dag_run import FAILED, Progress, States, Task, ruled

GROUP = "exchange."


@cache
def dag() -> Any:
    """Build the DAG, once a process."""
    return calltouch_orders()


class DagRun:
    """
    One DAG run. ``kind``: manual, scheduled or backfill; ``interval``: of a backfill; ``conf``: its Params.

    ``go`` does all tasks, a second time as after a Clear of all of them; ``go_on`` does those that did not
    succeed, as after a Clear of the failed ones. ``progress``: a file that outlives this process, in which it
    is kept which tasks are done, as Airflow's database does; ``recall`` reads it.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        kind: str = "scheduled",
        interval: tuple[datetime, datetime] | None = None,
        time_passes: Callable[[datetime], None] | None = None,
        progress: Path | None = None,
        **conf: object,
    ) -> None:
        self.run_id = name or f"{kind}__{uuid.uuid4()}"
        self._kind, self._conf, self._interval = kind, conf, interval
        self._time_passes, self._progress = time_passes, Progress(progress)
        self.task = ""
        self.waits = 0
        self.errors: dict[str, BaseException] = {}
        self.states: States = {}
        self._results: dict[str, Any] = {}

    @property
    def state(self) -> str:
        """Tell how the DAG run ended: by its last tasks, as Airflow does."""
        leaves = {task.task_id for task in dag().leaves}
        ends = (state for name, state in self.states.items() if name.partition("[")[0] in leaves)
        return "failed" if FAILED & set(ends) else "success"

    def recall(self) -> "DagRun":
        """Take up what a process that is gone has done of this DAG run."""
        self.states, self._results = self._progress.recall()
        return self

    def go(self) -> "DagRun":
        """Do all tasks."""
        self.states.clear()
        self.errors.clear()
        return self.go_on()

    def go_on(self, until: str | None = None) -> "DagRun":
        """Do all tasks but those that have succeeded; ``until``: of an account, those before that one."""
        tasks = list(dag().topological_sort())
        ahead = [task for task in tasks if not task.task_id.startswith(GROUP)]
        last = ahead.pop()
        for task in ahead:
            self._do(task, task.task_id, None)
        accounts = self._results.get("choose_accounts") or []
        for place, account in enumerate(accounts):
            for task in (task for task in tasks if task.task_id.startswith(GROUP)):
                if task.task_id == f"{GROUP}{until}":
                    break
                self._do(task, f"{task.task_id}[{place}]", account)
        if until is None:
            self._do(last, last.task_id, None)
        return self

    def _do(self, task: Any, name: str, account: str | None) -> None:
        if self.states.get(name) == "success":
            return
        place, self.task = name.partition("[")[2], name
        above = [self._state_above(other, place) for other in task.upstream_task_ids]
        self.states[name] = ruled(task.trigger_rule.value, above) or self._attempts(task, name, account)
        self._progress.keep(self.states, self._results)

    def _state_above(self, task_id: str, place: str) -> str:
        if f"{task_id}[{place}" in self.states:
            return self.states[f"{task_id}[{place}"]
        if task_id in self.states:
            return self.states[task_id]
        states = [state for name, state in self.states.items() if name.startswith(f"{task_id}[")]
        return max(states, key=("success", "skipped", "upstream_failed", "failed").index, default="skipped")

    def _attempts(self, task: Any, name: str, account: str | None) -> str:
        for attempt in range(1, int(DEFAULT_ARGS["retries"]) + 2):
            try:
                self._results[name] = self._attempt(task, name, account, attempt)
                return "success"
            except AirflowSkipException:
                return "skipped"
            except AirflowFailException as fault:
                self.errors[name] = fault
                return "failed"
            except Exception as fault:
                self.errors[name] = fault
        return "failed"

    def _attempt(self, task: Any, name: str, account: str | None, attempt: int) -> Any:
        context = self._context(attempt)
        with set_current_context(context):
            if task._pre_execute_hook:
                task._pre_execute_hook(context)
            known = self._known(name, account)
            if hasattr(task, "python_callable"):
                wanted = inspect.signature(task.python_callable).parameters
                return task.python_callable(**{key: known[key] for key in wanted})
            return self._execute(task, known["run"], context)

    def _execute(self, task: Any, run: int, context: Any) -> Any:
        while True:
            operator = task.prepare_for_execution()
            object.__setattr__(operator, "run_id", run)
            try:
                return operator.execute(context)
            except TaskDeferred as deferred:
                self.waits += 1
                assert self._time_passes, "the task waits, and nobody lets time pass"
                self._time_passes(deferred.trigger.until)

    def _known(self, name: str, account: str | None) -> dict[str, Any]:
        """Give what the arguments of tasks are taken from: what earlier tasks have returned."""
        reading = self._results.get("open_reading")
        place = name.partition("[")[2]
        run = self._results.get(f"{GROUP}open_run[{place}") if account else reading
        return {"run": run, "reading": reading, "account": account}

    def _context(self, attempt: int) -> Any:
        begins, ends = self._interval or (None, None)
        params = {name: param.value for name, param in PARAMS.items()}
        return {
            "dag": SimpleNamespace(params=PARAMS),
            "dag_run": SimpleNamespace(
                run_id=self.run_id,
                run_type=SimpleNamespace(value=self._kind),
                logical_date=begins,
                conf=dict(self._conf),
            ),
            "params": {**params, **self._conf},
            "ti": Task(attempt),
            "data_interval_start": begins,
            "data_interval_end": ends,
        }


def is_after(task: Any) -> bool:
    """Tell whether a task waits for the exchanges."""
    return any(name.startswith(GROUP) for name in task.get_flat_relative_ids(upstream=True))
