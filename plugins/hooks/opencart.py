"""The database of an OpenCart shop, read and never written (opencart 3, 5)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from airflow.sdk import BaseHook
from sqlalchemy import URL, Connection, Engine, bindparam, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from include.errors import ConfigError, FetchFailed
from include.opencart_catalog.dialect import LOOKED_AT, UnsupportedShop, read_dialect
from include.settings.opencart_catalog import OpencartCatalogSettings
from include.vendors.fault_words import UKRAINIAN
from plugins.hooks.opencart_tables import Query, ShopTables

__all__ = ["OpenCartHook", "ShopDenied", "ShopLost", "ShopMoved", "ShopSession"]

# What a session begins with: one moment for tables that know of moments.
_BEGIN = {
    "mysql": "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}
# No strictness about zero dates; and before SQLAlchemy looks, which quotes names as it finds the mode.
_NO_MODE = "SET SESSION sql_mode = ''"
_DRIVERS = {
    "mysql": "mysql+pymysql",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
_LANDMARK = "product_option_value"  # a table that no other software is likely to have
_COLUMNS = {
    dialect: text(
        "SELECT table_name, column_name FROM information_schema.columns "
        f"WHERE table_schema = {schema} AND (table_name IN :names OR table_name LIKE :like)"
    )
    for dialect, schema in (("mysql", "DATABASE()"), ("postgresql", "current_schema()"))
}
_POSTGRES_RIGHTS = """
SELECT rights.name FROM (VALUES ('INSERT'), ('UPDATE'), ('DELETE')) AS rights (name)
WHERE has_table_privilege(format('%I', CAST(:name AS text)), rights.name)
"""
_SECONDS = {"connect_timeout": 15}
_DENIED = {1044, 1045, 1049, 1142, 1143, 1227, 1698}  # of MySQL: who may not, or what is not there to see
_NOT_THERE = {1054, 1146}
# Refused by PostgreSQL: by state, and in words when connecting, for which psycopg has no state.
_CLOSED = {"28000", "28P01", "3D000", "42501"}
_REFUSED = re.compile(r"authentication failed|no pg_hba\.conf entry|(?:database|role) \S+ does not exist")
_HARMLESS = re.compile(
    r"GRANT (?:USAGE|{reads}(?:, {reads})*) ON ".format(reads=r"(?:SELECT(?: \([^)]*\))?|SHOW VIEW)")
)
_ROLE = re.compile(r"GRANT [`'\"]?\S+ TO |SET DEFAULT ROLE")


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
        """Say what our user may do besides reading; it needs no such right."""
        with plain_words():
            if self._connection.dialect.name == "postgresql":
                return list(self._connection.scalars(text(_POSTGRES_RIGHTS), {"name": self._product}))
            grants = self._connection.scalars(text("SHOW GRANTS")).all()
        return [_right(grant) for grant in grants if not _HARMLESS.match(grant) and not _ROLE.match(grant)]

    @property
    def _product(self) -> str:
        return f"{self.tables.prefix}product"


class OpenCartHook(BaseHook):
    """
    Open sessions with a shop's database.

    The connection is an ordinary one of type ``mysql`` (extra: ``ssl``, a dictionary for PyMySQL,
    ``unix_socket``, and ``read_timeout`` in seconds), or ``postgres``. The stock MySQL hook needs a client
    that has to be compiled.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "opencart"
    conn_type = "mysql"
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
        found = self.get_connection(self.conn_id)
        driver = _DRIVERS.get(found.conn_type or "")
        if driver is None:
            kinds = "mysql або postgres"
            raise ConfigError(f"Connection «{self.conn_id}» має бути типу {kinds}, не {found.conn_type}")
        address = URL.create(
            driver, found.login, found.password, found.host or None, found.port, found.schema or None
        )
        return create_engine(address, poolclass=NullPool, connect_args=_arguments(driver, found.extra_dejson))


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn a driver's fault into ours, without the driver's words: they name hosts, users and values."""
    try:
        yield
    except DBAPIError as error:
        raise _fault(error) from None


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


def _arguments(driver: str, extra: dict[str, Any]) -> dict[str, Any]:
    if driver != "mysql+pymysql":
        return dict(_SECONDS)
    given = {key: extra[key] for key in ("ssl", "unix_socket") if extra.get(key)}
    return {
        **_SECONDS,
        "charset": "utf8mb4",
        "init_command": _NO_MODE,
        "read_timeout": float(extra.get("read_timeout") or 300),
        **given,
    }


def _fault(error: DBAPIError) -> FetchFailed:
    """Judge by the driver's code: PyMySQL gives MySQL's number, psycopg the SQLSTATE."""
    cause: Any = error.orig
    number = cause.args[0] if cause is not None and cause.args else None
    state = getattr(cause, "sqlstate", None) or ""
    code = state or (number if isinstance(number, int) else type(cause).__name__)
    refused = not state and isinstance(number, str) and _REFUSED.search(number)
    if number in _DENIED or state in _CLOSED or refused:
        return ShopDenied(
            f"База магазину не пускає ({code}): перевірте логін, пароль, назву бази й право SELECT"
        )
    if number in _NOT_THERE or state in ("42P01", "42703"):
        return UnsupportedShop(f"У базі магазину немає потрібної таблиці або стовпця ({code})")
    return ShopLost(f"База магазину не відповіла ({code})")


def _right(grant: str) -> str:
    """Cut a grant down to what it gives: the rest names the user, his host and his password's hash."""
    return grant.removeprefix("GRANT ").partition(" TO ")[0]
