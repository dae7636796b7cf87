"""The database of an OpenCart shop, read and never written (opencart 3, 5)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from ssl import SSLError
from typing import Any

from airflow.sdk import BaseHook
from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy.exc import DBAPIError

from include.errors import ConfigError, FetchFailed
from include.opencart_catalog.dialect import LOOKED_AT, UnsupportedShop, read_dialect
from include.settings.opencart_catalog import OpencartCatalogSettings
from include.vendors.fault_words import UKRAINIAN
from plugins.hooks.opencart_connection import CONN_TYPE, shop_engine
from plugins.hooks.opencart_rights import rights_to_write
from plugins.hooks.opencart_tables import Query, ShopTables

__all__ = ["OpenCartHook", "ShopDenied", "ShopLost", "ShopMoved", "ShopSession"]

# What a session begins with: one moment for tables that know of moments.
_BEGIN = {
    "mysql": "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}
_LANDMARK = "product_option_value"  # a table that no other software is likely to have
_COLUMNS = {
    dialect: text(
        "SELECT table_name, column_name FROM information_schema.columns "
        f"WHERE table_schema = {schema} AND (table_name IN :names OR table_name LIKE :like)"
    )
    for dialect, schema in (("mysql", "DATABASE()"), ("postgresql", "current_schema()"))
}
_DENIED = {1044, 1045, 1049, 1142, 1143, 1227, 1698}  # of MySQL: who may not, or what is not there to see
_TLS_FAILED = 2026
_OF_TLS = re.compile(r"does not support SSL|invalid sslmode|certificate")
_NO_TLS = "З базою магазину не вийшло захищеного з'єднання: перевірте ssl або sslmode та файли сертифікатів"
_NOT_THERE = {1054, 1146}
# Refused by PostgreSQL: by state, and in words when connecting, for which psycopg has no state.
_CLOSED = {"28000", "28P01", "3D000", "42501"}
_REFUSED = re.compile(r"authentication failed|no pg_hba\.conf entry|(?:database|role) \S+ does not exist")


class ShopLost(FetchFailed):
    """Say that the shop's database did not answer, or fell silent: later it may."""

    temporary = True


class ShopMoved(FetchFailed):
    """Say that the shop was written to while it was read, so that what was read may not fit together."""

    temporary = True


class ShopDenied(FetchFailed):
    """Say that the shop's database does not let us read."""


class ShopSession:
    """A connection to a shop whose dialect is known."""

    def __init__(self, connection: Connection, tables: ShopTables) -> None:
        self._connection = connection
        self.tables = tables

    def rows(self, query: Query) -> list[Any]:
        """Read all rows of a query; raise ShopLost or ShopDenied in plain words."""
        with plain_words():
            return list(self._connection.execute(query))

    def writable(self) -> list[str]:
        """Say what our user may do besides reading."""
        with plain_words():
            return rights_to_write(self._connection, self.tables.prefix)


class OpenCartHook(BaseHook):
    """
    Open sessions with a shop's database.

    The connection is of type ``opencart``, or an ordinary one to MySQL, MariaDB or PostgreSQL, whose types
    are not ours to register. The stock MySQL hook needs a client that has to be compiled.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "opencart"
    conn_type = CONN_TYPE
    hook_name = "OpenCart"

    def __init__(self, conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.conn_id = conn_id

    @contextmanager
    def session(self, settings: OpencartCatalogSettings) -> Iterator[ShopSession]:
        """Give a session that only reads, and sees one moment of the shop where its tables allow that."""
        engine = self._engine()
        try:
            with plain_words():
                connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            with connection:
                with plain_words():
                    connection.exec_driver_sql(_BEGIN[engine.dialect.name])
                yield ShopSession(connection, _tables(connection, settings))
        finally:
            engine.dispose()

    def test_connection(self) -> tuple[bool, str]:
        """Say whether the database lets us in, for the button of Airflow's page of connections."""
        try:
            with plain_words(), self._engine().connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except (FetchFailed, ConfigError) as problem:
            return False, str(problem)
        return True, f"{self.hook_name}: {UKRAINIAN.works}"

    def _engine(self) -> Engine:
        return shop_engine(self.get_connection(self.conn_id))


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn a driver's fault into ours, without the driver's words: they name hosts, users and values."""
    try:
        yield
    except DBAPIError as error:
        raise _fault(error) from None
    except (FileNotFoundError, PermissionError, SSLError) as error:  # what TLS needs cannot be read
        raise ShopDenied(f"{_NO_TLS} ({type(error).__name__})") from None


def _tables(connection: Connection, settings: OpencartCatalogSettings) -> ShopTables:
    prefix = settings.shop.prefix
    names = [prefix + name for name in LOOKED_AT]
    asked = _COLUMNS[connection.dialect.name].bindparams(bindparam("names", expanding=True))
    with plain_words():
        rows = connection.execute(asked, {"names": names, "like": f"%{_LANDMARK}"}).all()
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, column in rows:
        found[name].add(column.lower())
    near = sorted(name.removesuffix(_LANDMARK) for name in found if name.endswith(_LANDMARK))
    known = {name.removeprefix(prefix): found[name] for name in names if name in found}
    return ShopTables(prefix, read_dialect(known, settings.items.option_code_column, near))


def _fault(error: DBAPIError) -> FetchFailed:
    """Judge by the driver's code: PyMySQL gives MySQL's number, psycopg the SQLSTATE."""
    cause: Any = error.orig
    number = cause.args[0] if cause is not None and cause.args else None
    state = getattr(cause, "sqlstate", None) or ""
    code = state or (number if isinstance(number, int) else type(cause).__name__)
    said = number if isinstance(number, str) and not state else ""
    if number == _TLS_FAILED or _OF_TLS.search(said):
        return ShopDenied(f"{_NO_TLS} ({code})")
    refused = _REFUSED.search(said)
    if number in _DENIED or state in _CLOSED or refused:
        return ShopDenied(
            f"База магазину не пускає ({code}): перевірте логін, пароль, назву бази й право SELECT"
        )
    if number in _NOT_THERE or state in ("42P01", "42703"):
        return UnsupportedShop(f"У базі магазину немає потрібної таблиці або стовпця ({code})")
    return ShopLost(f"База магазину не відповіла ({code})")
