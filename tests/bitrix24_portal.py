"""A simulated Bitrix24 portal under test, the warehouse beside it, and what a DAG finds them by."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import psycopg
import yaml
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from sandbox.control import Control, VendorControl
from sandbox.server import Credentials, Sandbox, running
from tests.calltouch_orders.shop import NO_PACE, environment

__all__ = ["NO_PACE", "DagRun", "MakeRun", "Portal", "portal_in", "time_passes"]

CODE = "code-of-tests"
CREDENTIALS = Credentials("demo", CODE)
FAST: Mapping[str, Any] = {"retry_pauses": [0, 0, 0], "lookup_pause": 0}
# All windows step aside first: moved one by one, some would meet others.
STEP_ASIDE = "update ops.budget set window_start = window_start - interval '9600000 hours'"
MOVE_WINDOWS = """
    update ops.budget
    set window_start = window_start + interval '9600000 hours' - %(ahead)s, resets_at = resets_at - %(ahead)s,
        blocked_until = blocked_until - %(ahead)s
"""
MOVE_RUNS = "update ops.run set waits_until = waits_until - %(ahead)s where waits_until is not null"

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


class Portal:
    """A portal and the warehouse that knows it; ``run`` does what the DAG does."""

    def __init__(self, sandbox: Sandbox, warehouse_url: str, make_run: MakeRun) -> None:
        self.warehouse_url, self.sandbox = warehouse_url, sandbox
        self.control = Control(sandbox.url)
        self.crm: VendorControl = self.control.vendor("bitrix24")
        self._make_run = make_run

    def run(self, kind: str = "scheduled", *, slot: datetime | None = None, **conf: object) -> Any:
        """Make a DAG run."""
        return self.new_run(kind=kind, slot=slot, **conf).go()

    def new_run(self, name: str | None = None, **more: Any) -> Any:
        """Prepare a DAG run that lets time pass here."""
        return self._make_run(name, time_passes=self.time_passes, **more)

    def time_passes(self, until: datetime) -> None:
        """Let it be ``until``, for the portal and for us."""
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
        told = "kind, key, before, after, state, response, error"
        query = f"select {told} from ops.action where run_id = %s order by seq"
        return self.rows(query, self.run_of(dag_run)["run_id"])

    def codes(self, dag_run: DagRun) -> set[str]:
        """Give the codes of a run's log."""
        query = "select distinct unnest(codes) as code from ops.run_log where run_id = %s"
        return {row["code"] for row in self.rows(query, self.run_of(dag_run)["run_id"])}

    def written(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Give what was written to the portal since ``forget``: method, record, fields."""
        return [(write["method"], write["record"], write["fields"]) for write in self.crm.read("writes")]

    def forget(self) -> None:
        """Let the portal forget what was written so far, and how much of its limits is used."""
        self.crm.order(renumber=True)

    def held(self, prefix: str = "UF_CRM_") -> dict[int, dict[str, Any]]:
        """Give what the portal's contacts hold in their own fields."""
        return {
            contact["id"]: {name: value for name, value in contact.items() if name.startswith(prefix)}
            for contact in self.crm.read("contacts")
        }


def time_passes(control: Control, warehouse_url: str, until: datetime) -> None:
    """Let it be ``until``: the portal's clock goes on, and all that we remember of limits is as long ago."""
    ahead = max(until - datetime.now(UTC), timedelta()) + timedelta(seconds=1)
    control.advance(ahead.total_seconds())
    with psycopg.connect(warehouse_url) as connection:
        connection.execute(STEP_ASIDE)
        connection.execute(MOVE_WINDOWS, {"ahead": ahead})
        connection.execute(MOVE_RUNS, {"ahead": ahead})


@contextmanager
def portal_in(
    folder: Path,
    warehouse_url: str,
    make_run: MakeRun,
    settings: Mapping[str, Mapping[str, Any]],
    *,
    state: Path | None = None,
    extra: Mapping[str, Any] = FAST,
) -> Iterator[Portal]:
    """
    Open a portal whose settings (by pipeline) and connection the DAG finds; ``state``: what the portal knows.

    It leaves close dates as they are said and has no bucket: how a pace is kept is tested elsewhere.
    """
    for pipeline, told in settings.items():
        text = yaml.safe_dump(dict(told), allow_unicode=True)
        (folder / f"{pipeline}.yaml").write_text(text, encoding="utf-8")
    with (
        running(state, CREDENTIALS) as sandbox,
        environment(_places(folder, warehouse_url, sandbox.url, extra)),
    ):
        portal = Portal(sandbox, warehouse_url, make_run)
        portal.crm.order(ways={"tier": "none", "auto_close_date": False})
        yield portal


def _places(folder: Path, warehouse_url: str, sandbox_url: str, extra: Mapping[str, Any]) -> dict[str, str]:
    parts = conninfo_to_dict(warehouse_url)
    login = {"login": parts["user"], "password": parts["password"], "schema": parts["dbname"]}
    warehouse = {"conn_type": "postgres", "host": parts["host"], "port": parts["port"], **login}
    crm = {"conn_type": "bitrix24", "host": sandbox_url, "login": "1", "password": CODE, "extra": dict(extra)}
    return {
        "DEALFLOW_SETTINGS": str(folder),
        "DEALFLOW_STORAGE": f"file://{folder}/storage",
        "AIRFLOW_CONN_WAREHOUSE": json.dumps(warehouse),
        "AIRFLOW_CONN_BITRIX24": json.dumps(crm),
    }
