"""The database server itself dies: staged rows are lost with it, and no run takes that for an empty file."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from plugins.steps.ledger import StagedRowsGone
from sandbox.stack.postgres import LocalPostgres
from sql.alembic.migrate import migrate
from tests.faults.books import Books, differences, mart
from tests.faults.company import prepare
from tests.faults.fresh import Place, drop_all
from tests.faults.sweep import books, undisturbed
from tests.faults.worker import TASKS, Import


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """Return a server of our own to kill, with a company in it."""
    server = LocalPostgres(tmp_path_factory.mktemp("killed") / "server")
    server.start()
    server.create_database("company")
    migrate(server.url("company"))
    prepare(server.url("company"))
    yield server
    server.stop()


def kill_and_restart(server: LocalPostgres) -> None:
    """End the postmaster without a farewell and start it anew, which recovers from the log."""
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    while Path(f"/proc/{postmaster}").exists():
        time.sleep(0.01)
    server.start()


def test_a_run_whose_staged_rows_are_lost_stops_and_begins_again(server: LocalPostgres) -> None:
    whole = undisturbed(Place(server.url(), "company"))
    drop_all(Place(server.url(), "company"))
    stopped = {f"after_{tasks}": tasks for tasks in range(1, len(TASKS))}
    imports = {}
    for name, tasks in stopped.items():
        server.create_database(name, "company")
        imports[name] = Import(server.url(name), "manual__1")
        imports[name].run(tasks)
    before = {name: tables(server.url(name)) for name in stopped}
    kill_and_restart(server)
    for name in stopped:
        again = imports[name].unharmed(server.url(name))
        with pytest.raises(StagedRowsGone, match=r"Ничего не изменено.*с самого начала"):
            again.go_on()
        assert not differences(tables(server.url(name)), before[name])
        run_id = again.run()
        assert not differences(books(server.url(name), run_id), whole.books)


def tables(url: str) -> Books:
    with psycopg.connect(url) as connection:
        return mart(connection)
