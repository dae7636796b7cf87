"""
An OpenCart shop: a real database of its own on the PostgreSQL of ``DEALFLOW_SANDBOX_SHOP``, and its pictures.

The pipeline reads the database itself, as the role ``shop_reader`` (the sandbox's password), which may only
read. Over HTTP, below ``/shop``, there are pictures and pages of products.

Orders (``POST /_sandbox/opencart``):

- ``{"open": {table: [{…}]}}``: begin a shop anew, with these rows (``sandbox/opencart_schema.py``);
- ``{"change": {table: [{…}]}}``: the owner has changed rows, found by the table's own id.
"""

import html
import os
import threading
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from sandbox.opencart_schema import Line, fill, shop_tables
from sandbox.vendor import HTML, Place, Request, Response

PREFIX = "/shop/"
READER = "shop_reader"
LINE: Line = "3.0"
VARIABLE = "DEALFLOW_SANDBOX_SHOP"
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240">
<rect width="240" height="240" rx="24" fill="hsl({hue} 55% 72%)"/>
<text x="120" y="134" font-family="sans-serif" font-size="36" text-anchor="middle" fill="#333">{label}</text>
</svg>"""
_PAGE = "<!doctype html><html lang='uk'><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_MAKE_READER = """
do $$ begin
    if not exists (select 1 from pg_roles where rolname = {name}) then create role {role}; end if;
end $$
"""


class OpenCart:
    """The shop; without a database it has pictures only."""

    name = "opencart"
    prefixes: tuple[str, ...] = (PREFIX,)

    def __init__(self, place: Place) -> None:
        self._password = place.credentials.of(self.name).password
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        """Show a picture that bears its file's name, or a page."""
        path = PurePosixPath(request.path)
        if not request.path.startswith(f"{PREFIX}image/"):
            return Response(_PAGE.format(html.escape(request.query or "Магазин")).encode(), 200, HTML)
        hue = zlib.crc32(str(path).encode()) % 360
        picture = _PICTURE.format(hue=hue, label=html.escape(path.stem[:12]))
        return Response(picture.encode(), 200, {"Content-Type": "image/svg+xml"})

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order; raises ValueError for one that makes no sense."""
        if not {"open", "change"} & command.keys():
            raise ValueError("an order is open or change")
        with self._lock, _database() as connection:
            if "open" in command:
                self._open(connection, command)
            changed = _change(connection, command.get("change", {}))
        return {"changed": changed}

    def _open(self, connection: Connection, command: Mapping[str, Any]) -> None:
        connection.exec_driver_sql("drop schema public cascade")
        connection.exec_driver_sql("create schema public")
        shop_tables(LINE).create_all(connection)
        fill(connection, LINE, command["open"])
        cursor: Any = connection.connection.cursor()
        role, name, password = sql.Identifier(READER), sql.Literal(READER), sql.Literal(self._password)
        cursor.execute(sql.SQL(_MAKE_READER).format(role=role, name=name))
        cursor.execute(sql.SQL("alter role {} login password {}").format(role, password))
        cursor.execute(sql.SQL("grant usage on schema public to {}").format(role))
        cursor.execute(sql.SQL("grant select on all tables in schema public to {}").format(role))


def _database() -> Any:
    """Open a transaction in the shop's database."""
    address = os.environ.get(VARIABLE)
    if not address:
        raise ValueError(f"no database for a shop: {VARIABLE} is not set")
    driver = address.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(driver, poolclass=NullPool).begin()


def _change(connection: Connection, tables: Mapping[str, Any]) -> int:
    changed = 0
    for name, rows in tables.items():
        table = shop_tables(LINE).tables[f"oc_{name}"]
        for row in rows:
            own = table.c[f"{name}_id"]
            found = connection.execute(table.update().where(own == row[own.name]).values(row))
            changed += found.rowcount
    return changed
