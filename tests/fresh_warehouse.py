"""
Empty warehouses, one after another, out of one database.

To copy a migrated database costs a third of a second of processor time, more than most tests; to empty the
tables that a test has written to costs a tenth of that. A database whose schema a test has altered is thrown
away, so that a test gets the same whichever ran before it.
"""

import contextlib
import uuid
from typing import Any

import psycopg
from psycopg import sql

# Tables with rows, or with an idea of how many; those that the migrations fill are compared instead.
TOUCHED = """
select array[relnamespace::regnamespace::text, relname]
from pg_class
where relkind = 'r' and oid >= 16384 and (reltuples >= 0 or pg_relation_size(oid) > 0 and oid <> all(%s))
order by 1
"""
FILLED = """
select oid::bigint, array[relnamespace::regnamespace::text, relname]
from pg_class
where relkind = 'r' and oid >= 16384 and pg_relation_size(oid) > 0
order by 1
"""
# Whatever is created, altered or dropped leaves a row here, or takes one away.
SCHEMA = """
select
    (select (count(*), sum(xmin::text::bigint))::text from pg_attribute),
    (select (count(*), sum(xmin::text::bigint))::text from pg_constraint),
    (select (count(*), sum(xmin::text::bigint))::text from pg_depend),
    (
        select (count(*), sum(xmin::text::bigint))::text
        from pg_namespace where nspname !~ '^pg_(toast_)?temp_' -- these stay when temporary tables go
    ),
    (select (count(*), sum(xmin::text::bigint))::text from pg_proc),
    (select (count(*), sum(xmin::text::bigint))::text from pg_rewrite),
    (select (count(*), sum(xmin::text::bigint))::text from pg_trigger),
    (
        select sum(hashtextextended(format('%s %s %s %s', oid, relname, relacl, reloptions), 0))::text
        from pg_class where oid >= 16384 and relkind <> 't'
    ),
    (
        select count(*)::text
        from pg_db_role_setting as setting join pg_database as this on this.oid = setting.setdatabase
        where this.datname = current_database()
    )
"""
# Functions that a test has put in, and with them triggers: both go without a trace.
ADDED = """
select format('drop function %%s cascade', oid::regprocedure) from pg_proc where oid > %s::oid
"""
NEWEST = "select max(oid)::bigint from pg_proc"
# Sequences, statistics of the planner, and counts of what was read and written.
FORGET = (
    "select setval(seqrelid::regclass, seqstart, false) from pg_sequence",
    "delete from pg_statistic where starelid >= 16384",
    "delete from pg_statistic_ext_data",
    "select pg_stat_force_next_flush()",
)
SESSIONS = "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = %s"
Row = tuple[Any, ...]


class FreshWarehouses:
    """Databases as the migrations leave ``template``; ``server`` is the address of a database beside it."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._spare: str | None = None
        self._filled: dict[tuple[str, str], bytes] = {}
        self._filled_oids: list[int] = []
        self._newest_function = 0
        self._schema: Row | None = None

    def take(self) -> str:
        """Give the name of a database that nobody else knows and nobody has written to."""
        name, self._spare = self._spare or self._copy(), None
        return name

    def give_back(self, name: str) -> None:
        """Make what a test leaves as if it were new, under another name; drop what cannot be made so."""
        with psycopg.connect(self._server, autocommit=True) as beside:
            beside.execute(SESSIONS, [name])
            new = _new_name()
            beside.execute(
                sql.SQL("alter database {} rename to {}").format(*map(sql.Identifier, (name, new)))
            )
            if self._is_empty_again(new):
                self._spare = new
            else:
                beside.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(new)))

    def drop(self) -> None:
        """Drop the database that is kept for the next test."""
        if self._spare:
            with psycopg.connect(self._server, autocommit=True) as beside:
                beside.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(self._spare)))
            self._spare = None

    def _copy(self) -> str:
        name = _new_name()
        with psycopg.connect(self._server, autocommit=True) as beside:
            copy = "create database {} template {} strategy file_copy"
            beside.execute(sql.SQL(copy).format(sql.Identifier(name), sql.Identifier(self._template)))
        if self._schema is None:
            with self._connect(name) as connection:
                self._look_at(connection)
        self._is_empty_again(name)  # the server may have looked through the template and taken notes
        return name

    def _look_at(self, connection: psycopg.Connection[Any]) -> None:
        """Remember what a database looks like that nobody has written to."""
        for oid, names in connection.execute(FILLED).fetchall():
            self._filled_oids.append(oid)
            self._filled[tuple(names)] = _rows(connection, tuple(names))
        [(self._newest_function,)] = connection.execute(NEWEST).fetchall()
        self._schema = connection.execute(SCHEMA).fetchone()

    def _is_empty_again(self, name: str) -> bool:
        with contextlib.suppress(psycopg.Error), self._connect(name) as connection:
            for (drop,) in connection.execute(ADDED, [self._newest_function]).fetchall():
                connection.execute(drop)
            if connection.execute(SCHEMA).fetchone() != self._schema:
                return False
            self._empty(connection)
            connection.commit()
            connection.execute("select pg_stat_reset()")
            return True
        return False

    def _empty(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute("set session_replication_role = replica")  # no triggers
        _truncate(connection, [table for (table,) in connection.execute(TOUCHED, [self._filled_oids])])
        for table, rows in self._filled.items():
            if _rows(connection, table) != rows:
                _truncate(connection, [table])
                with connection.cursor().copy(sql.SQL("copy {} from stdin").format(_name(table))) as copy:
                    copy.write(rows)
        for statement in FORGET:
            connection.execute(statement)

    def _connect(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(f"{self._server.rpartition('/')[0]}/{name}")


def _new_name() -> str:
    return f"warehouse_{uuid.uuid4().hex[:12]}"


def _name(table: tuple[str, str]) -> sql.Identifier:
    return sql.Identifier(*table)


def _truncate(connection: psycopg.Connection[Any], tables: list[tuple[str, str]]) -> None:
    if tables:
        connection.execute(sql.SQL("truncate {} cascade").format(sql.SQL(", ").join(map(_name, tables))))


def _rows(connection: psycopg.Connection[Any], table: tuple[str, str]) -> bytes:
    with connection.cursor().copy(sql.SQL("copy {} to stdout").format(_name(table))) as copy:
        return b"".join(bytes(part) for part in copy)
