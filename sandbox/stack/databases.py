"""The databases of a local stack: Airflow's own, the warehouse, and that of the demo's shop."""

import shutil
import subprocess
import sys
from importlib.metadata import version

import psycopg

from sandbox.stack.local import ROOT, LocalFolder, child_environment
from sandbox.stack.postgres import LocalPostgres
from sql.alembic.migrate import migrate

# Airflow's migrations take seconds; a copy of a migrated database takes a fraction of one.
TEMPLATE = "airflow_template"
NOTE = f"migrated by Airflow {version('apache-airflow-core')}"
NOTE_ON = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"


class MigrationFailed(RuntimeError):
    """``airflow db migrate`` failed; the message holds what it said."""


def prepare(local: LocalFolder) -> None:
    """Make the databases, migrate ours and Airflow's; what is there already stays."""
    _migrate_airflow(local, TEMPLATE)
    if local.postgres.create_database("airflow", template=TEMPLATE):
        _note(local.postgres, "airflow")  # a copy does not take the note along
    _migrate_airflow(local, "airflow")
    local.postgres.create_database("warehouse")
    migrate(local.postgres.url("warehouse"))
    local.postgres.create_database("shop")


def forget(local: LocalFolder) -> None:
    """Drop the databases and what was landed or simulated, so that a demo begins at the same point."""
    with psycopg.connect(local.postgres.url(), autocommit=True) as connection:
        connection.execute("drop database if exists airflow with (force)")
        connection.execute("drop database if exists warehouse with (force)")
        connection.execute("drop database if exists shop with (force)")
    for folder in (local.storage, local.sandbox):
        shutil.rmtree(folder)
        folder.mkdir(mode=0o700)


def _migrate_airflow(local: LocalFolder, database: str) -> None:
    """Run Airflow's migrations unless a note on the database says that this version has done so."""
    server = local.postgres
    server.create_database(database)
    if _note_on(server, database) == NOTE:
        return
    settings = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": server.url(database).replace("://", "+psycopg2://", 1)}
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        cwd=ROOT,
        env=child_environment(local.environment() | settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MigrationFailed(f"airflow db migrate failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    _note(server, database)


def _note(server: LocalPostgres, database: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(
            psycopg.sql.SQL("comment on database {} is {}").format(psycopg.sql.Identifier(database), NOTE)
        )


def _note_on(server: LocalPostgres, database: str) -> object:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(NOTE_ON, [database]).fetchone()
    return row[0] if row else None
