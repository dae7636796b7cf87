"""
What every test may ask for: a fresh warehouse on a real PostgreSQL, and an Airflow that knows our DAGs.

One server serves the whole session. A test gets a migrated database without rows, so that tests neither
wait for migrations nor see each other's rows. Airflow reads its settings when it is first imported, so they
are set here, first.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from sandbox.stack.postgres import LocalPostgres
from sql.alembic.migrate import migrate
from tests import today
from tests.fresh_warehouse import FreshWarehouses

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "warehouse_template"
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
AIRFLOW_DATABASE = "airflow_test"
# Its processes may crash, the machine may not. Each session of each task gives its password anew, and to
# work that out the usual 4096 times costs more than all else a session does at first.
SETTINGS = {"fsync": "off", "scram_iterations": "1"}
LAST = ("calltouch_orders", "deal_import", "bench", "faults", "e2e")


class Server:
    """A PostgreSQL server for tests: the one named by ``DEALFLOW_TEST_POSTGRES``, or one of our own."""

    def __init__(self, folder: Path) -> None:
        self._given = os.environ.get("DEALFLOW_TEST_POSTGRES", "")
        self._local = LocalPostgres(folder, SETTINGS)

    def start(self) -> None:
        if not self._given:
            self._local.start()

    def stop(self) -> None:
        if not self._given:
            self._local.stop()

    def url(self, database: str = "postgres") -> str:
        return f"{self._given.rpartition('/')[0]}/{database}" if self._given else self._local.url(database)

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


# Airflow's own database has to have an address before the first test asks for it, so the server starts here.
FOLDER = tempfile.TemporaryDirectory(prefix="dealflow-tests-")
SERVER = Server(Path(FOLDER.name) / "postgres")


def pytest_configure(config: pytest.Config) -> None:
    """Start the server and point Airflow at it, before any test module imports Airflow."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends the tests ends their server, too
    os.environ[today.NAME] = today.BEGAN.isoformat()
    if _only_hands_out(config):
        return
    SERVER.start()
    metadata = SERVER.url(AIRFLOW_DATABASE).replace("postgresql://", "postgresql+psycopg2://")
    os.environ |= {
        "AIRFLOW_HOME": f"{FOLDER.name}/airflow",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata,
        "AIRFLOW__CORE__FERNET_KEY": "dGVzdHMtb25seS1mZXJuZXQta2V5LW9mLTMyLWJ5dGU=",
        "AIRFLOW__API_AUTH__JWT_SECRET": "tests-only-" * 8,
        "PYTHONPATH": str(ROOT),
    }


def _only_hands_out(config: pytest.Config) -> bool:
    """Tell whether other processes run the tests: each has a server of its own."""
    return bool(config.getoption("numprocesses", None)) and not hasattr(config, "workerinput")


def pytest_unconfigure(config: pytest.Config) -> None:
    SERVER.stop()
    FOLDER.cleanup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Run what takes seconds before what takes minutes: a mistake should be told at once.

    Processes that share the files go the other way (for which they need ``--no-loadscope-reorder``): whoever
    takes up a file of minutes last leaves the others idle.
    """
    is_shared = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(key=lambda item: LAST.index(_part(item)) + 1 if _part(item) in LAST else 0, reverse=is_shared)


def _part(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT / "tests").parts[0]


def refused_in_ci(report: Report) -> Report:
    """Turn a skip into a failure where everything that a test needs is installed: in CI."""
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refused_in_ci((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refused_in_ci((yield))


@pytest.fixture(scope="session")
def postgres() -> Server:
    """The server of this session; its own address is that of the maintenance database."""
    return SERVER


@pytest.fixture(scope="session")
def warehouse_template(postgres: Server) -> str:
    """Return the name of a database that holds the migrated schema and no rows."""
    postgres.run(f"drop database if exists {TEMPLATE}", f"create database {TEMPLATE}")
    migrate(postgres.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def fresh_warehouses(postgres: Server, warehouse_template: str) -> Iterator[FreshWarehouses]:
    """Return where warehouses for single tests come from."""
    warehouses = FreshWarehouses(postgres.url(), warehouse_template)
    yield warehouses
    warehouses.drop()


@pytest.fixture
def warehouse_url(postgres: Server, fresh_warehouses: FreshWarehouses) -> Iterator[str]:
    """Return the address of a warehouse of the test's own: migrated, empty, and gone afterwards."""
    name = fresh_warehouses.take()
    yield postgres.url(name)
    fresh_warehouses.give_back(name)


@pytest.fixture
def connection(warehouse_url: str) -> Iterator[psycopg.Connection]:
    """Return an open connection to the test's own warehouse; uncommitted changes are rolled back."""
    opened = psycopg.connect(warehouse_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def airflow_db(postgres: Server) -> str:
    """Make Airflow's own database, once a session (4 s); return its address."""
    postgres.run(f"drop database if exists {AIRFLOW_DATABASE}", f"create database {AIRFLOW_DATABASE}")
    migrated = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        capture_output=True,
        text=True,
        check=False,
        cwd=FOLDER.name,
    )
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    return os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
