"""
DAG runs in this process: the tasks of the real DAG, its order, its trigger rules.

Airflow's scheduler, its database and its waiting are left out, so that a run takes a second: a task that is
to be tried again is tried at once, and one that defers goes on when ``time_passes`` has been called.
"""

import inspect
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, Self

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, TaskDeferred
from airflow.sdk.execution_time.context import set_current_context

from plugins.defaults import DEFAULT_ARGS
from tests.faults.airflow_api import Airflow

FAILED = {"failed", "upstream_failed"}
States = dict[str, str]


class Task(Airflow):
    """What a task knows of itself and of other DAG runs, all of which are over."""

    def __init__(self, try_number: int) -> None:
        super().__init__("failed")
        self.try_number = try_number
        self.max_tries = int(DEFAULT_ARGS["retries"])


def every(step: timedelta, first: datetime) -> Iterator[datetime]:
    """Give the slots of a schedule, for ever."""
    while True:
        yield first
        first += step


class Progress:
    """
    Which tasks of a DAG run are done, and what they gave, outside of its process: as in Airflow's database.

    ``file``: where; None: nowhere. Whoever is killed while it writes leaves what was there before.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def keep(self, states: States, results: dict[str, Any]) -> None:
        """Put down how far it is."""
        if self._file:
            beside = self._file.with_suffix(".new")
            beside.write_text(json.dumps([states, results]), encoding="utf-8")
            beside.replace(self._file)

    def recall(self) -> tuple[States, dict[str, Any]]:
        """Tell how far it was."""
        if not (self._file and self._file.exists()):
            return {}, {}
        states, results = json.loads(self._file.read_text(encoding="utf-8"))
        return states, results


class DagRun:
    """
    One DAG run of one source. ``kind``: manual, scheduled or backfill; ``conf``: its Params.

    One by schedule is of the slot after that of the last one, unless ``slot`` says which. ``go`` does all
    tasks, a second time as after a Clear of all of them; ``go_on`` does those that did not succeed, as after
    a Clear of the failed ones. ``progress``: a file that outlives this process, in which it is kept which
    tasks are done, as Airflow's database does; ``recall`` reads it.

    ``dag``: builds the DAG, once a process; ``source``: what its first task chooses, as arguments name it.
    """

    dag: ClassVar[Callable[[], Any]]
    params: ClassVar[Any]
    slots: ClassVar[Iterator[datetime]]
    source: ClassVar[str]

    def __init__(
        self,
        name: str | None = None,
        *,
        kind: str = "scheduled",
        slot: datetime | None = None,
        time_passes: Callable[[datetime], None] | None = None,
        progress: Path | None = None,
        **conf: object,
    ) -> None:
        self.run_id = name or f"{kind}__{uuid.uuid4()}"
        self._kind, self._conf = kind, conf
        if slot is None and kind != "manual":
            slot = next(self.slots)
        self.slot = slot
        self._time_passes, self._progress = time_passes, Progress(progress)
        self.task = ""
        self.waits = 0
        self.errors: dict[str, BaseException] = {}
        self.assets: list[Any] = []  # that its tasks have told to be written
        self.states: States = {}
        self._results: dict[str, Any] = {}

    @property
    def state(self) -> str:
        """Tell how the DAG run ended: by its last tasks, as Airflow does."""
        return (
            "failed"
            if FAILED & {self.states.get(task.task_id, "") for task in self.dag().leaves}
            else "success"
        )

    def recall(self) -> Self:
        """Take up what a process that is gone has done of this DAG run."""
        self.states, self._results = self._progress.recall()
        return self

    def go(self) -> Self:
        """Do all tasks."""
        self.states.clear()
        self.errors.clear()
        return self.go_on()

    def go_on(self, until: str | None = None) -> Self:
        """Do all tasks but those that have succeeded; ``until``: those before that one."""
        for task in self.dag().topological_sort():
            if task.task_id == until:
                break
            if self.states.get(task.task_id) != "success":
                self._do(task)
        return self

    def _do(self, task: Any) -> None:
        self.task = task.task_id
        above = [self.states[other] for other in task.upstream_task_ids]
        self.states[self.task] = ruled(task.trigger_rule.value, above) or self._attempts(task)
        self._progress.keep(self.states, self._results)

    def _attempts(self, task: Any) -> str:
        for attempt in range(1, int(DEFAULT_ARGS["retries"]) + 2):
            try:
                self._results[self.task] = self._attempt(task, attempt)
                return "success"
            except AirflowSkipException:
                return "skipped"
            except AirflowFailException as fault:
                self.errors[self.task] = fault
                return "failed"
            except Exception as fault:
                self.errors[self.task] = fault
        return "failed"

    def _attempt(self, task: Any, attempt: int) -> Any:
        context = self._context(attempt)
        with set_current_context(context):
            if task._pre_execute_hook:
                task._pre_execute_hook(context)
            if not hasattr(task, "python_callable"):
                return self._execute(task, context)
            chosen = self._results.get(f"choose_{self.source}")
            outlets = defaultdict(lambda: SimpleNamespace(add=self.assets.append))
            known = {self.source: chosen, "run": self._results.get("open_run"), "outlet_events": outlets}
            wanted = inspect.signature(task.python_callable).parameters
            return task.python_callable(**{key: known[key] for key in wanted})

    def _execute(self, task: Any, context: Any) -> Any:
        while True:
            operator = task.prepare_for_execution()
            object.__setattr__(operator, "run_id", self._results["open_run"])
            try:
                return operator.execute(context)
            except TaskDeferred as deferred:
                self.waits += 1
                assert self._time_passes, "the task waits, and nobody lets time pass"
                self._time_passes(deferred.trigger.until)

    def _context(self, attempt: int) -> Any:
        params = {name: param.value for name, param in self.params.items()}
        return {
            "dag": SimpleNamespace(params=self.params),
            "dag_run": SimpleNamespace(
                run_id=self.run_id,
                run_type=SimpleNamespace(value=self._kind),
                logical_date=self.slot,
                conf=dict(self._conf),
            ),
            "params": {**params, **self._conf},
            "ti": Task(attempt),
        }


def ruled(rule: str, above: list[str]) -> str | None:
    """Say what becomes of a task by its trigger rule; None: it is done."""
    if rule == "all_done":
        return None
    if FAILED & set(above):
        return "upstream_failed"
    if rule == "all_success" and "skipped" in above:
        return "skipped"
    if rule == "none_failed_min_one_success" and above and "success" not in above:
        return "skipped"
    return None
