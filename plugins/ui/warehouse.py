"""The pages' way into Postgres: the ``warehouse`` connection, for reading, and never for long."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, cast

import psycopg
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import BaseHook
from fastapi import Depends
from psycopg.rows import dict_row, namedtuple_row

from include.paths import SQL_DIR
from plugins.warehouse import statement

Row = dict[str, Any]

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 15
BY_ORDER = "set local enable_hashjoin = off; set local max_parallel_workers_per_gather = 0"
AS_USUAL = "reset enable_hashjoin; reset max_parallel_workers_per_gather"


class Reader:
    """One open connection; each method runs one file of ``sql/ui``."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def rows(self, name: str, **values: object) -> list[Row]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement(SQL_DIR / "ui" / f"{name}.sql"), values).fetchall()

    def select(self, path: Path, params: Mapping[str, Any]) -> list[Any]:
        """Run another file of ``sql/``, as a session of a task does."""
        with self._connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(statement(path), params).fetchall()

    def select_one(self, path: Path, params: Mapping[str, Any]) -> Any:
        return next(iter(self.select(path, params)), None)

    def row(self, name: str, **values: object) -> Row | None:
        return next(iter(self.rows(name, **values)), None)

    def rows_in_order(self, name: str, **values: object) -> list[Row]:
        """
        Join whole tables in the order of their keys: half the work of hashing them, on one core alone.

        For what is asked again and again while a run needs the server.
        """
        with self._connection.transaction():
            self._connection.execute(BY_ORDER, prepare=False)
            found = self.rows(name, **values)
            self._connection.execute(AS_USUAL, prepare=False)
        return found


def open_reader() -> Iterator[Reader]:
    """Open a connection for the length of one request."""
    found = BaseHook.get_connection("warehouse")
    found.extra = json.dumps({"connect_timeout": CONNECT_SECONDS, **found.extra_dejson})
    opened = PostgresHook(connection=found).get_conn()
    with cast("psycopg.Connection[Any]", opened) as connection:
        connection.read_only = True
        connection.execute("select set_config('statement_timeout', %s, false)", [f"{STATEMENT_SECONDS}s"])
        yield Reader(connection)


WarehouseReader = Annotated[Reader, Depends(open_reader)]
