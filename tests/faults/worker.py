"""
The tasks of ``deal_import`` one after the other, each in a session of its own, and ways to interrupt them.

``Import.go_on`` is what Airflow does after a crash; ``Interrupted`` is the crash.
"""

import mmap
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from plugins.opening import open_run
from plugins.steps import deal_import, ledger
from plugins.steps.matching import match_clients, match_deals
from plugins.warehouse import Params, Warehouse
from tests.faults.airflow_api import Airflow
from tests.faults.company import LINK, SETTINGS, file

PATIENCE = 60  # seconds until the server must have noticed that whoever worked is gone
Task = Callable[[Warehouse, deal_import.Import], object]
Crash = Callable[["Interrupted"], None]


def _match_clients(warehouse: Warehouse, job: deal_import.Import) -> None:
    with warehouse.transaction():
        match_clients(warehouse, job.run_id, deal_import.create_with(job.source))


def _match_deals(warehouse: Warehouse, job: deal_import.Import) -> None:
    with warehouse.transaction():
        match_deals(warehouse, job.run_id)


def _stage_records(warehouse: Warehouse, job: deal_import.Import) -> None:
    deal_import.stage_records(warehouse, job, file())


TASKS: tuple[Task, ...] = (
    _stage_records,
    deal_import.stage_keys,
    _match_clients,
    deal_import.stage_deals,
    _match_deals,
    deal_import.plan,
    deal_import.apply,
)


class Interrupted(Warehouse):
    """
    A session that names each moment before it touches the database, and crashes at the one it was told.

    The moment after a call is the moment before the next one: between two calls the database does not change.
    Moments: the start of a task, each file of ``sql/``, begin and commit of each transaction, each COPY
    before it and in the middle of it, each ``analyze``.
    """

    def __init__(
        self, connection: psycopg.Connection[Any], moments: list[str], at: int, crash: Crash
    ) -> None:
        super().__init__(connection)
        self._moments, self._at, self._crash = moments, at, crash
        self.reach("a session")

    def reach(self, moment: str) -> None:
        """Note a moment, and crash if it is the one."""
        self._moments.append(moment)
        if len(self._moments) - 1 == self._at:
            self._crash(self)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        self.reach("begin")
        with super().transaction() as transaction:
            yield transaction
            self.reach("commit")

    def run_file(self, path: Path, params: Params) -> int:
        self.reach(path.stem)
        return super().run_file(path, params)

    def select(self, path: Path, params: Params) -> list[Any]:
        self.reach(path.stem)
        return super().select(path, params)

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        self.reach(f"copy {table}")
        return super().copy_rows(table, columns, self._passed(table, rows))

    def copy_texts(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> int:
        self.reach(f"copy {table}")
        return super().copy_texts(table, columns, self._passed(table, rows))

    def analyze(self, *tables: str) -> None:
        self.reach(f"analyze {' '.join(tables)}")
        super().analyze(*tables)

    def _passed(self, table: str, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for number, row in enumerate(rows):
            if number == 1:
                self.reach(f"the middle of copy {table}")
            yield row


def kill(_: Interrupted) -> None:
    """End this process as the kernel ends one that took too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def terminate(session: Interrupted) -> None:
    """End the server's side of the session, as an administrator or a restarted server would."""
    here = session.connection.info
    with psycopg.connect(here.dsn, password=here.password, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 10000)", [here.backend_pid])


class Import:
    """
    One DAG run of the second import, which may crash at the moment ``at`` of those gathered in ``moments``.

    Its progress lies in memory that a forked process shares, as Airflow's lies outside of the worker.
    """

    def __init__(self, url: str, dag_run_id: str, at: int = -1, crash: Crash = kill) -> None:
        self._url, self._at, self._crash = url, at, crash
        self._occasion = ledger.Occasion("deal_import", "main", dag_run_id, "manual")
        self._done = mmap.mmap(-1, 1)  # tasks, the opening of the run included
        self.moments: list[str] = []

    def run(self, tasks: int = len(TASKS)) -> int:
        """Do all tasks, or the first few, as after a Clear of the DAG run; give the run's number."""
        self._done[0] = 0
        return self.go_on(tasks)

    def go_on(self, tasks: int = len(TASKS)) -> int:
        """Do the tasks that are not done yet, the interrupted one once more; give the run's number."""
        run_id = self._open() if self._done[0] == 0 else self._opened()
        self._done[0] = max(self._done[0], 1)
        for task in TASKS[self._done[0] - 1 : tasks]:
            self._do(task, run_id)
            self._done[0] += 1
        return run_id

    def unharmed(self, url: str | None = None) -> "Import":
        """Give the same DAG run, as far as it is done, without a crash ahead; the server may have moved."""
        other = Import(url or self._url, self._occasion.dag_run_id)
        other._done = self._done
        return other

    def _open(self) -> int:
        """Open a run, go on with our own, or close the abandoned one of another DAG run first."""
        with self._session() as warehouse:
            if other := ledger.running(warehouse, self._occasion):
                wait_until_free(warehouse, other.run_id)
            return open_run(warehouse, self._occasion, {"ti": Airflow("failed")})

    def _opened(self) -> int:
        with self._session() as warehouse:
            return int(ledger.run_of(warehouse, self._occasion).run_id)

    def _do(self, task: Task, run_id: int) -> None:
        is_last, needs_staged = task is TASKS[-1], task is not TASKS[0]
        with self._session() as warehouse, ledger.hold(warehouse, run_id):
            ledger.resume(warehouse, run_id, may_be_done=is_last, needs_staged=needs_staged)
            task(warehouse, deal_import.Import(run_id, SETTINGS, SETTINGS.sources[0], LINK))

    @contextmanager
    def _session(self) -> Iterator[Warehouse]:
        with psycopg.connect(self._url) as connection:
            yield Interrupted(connection, self.moments, self._at, self._crash)


def wait_until_free(warehouse: Warehouse, run_id: int) -> None:
    """Wait until the server has noticed that whoever worked on a run is gone."""
    deadline = time.monotonic() + PATIENCE
    while ledger.is_held(warehouse, run_id):
        assert time.monotonic() < deadline, "a killed session still holds its run"
        time.sleep(0.01)
