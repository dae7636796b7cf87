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

# Each table as it was: what it is called here and there, and its columns but those that work themselves out.
KEEP = """
create schema saved;
create table saved.sequence as select * from pg_sequences where schemaname in ('mart', 'ops');
create table saved.kept as
select
    c.oid::regclass as live,
    format('saved.%I', c.oid::regclass::text) as kept,
    (
        select string_agg(quote_ident(attname), ', ' order by attnum)
        from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = ''
    ) as columns,
    pg_relation_size(c.oid) > 0 as has_rows
from pg_class as c
where relkind = 'r' and relnamespace in ('mart'::regnamespace, 'ops'::regnamespace, 'stage'::regnamespace);
do $$
declare
    a record;
begin
    for a in select * from saved.kept where has_rows loop
        execute format('create table %s as table %s', a.kept, a.live);
    end loop;
end
$$
"""
PUT_BACK = """
do $$
declare
    a record;
begin
    for a in select * from saved.kept where has_rows or pg_relation_size(live) > 0 loop
        execute format('delete from %s', a.live);
        if a.has_rows then
            execute format(
                'insert into %1$s (%2$s) overriding system value select %2$s from %3$s',
                a.live, a.columns, a.kept
            );
        end if;
    end loop;
end
$$
"""


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
        connection.execute(KEEP)
    return url


def _put_back(connection: psycopg.Connection[Any]) -> None:
    # Sessions of killed processes may linger, and hold their locks.
    connection.execute(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    connection.execute("set session_replication_role = replica")  # no triggers, no order of tables
    connection.execute(PUT_BACK)
    connection.execute(
        "select setval(format('%I.%I', schemaname, sequencename)::regclass, last_value)"
        " from saved.sequence where last_value is not null"
    )
