"""The pages' way into Postgres: the ``warehouse`` connection, for reading, and never for long."""

import functools
import json
from collections.abc import Iterator
from typing import Annotated, Any, cast

import psycopg
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import BaseHook
from fastapi import Depends
from psycopg.rows import dict_row

from include.paths import SQL_DIR

Row = dict[str, Any]

CONNECT_SECONDS = 5
READ_ONLY = "-c default_transaction_read_only=on -c statement_timeout=15s"


class Reader:
    """One open connection; each method runs one file of ``sql/ui``."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def rows(self, name: str, **values: object) -> list[Row]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_statement(name), values).fetchall()

    def row(self, name: str, **values: object) -> Row | None:
        return next(iter(self.rows(name, **values)), None)


def open_reader() -> Iterator[Reader]:
    """Open a connection for the length of one request."""
    found = BaseHook.get_connection("warehouse")
    found.extra = json.dumps({"connect_timeout": CONNECT_SECONDS, **found.extra_dejson})
    opened = PostgresHook(connection=found, options=READ_ONLY).get_conn()
    with cast("psycopg.Connection[Any]", opened) as connection:
        yield Reader(connection)


WarehouseReader = Annotated[Reader, Depends(open_reader)]


@functools.cache
def _statement(name: str) -> bytes:
    return (SQL_DIR / "ui" / f"{name}.sql").read_bytes()
