"""Databases to put shops in: a MariaDB of the tests' own, and the embedded PostgreSQL of all tests."""

import atexit
import functools
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine
from sqlalchemy.pool import NullPool

from include.settings.opencart_catalog import OpencartCatalogSettings
from sandbox.opencart_schema import Line, Rows, fill, shop_tables
from sandbox.stack.mariadb import HOW_TO_GET_IT, LocalMariaDB

ROOT = Path(__file__).resolve().parent.parent


@functools.cache
def mariadb_server() -> LocalMariaDB:
    """Start the server once for all tests that ask for it; skip the test where there is none."""
    if not LocalMariaDB.is_available():
        pytest.skip(HOW_TO_GET_IT)
    folder = tempfile.TemporaryDirectory(prefix="dealflow-mariadb-")
    atexit.register(folder.cleanup)
    server = LocalMariaDB(Path(folder.name))
    atexit.register(server.stop)
    server.start()
    return server


class ShopDatabase:
    """A database of a test's own. ``url`` is what an Airflow connection to it holds."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine = engine
        self.url = url
        self._made: list[MetaData] = []

    def make(self, line: Line, rows: Rows, prefix: str = "oc_") -> None:
        """Make the tables of a line anew and fill them."""
        tables = shop_tables(line, prefix)
        with self.write() as connection:
            if tables in self._made:
                tables.drop_all(connection)
            tables.create_all(connection, checkfirst=False)
            fill(connection, line, rows, prefix)
        self._made.append(tables)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that may write."""
        with self.engine.begin() as connection:
            yield connection

    def run(self, *statements: str) -> None:
        """Run statements as they are."""
        with self.write() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def connect_airflow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the hook find the database as the connection ``opencart``."""
        monkeypatch.setenv("AIRFLOW_CONN_OPENCART", self.url)


@contextmanager
def mariadb_database() -> Iterator[ShopDatabase]:
    """Give an empty database of the MariaDB server."""
    server, name = mariadb_server(), f"shop_{uuid.uuid4().hex[:12]}"
    server.run(f"create database {name} character set utf8mb4")
    try:
        yield ShopDatabase(server.engine(name), server.url(name))
    finally:
        server.hang_up(name)  # a reading that a failed test left open would hold the tables
        server.run(f"drop database {name}")


@contextmanager
def postgres_database(postgres: Any) -> Iterator[ShopDatabase]:
    """Give an empty database of the tests' PostgreSQL."""
    name = f"shop_{uuid.uuid4().hex[:12]}"
    postgres.run(f"create database {name}")
    address = postgres.url(name).replace("postgresql://", "postgresql+psycopg://")
    try:
        yield ShopDatabase(create_engine(address, poolclass=NullPool), postgres.url(name))
    finally:
        postgres.run(f"drop database {name} with (force)")


def catalogue_settings(**sections: dict[str, object]) -> OpencartCatalogSettings:
    """Make settings of a shop whose address is known, and of what a test says."""
    given = {"shop": {"url": "https://shop.example", **sections.pop("shop", {})}, **sections}
    return OpencartCatalogSettings.model_validate(given)


def real_databases() -> Path:
    """Say where the demo databases of OpenCart lie, if they do: they are not ours to ship."""
    given = os.environ.get("DEALFLOW_OPENCART_SQL")
    return Path(given) if given else ROOT.parent / "shared" / "vendors" / "opencart"
