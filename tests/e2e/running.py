"""
The whole stack for tests, in a folder of its own, and what a test asks of it.

The settings are a copy that a test may rewrite, and there is a second login, ``viewer``, that may only look.
What the warehouse holds at some moment can be kept and given back, files and all, in half a second.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString, NamedTuple
from urllib.request import Request

import psutil  # type: ignore[import-untyped]
import psycopg
import yaml
from psycopg import sql
from psycopg.rows import dict_row

from sandbox.demo.deal_import import DAG_ID, SOURCES, publish
from sandbox.stack.api import OPENER
from sandbox.stack.local import ROOT, LocalFolder, write_private
from tests.e2e.airflow_user import Airflow

SETTINGS = ROOT / "sandbox" / "demo" / "settings" / "deal_import.yaml"
VIEWER_PASSWORD = "may-only-look"  # of a stack that lives for the tests alone
# Nobody edits DAGs meanwhile; to read them all every half a minute is a tenth of two processors' work.
PARSED_SELDOM = {"AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "180"}
PATIENCE = 2  # seconds that a task sleeps for the time of a portal's method, rather than a minute
FIRST = "warehouse_first"  # before any import
TWICE = "warehouse_twice"  # after two imports of the main source, see ``imported_twice``

PAYMENTS = """
select source, record_id, deal_id, client_id, amount, currency, raw_status, status_pending, paid_at
from mart.payment
order by source, record_id
"""
WAITING = """
select client_port
from pg_stat_activity
where datname = 'warehouse' and wait_event_type = 'Lock' and wait_event <> 'advisory'
"""
Row = dict[str, Any]


class TestFolder(LocalFolder):
    """A folder whose settings belong to the tests, with a login that may not start anything."""

    __test__ = False

    @property
    def settings(self) -> Path:
        return self.folder / "settings" / "deal_import.yaml"

    def make(self) -> None:
        super().make()
        self.settings.parent.mkdir(exist_ok=True)
        passwords = {"admin": self.secrets["admin_password"], "viewer": VIEWER_PASSWORD}
        write_private(self.airflow / "passwords.json", json.dumps(passwords))

    def environment(self) -> dict[str, str]:
        known = super().environment()
        users = {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,viewer:viewer"}
        portal = json.loads(known["AIRFLOW_CONN_BITRIX24"]) | {"extra": {"patience": PATIENCE}}
        ours = {"DEALFLOW_SETTINGS": str(self.settings.parent), "AIRFLOW_CONN_BITRIX24": json.dumps(portal)}
        return known | users | ours | PARSED_SELDOM


class Running(NamedTuple):
    """A stack that is up: where its parts are, and a logged-in API."""

    local: TestFolder
    api: Airflow
    healthy_after: float  # seconds, databases made and migrated

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.local.postgres.url("warehouse"))

    def rows(self, query: LiteralString, *values: object) -> list[Row]:
        """Read from the warehouse, or write to it and give nothing back."""
        with self.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def runs(self, dag_run_id: str) -> list[Row]:
        """Give what ``ops.run`` says of a DAG run, attempts in their order."""
        return self.rows("select * from ops.run where dag_run_id = %s order by run_id", dag_run_id)

    def books(self) -> dict[str, list[Row]]:
        """Give all that an import may change, as a person would compare it."""
        return {
            "clients": self.rows("select client_id, name, params from mart.client order by client_id"),
            "keys": self.rows("select * from mart.client_key order by kind, value, client_id"),
            "deals": self.rows("select * from mart.deal order by deal_id"),
            "payments": self.rows(PAYMENTS),
            "feed": self.rows("select client_id, kind, deal_id from mart.client_feed order by 1, 2, 3"),
        }

    def user(self, name: str, password: str) -> Airflow:
        """Log in as somebody else."""
        api = Airflow(self.local.airflow_url(), password, lambda: None, name)
        api.log_in()
        return api

    def only(self, *sources: str, **changes: object) -> None:
        """Let the settings name these sources of the demo and no others, each with the changes."""
        settings = yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))
        settings["sources"] = [
            source | changes for source in settings["sources"] if source["name"] in sources
        ]
        self.local.settings.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")

    def publish(self, version: int) -> None:
        """Let the owners of the exports put that version behind their links."""
        publish(version)(self.local.sandbox_url())

    def spoil(self, source: str, fault: str) -> None:
        """Let the next fetch of a source fail."""
        self._sandbox("POST", f"deal_export/{source}", {"fault": fault})

    def fetched(self) -> list[str]:
        """Give the paths that the sandbox was asked for since ``begin_with``."""
        return [request["path"] for request in self._sandbox("GET", "requests")]

    def keep(self, name: str) -> None:
        """Keep what the warehouse and the storage hold now, for ``begin_with``."""
        self._copy_database("warehouse", name)
        shutil.copytree(self.local.storage, self._kept(name), dirs_exist_ok=True)

    def begin_with(self, name: str, *sources: str) -> None:
        """Give back what was kept, with the demo's settings and its first exports, none fetched yet."""
        self.api.end_all_runs()
        self._copy_database(name, "warehouse")
        shutil.rmtree(self.local.storage)
        shutil.copytree(self._kept(name), self.local.storage)
        self.only(*(sources or SOURCES))
        self.publish(1)
        for source in SOURCES:
            self._sandbox("POST", f"deal_export/{source}", {"forget_faults": True})
        self._sandbox("DELETE", "requests")
        self.api.unpause(DAG_ID)

    @contextmanager
    def holding(self, statement: LiteralString, *values: object) -> Iterator[None]:
        """Keep a lock for the time of a block: whoever needs what it locks stops there."""
        with self.connect() as connection:
            connection.execute(statement, values)
            yield
            connection.rollback()

    def port_of_waiting(self) -> int:
        """Wait until a session of the warehouse waits for a lock; give its client's port."""
        wait_until(lambda: bool(self.rows(WAITING)), "nobody waits for the lock")
        return int(self.rows(WAITING)[0]["client_port"])

    def _copy_database(self, template: str, name: str) -> None:
        with psycopg.connect(self.local.postgres.url(), autocommit=True) as connection:
            new, old = sql.Identifier(name), sql.Identifier(template)
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(new))
            connection.execute(sql.SQL("create database {} template {}").format(new, old))

    def _kept(self, name: str) -> Path:
        return self.local.folder / "kept" / name

    def _sandbox(self, method: str, path: str, body: Row | None = None) -> Any:
        url, headers = f"{self.local.sandbox_url()}/_sandbox/{path}", {"Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with OPENER.open(Request(url, data, headers, method=method), timeout=60) as response:
            return json.load(response)


def crowd() -> float:
    """Say how many times longer things take because others are at work on this machine."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def wait_until(condition: Callable[[], bool], otherwise: str, seconds: float = 180) -> None:
    """Wait for something that ends soon; fail with ``otherwise`` when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)


def left_running(folder: Path) -> list[str]:
    """Name the processes that still have to do with a folder, though its stack has been stopped."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        command = " ".join(process.info["cmdline"] or ())
        home = (process.info["environ"] or {}).get("AIRFLOW_HOME", "")
        if str(folder) in command or home.startswith(str(folder)):
            found.append(command)
    return found
