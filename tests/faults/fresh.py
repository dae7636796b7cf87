"""
One database a process, put back to where it began before each case.

To copy a database each time would take longer than the case.
"""

import os
from functools import cache
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

# What is written is read back by the same server; that commits reach the disk is not what is tested here.
OPTIONS = "options=-c%20synchronous_commit%3Doff"


class Place(NamedTuple):
    """Where cases are played: a server, and the database that each begins with."""

    server: str
    template: str


def fresh(place: Place) -> str:
    """Give the address of this process's database, as the template is."""
    url = _mine(place)
    with psycopg.connect(url) as connection:
        _put_back(connection)
    return url


def drop_all(place: Place) -> None:
    """Drop the databases of all processes."""
    with psycopg.connect(place.server, autocommit=True) as connection:
        found = connection.execute(
            "select datname from pg_database where datname like %s", [f"{place.template}_of_%"]
        )
        for (name,) in found.fetchall():
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@cache
def _mine(place: Place) -> str:
    name = f"{place.template}_of_{os.getpid()}"
    names = map(sql.Identifier, (name, place.template))
    with psycopg.connect(place.server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template {}").format(*names))
    url = f"{place.server.rpartition('/')[0]}/{name}?{OPTIONS}"
    with psycopg.connect(url) as connection:
        connection.execute("create schema saved")
        connection.execute(
            "create table saved.sequence as select * from pg_sequences where schemaname in ('mart', 'ops')"
        )
        for schema, table in _tables(connection):
            kept, live = sql.Identifier("saved", f"{schema}.{table}"), sql.Identifier(schema, table)
            connection.execute(sql.SQL("create table {} as table {}").format(kept, live))
    return url


def _put_back(connection: psycopg.Connection[Any]) -> None:
    # Sessions of killed processes may linger, and hold their locks.
    connection.execute(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    connection.execute("set session_replication_role = replica")  # no triggers, no order of tables
    for schema, table in _tables(connection):
        kept, live = sql.Identifier("saved", f"{schema}.{table}"), sql.Identifier(schema, table)
        connection.execute(sql.SQL("delete from {}").format(live))
        connection.execute(sql.SQL("insert into {} overriding system value table {}").format(live, kept))
    connection.execute(
        "select setval(format('%I.%I', schemaname, sequencename)::regclass, last_value)"
        " from saved.sequence where last_value is not null"
    )


def _tables(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    return connection.execute(
        "select schemaname::text, relname::text from pg_stat_user_tables"
        " where schemaname in ('mart', 'ops', 'stage') order by 1, 2"
    ).fetchall()
