"""The local PostgreSQL and the migrations: what a person may do to them, and what must still hold."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sandbox.stack.postgres import LocalPostgres
from sql.alembic.address import connection_url
from sql.alembic.migrate import current, migrate
from sql.alembic.numbered import SchemaError

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    started = LocalPostgres(tmp_path_factory.mktemp("postgres") / "server")
    started.start()
    yield started
    started.stop()


def answer(server: LocalPostgres, query: str) -> object:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def kill_hard(server: LocalPostgres) -> None:
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    while server.is_running():
        pass


def test_it_folds_cyrillic_case_and_keeps_commits(server: LocalPostgres) -> None:
    assert answer(server, "select 'я' ilike 'Я'") is True
    assert answer(server, "show synchronous_commit") == "on"
    assert answer(server, "show fsync") == "on"


def test_nobody_else_can_read_its_password_or_its_data(server: LocalPostgres) -> None:
    assert server.folder.stat().st_mode & 0o077 == 0
    assert (server.folder / "password").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url().replace(server.password, "wrong"))


def test_starting_it_again_changes_nothing(server: LocalPostgres) -> None:
    port = server.port
    LocalPostgres(server.folder).start()
    assert server.port == port
    assert answer(server, "select 1") == 1


def test_it_comes_back_after_kill_9_even_when_its_number_belongs_to_another_process(
    server: LocalPostgres,
) -> None:
    kill_hard(server)
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    server.start()
    assert answer(server, "select 1") == 1


def test_it_takes_another_port_when_its_own_is_taken(server: LocalPostgres) -> None:
    taken = server.port
    server.stop()
    with socket.create_server(("127.0.0.1", taken)):
        server.start()
        assert server.port != taken
        assert answer(server, "select 1") == 1


def test_two_starts_at_the_same_time_give_one_server(tmp_path: Path) -> None:
    servers = [LocalPostgres(tmp_path / "server") for _ in range(2)]
    threads = [threading.Thread(target=server.start) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answer(servers[0], "select 1") == answer(servers[1], "select 1")
    servers[0].stop()


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text(
        "create table first (note text default '10%: a:b'); create table also ();"
    )
    (tmp_path / "0002_second.sql").write_text("create table second ();")
    return tmp_path


@pytest.fixture
def empty_url(server: LocalPostgres, request: pytest.FixtureRequest) -> str:
    name = f"empty_{abs(hash(request.node.name)):x}"
    server.create_database(name)
    return server.url(name)


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
        return {name for (name,) in rows} - {"alembic_version", "schema_file"}


def test_numbered_files_are_applied_in_order_and_once(schema: Path, empty_url: str) -> None:
    migrate(empty_url, schema)
    migrate(empty_url, schema)
    assert tables(empty_url) == {"first", "also", "second"}
    assert current(empty_url, schema) == "0002 (head)"
    (schema / "0003_third.sql").write_text("create table third ();")
    assert current(empty_url, schema) == "0002"
    migrate(empty_url, schema)
    assert "third" in tables(empty_url)


def test_a_file_that_fails_leaves_nothing_and_the_ones_before_it_stay(schema: Path, empty_url: str) -> None:
    (schema / "0002_second.sql").write_text("create table second (); select 1 / 0;")
    with pytest.raises(Exception, match="division by zero"):
        migrate(empty_url, schema)
    assert tables(empty_url) == {"first", "also"}


def test_an_edited_file_is_refused_by_name(schema: Path, empty_url: str) -> None:
    migrate(empty_url, schema)
    (schema / "0001_first.sql").write_text("create table first ();")
    with pytest.raises(SchemaError, match=r"0001_first\.sql was edited"):
        migrate(empty_url, schema)


def test_a_file_slipped_in_below_the_newest_is_refused(schema: Path, empty_url: str) -> None:
    (schema / "0002_second.sql").rename(schema / "0003_second.sql")
    migrate(empty_url, schema)
    (schema / "0002_late.sql").write_text("create table late ();")
    with pytest.raises(SchemaError, match=r"0002_late\.sql was added below 0003"):
        migrate(empty_url, schema)


def test_a_database_newer_than_the_code_is_refused(schema: Path, empty_url: str) -> None:
    migrate(empty_url, schema)
    (schema / "0002_second.sql").unlink()
    with pytest.raises(SchemaError, match="newer than this code"):
        migrate(empty_url, schema)


def test_one_number_is_used_once(schema: Path, empty_url: str) -> None:
    (schema / "0002_other.sql").write_text("create table other ();")
    with pytest.raises(SchemaError, match="same number"):
        migrate(empty_url, schema)


def test_migrations_started_together_take_turns(schema: Path, empty_url: str) -> None:
    (schema / "0001_first.sql").write_text("select pg_sleep(0.3); create table first ();")
    script = """
import pathlib, sys
from sql.alembic.migrate import migrate
migrate(sys.argv[1], pathlib.Path(sys.argv[2]))
"""
    running = [
        subprocess.Popen([sys.executable, "-c", script, empty_url, str(schema)], cwd=ROOT) for _ in range(3)
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert tables(empty_url) == {"first", "second"}


@pytest.mark.parametrize(
    "value",
    [
        '{"conn_type": "x", "host": "db", "port": 5433, "login": "me", "password": "p@/s", "schema": "db"}',
        "postgres://me:p%40%2Fs@db:5433/db",
        "postgresql://me:p%40%2Fs@db:5433/db",
    ],
)
def test_both_spellings_of_an_airflow_connection_give_one_address(value: str) -> None:
    assert connection_url(value) == "postgresql://me:p%40%2Fs@db:5433/db"


def test_the_command_reads_the_warehouse_connection(warehouse_url: str) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "sql.alembic"],
        cwd=ROOT,
        env={**os.environ, "AIRFLOW_CONN_WAREHOUSE": warehouse_url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "(head)" in asked.stdout or "empty" in asked.stdout
