"""A warehouse that tests hand on is the same for each of them, whatever the one before has done to it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.conftest import Server
from tests.fresh_warehouse import FreshWarehouses

TABLES = """
select relnamespace::regnamespace::text, relname, relpages, reltuples, pg_relation_size(oid)
from pg_class where relkind = 'r' and relpersistence <> 't' and oid >= 16384 order by 1, 2
"""
TRIGGERS = "select count(*) from pg_trigger"
SEQUENCES = "select schemaname, sequencename, last_value from pg_sequences order by 1, 2"
GUESSES = "select count(*) from pg_stats where schemaname in ('mart', 'ops', 'stage')"
WRITTEN = "select sum(n_tup_ins) from pg_stat_user_tables"
QUERIES = (TRIGGERS, SEQUENCES, GUESSES, WRITTEN)
COMMON = """
insert into mart.client (name, created_at, origin)
select 'client ' || n, now(), 'manual' from generate_series(1, 500) as n;
delete from ops.code where code = (select min(code) from ops.code);
create temporary table passing (n int);
create function ops.at_once() returns trigger language plpgsql as 'begin return null; end';
create trigger at_once before insert on ops.pace for each row execute function ops.at_once();
analyze;
"""


@pytest.fixture
def warehouses(postgres: Server, warehouse_template: str) -> Iterator[FreshWarehouses]:
    made = FreshWarehouses(postgres.url(), warehouse_template)
    yield made
    made.drop()


def looked_at(url: str) -> dict[str, list[Any]]:
    """Give all that the database holds, and what the planner knows of it."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(TABLES).fetchall()
        found = {query: connection.execute(query).fetchall() for query in QUERIES}
        names = [sql.Identifier(*table[:2]) for table in tables]
        rows = [connection.execute(sql.SQL("table {}").format(name)).fetchall() for name in names]
    return {"tables": tables, "rows": rows, **found}


def test_the_next_test_gets_it_empty_however_full_it_was(
    postgres: Server, warehouses: FreshWarehouses
) -> None:
    first = warehouses.take()
    new = looked_at(postgres.url(first))
    left_open = psycopg.connect(postgres.url(first))
    left_open.execute(COMMON)
    left_open.commit()
    left_open.execute("select nextval('ops.run_run_id_seq')")
    assert looked_at(postgres.url(first)) != new
    warehouses.give_back(first)
    left_open.close()
    second = warehouses.take()
    assert looked_at(postgres.url(second)) == new
    warehouses.give_back(second)


def test_what_the_server_has_noted_of_the_template_is_forgotten(
    postgres: Server, warehouses: FreshWarehouses, warehouse_template: str
) -> None:
    with psycopg.connect(postgres.url(warehouse_template), autocommit=True) as connection:
        connection.execute("analyze ops.code")
    first = warehouses.take()
    new = looked_at(postgres.url(first))
    warehouses.give_back(first)
    assert looked_at(postgres.url(warehouses.take())) == new


def database_of(postgres: Server, name: str) -> int | None:
    with psycopg.connect(postgres.url()) as connection:
        row = connection.execute("select oid::bigint from pg_database where datname = %s", [name]).fetchone()
    return row and row[0]


def test_one_database_serves_many_tests_each_under_its_own_name(
    postgres: Server, warehouses: FreshWarehouses
) -> None:
    names, databases = set(), set()
    for _ in range(3):
        name = warehouses.take()
        names.add(name)
        databases.add(database_of(postgres, name))
        with psycopg.connect(postgres.url(name)) as connection:
            connection.execute(COMMON)
        warehouses.give_back(name)
        assert database_of(postgres, name) is None
    assert (len(names), len(databases)) == (3, 1)


@pytest.mark.parametrize(
    "alteration",
    [
        "create table ops.another (n int)",
        "create schema another",
        "drop trigger deal_revision on mart.deal",
        "alter table mart.deal disable trigger deal_revision",
        "alter table mart.client alter column origin drop not null",
        "alter table mart.client rename column name to called",
        "alter table ops.budget rename to budget_away",
        "drop index mart.client_key_client_idx",
        "drop view mart.v_client_360",
        "create or replace function mart.advance_revision() returns trigger language plpgsql as 'begin end'",
        "alter table mart.client set (autovacuum_enabled = off)",
        "grant select on mart.client to public",
    ],
)
def test_a_database_that_a_test_has_altered_is_given_to_no_other(
    alteration: str, postgres: Server, warehouses: FreshWarehouses
) -> None:
    name = warehouses.take()
    altered = database_of(postgres, name)
    with psycopg.connect(postgres.url(name)) as connection:
        connection.execute(alteration)
    warehouses.give_back(name)
    following = warehouses.take()
    assert database_of(postgres, following) != altered
    warehouses.give_back(following)
