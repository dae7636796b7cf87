"""A vendor under test and the warehouse beside it, as the tests of any pipeline over it speak of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString, Protocol

import psycopg
from psycopg.rows import dict_row

from sandbox.control import Control, VendorControl
from sandbox.server import Sandbox

# All windows step aside first: moved one by one, some would meet others.
STEP_ASIDE = "update ops.budget set window_start = window_start - interval '9600000 hours'"
MOVE_WINDOWS = """
    update ops.budget
    set window_start = window_start + interval '9600000 hours' - %(ahead)s, resets_at = resets_at - %(ahead)s,
        blocked_until = blocked_until - %(ahead)s
"""
MOVE_RUNS = "update ops.run set waits_until = waits_until - %(ahead)s where waits_until is not null"
MOVE_TOKENS = """
    update ops.oauth_token
    set access_until = access_until - %(ahead)s, renewed_at = renewed_at - %(ahead)s
"""

Row = dict[str, Any]


class DagRun(Protocol):
    """A DAG run in this process, as each pipeline's tests make one."""

    run_id: str
    task: str
    states: Any
    errors: Any

    @property
    def state(self) -> str: ...
    def go(self) -> Any: ...
    def go_on(self) -> Any: ...
    def recall(self) -> Any: ...


class MakeRun(Protocol):
    """The class of those runs."""

    def __call__(
        self,
        name: str | None = None,
        *,
        kind: str = "scheduled",
        slot: datetime | None = None,
        time_passes: Callable[[datetime], None] | None = None,
        progress: Path | None = None,
        **conf: object,
    ) -> Any: ...


class AtHand:
    """A vendor and the warehouse that knows it; ``run`` does what the DAG does."""

    def __init__(
        self, sandbox: Sandbox, warehouse_url: str, make_run: MakeRun, vendor: str, key: str
    ) -> None:
        self.warehouse_url, self.sandbox = warehouse_url, sandbox
        self.control = Control(sandbox.url)
        self.crm: VendorControl = self.control.vendor(vendor, key)
        self._make_run = make_run

    def run(self, kind: str = "scheduled", *, slot: datetime | None = None, **conf: object) -> Any:
        """Make a DAG run."""
        return self.new_run(kind=kind, slot=slot, **conf).go()

    def new_run(self, name: str | None = None, **more: Any) -> Any:
        """Prepare a DAG run that lets time pass here."""
        return self._make_run(name, time_passes=self.time_passes, **more)

    def time_passes(self, until: datetime) -> None:
        """Let it be ``until``, for the vendor and for us."""
        time_passes(self.control, self.warehouse_url, until)

    def rows(self, query: Any, *values: object) -> list[Row]:
        """Read the warehouse."""
        with psycopg.connect(self.warehouse_url, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def run_of(self, dag_run: DagRun) -> Row:
        """Give the row of ops.run of a DAG run."""
        return self.rows("select * from ops.run where dag_run_id = %s order by run_id", dag_run.run_id)[-1]

    def counters(self, dag_run: DagRun) -> dict[str, int]:
        """Give the outcomes of a run that there are."""
        return {name: count for name, count in self.run_of(dag_run)["counters"].items() if count}

    def actions(self, dag_run: DagRun) -> list[Row]:
        """Give what a run has planned, in its order."""
        told: LiteralString = "kind, key, before, after, state, response, error"
        query: LiteralString = f"select {told} from ops.action where run_id = %s order by seq"
        return self.rows(query, self.run_of(dag_run)["run_id"])

    def codes(self, dag_run: DagRun) -> set[str]:
        """Give the codes of a run's log."""
        query: LiteralString = "select distinct unnest(codes) as code from ops.run_log where run_id = %s"
        return {row["code"] for row in self.rows(query, self.run_of(dag_run)["run_id"])}

    def forget(self) -> None:
        """Let the vendor forget what was written so far, and how much of its limits is used."""
        self.crm.order(renumber=True)


def time_passes(control: Control, warehouse_url: str, until: datetime) -> None:
    """Let it be ``until``: the vendor's clock goes on, and all that we remember of limits is as long ago."""
    ahead = max(until - datetime.now(UTC), timedelta()) + timedelta(seconds=1)
    control.advance(ahead.total_seconds())
    with psycopg.connect(warehouse_url) as connection:
        connection.execute(STEP_ASIDE)
        for statement in (MOVE_WINDOWS, MOVE_RUNS, MOVE_TOKENS):
            connection.execute(statement, {"ahead": ahead})
