"""A second run does nothing: PostgreSQL itself has not counted a single row written to the mart."""

from typing import Any

import psycopg
import pytest

from plugins.steps import deal_import, ledger
from plugins.warehouse import Warehouse
from tests.deal_import.run import run_steps
from tests.faults.company import AFTER, BEFORE, SETTINGS, export, record

REFUSED = export(record("nobody", None), record("bad sum", "79210001122", "12x"), record("", "79210001122"))
IGNORED = export(record("no sum", "79210001122", ""), record("blank", "79210001122", "  "))
WAITING = export(
    record("w1", "79210001122", status="Странный"), record("w2", "79210001122", status="СТРАННЫЙ")
)


def written(connection: psycopg.Connection[Any]) -> dict[str, tuple[int, ...]]:
    """Read how many rows were ever inserted, updated and deleted in each table of the mart."""
    connection.execute("select pg_stat_force_next_flush()")
    connection.commit()
    with psycopg.connect(connection.info.dsn, password=connection.info.password) as fresh:
        rows = fresh.execute(
            "select relname, n_tup_ins, n_tup_upd, n_tup_del"
            " from pg_stat_user_tables where schemaname = 'mart' order by 1"
        ).fetchall()
    return {name: tuple(counts) for name, *counts in rows}


def run(connection: psycopg.Connection[Any], content: bytes, name: str, dry_run: bool = False) -> Any:
    """Import a file with the company's own settings; give the run."""
    source = SETTINGS.sources[0].model_copy(update={"name": name})
    warehouse = Warehouse(connection)
    occasion = ledger.Occasion("deal_import", name, f"manual__{name}", "manual", dry_run)
    run_id = ledger.open_run(warehouse, occasion)
    assert run_id
    run_steps(
        warehouse, deal_import.Import(run_id, SETTINGS, source, "", dry_run, allow_shrink=True), content
    )
    return ledger.run(warehouse, run_id)


@pytest.mark.parametrize(
    "content",
    [BEFORE, AFTER, REFUSED, IGNORED, WAITING, export()],
    ids=["plain", "everything", "refused", "ignored", "waiting", "empty"],
)
def test_the_same_file_again_writes_no_row(url: str, content: bytes) -> None:
    with psycopg.connect(url) as connection:
        first = run(connection, content, "main")
        before = written(connection)
        for _ in range(2):
            again = run(connection, content, "main")
            assert written(connection) == before
    assert sum(again.counters.values()) == sum(first.counters.values())
    idle = ("unchanged", "ignored", "duplicate", "refused")
    assert {name: count for name, count in again.counters.items() if count and name not in idle} == {}


def test_the_counts_do_show_a_row_that_is_written(url: str) -> None:
    with psycopg.connect(url) as connection:
        before = written(connection)
        run(connection, WAITING, "another")
        after = written(connection)
    assert {"deal", "payment", "deal_status"} <= {name for name in after if after[name] != before[name]}


def test_a_dry_run_writes_no_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        before = written(connection)
        run(connection, AFTER, "main", dry_run=True)
        assert written(connection) == before
