"""Runs of several sources at once give what some order of them one after another gives."""

import itertools
import random
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from plugins.steps import deal_import, ledger
from plugins.warehouse import Params, Warehouse
from tests.deal_import.run import run_steps
from tests.faults.books import Books, mart
from tests.faults.company import FIRST, SECOND, SETTINGS, THIRD, export, record
from tests.faults.fresh import Place, fresh
from tests.faults.worker import TASKS

Actor = Callable[[str], object]
STRANGERS = ("79210004411", "79210004422", "79210004433")
PHONES = (FIRST, SECOND, THIRD, *STRANGERS)
EDITS: tuple[LiteralString, ...] = (
    "delete from mart.deal where external_id = 'H1'",
    "update mart.deal set status_id = (select status_id from mart.deal_status where name = 'Отменена')"
    " where external_id = 'H2'",
    "insert into mart.client_key (kind, value, client_id)"
    " select 'phone', '79210004411', client_id from mart.client_key where value = '79210001122'",
)


def some_file(chance: random.Random) -> bytes:
    """Write a file of a few records about people whom the other sources know too."""
    return export(
        *(
            record(
                f"r{number}",
                chance.choice(PHONES),
                str(chance.randint(1, 99)),
                payment_date=f"2026-02-{chance.randint(20, 28)}",
                **chance.choice(({}, {}, {"conversion_id": "cv1"}, {"deal_id": "H2"}, {"deal_id": "N1"})),
                **chance.choice(
                    ({}, {"tsuid": chance.choice(("t1", "t8"))}, {"email": ["olga@example.org"]})
                ),
                **chance.choice(({}, {"status": "Оплачена"})),
            )
            for number in range(8)
        )
    )


def importing(name: str, content: bytes) -> Actor:
    """Make a run of one source."""

    def act(url: str) -> None:
        source = SETTINGS.sources[0].model_copy(update={"name": name})
        with psycopg.connect(url) as connection:
            warehouse = Warehouse(connection)
            occasion = ledger.Occasion("deal_import", name, f"manual__{name}", "manual")
            run_id = ledger.open_run(warehouse, occasion)
            assert run_id
            run_steps(warehouse, deal_import.Import(run_id, SETTINGS, source, "", allow_shrink=True), content)

    return act


def editing(statement: LiteralString) -> Actor:
    """Do something by hand."""

    def act(url: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute(statement)

    return act


def at_once(url: str, actors: Sequence[Actor]) -> None:
    """Let all act at the same time."""
    failed: list[BaseException] = []
    start = threading.Barrier(len(actors))

    def act(actor: Actor) -> None:
        try:
            start.wait()
            actor(url)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=act, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def meaning(url: str) -> set[str]:
    """Read the mart without the numbers that clients and deals happened to get, which tell who came first."""
    with psycopg.connect(url) as connection:
        books = mart(connection)
    clients = {
        row["client_id"]: named(books, "client_key", "client_id", row["client_id"]) for row in books["client"]
    }
    deals = {row["deal_id"]: named(books, "payment", "deal_id", row["deal_id"]) for row in books["deal"]}
    told = set()
    for table, rows in books.items():
        for row in rows:
            row |= {
                "client": clients.get(row.pop("client_id", None)),
                "deal": deals.get(row.pop("deal_id", None)),
            }
            row = {
                name: value for name, value in row.items() if not re.fullmatch(r"(first_|last_)?run_id", name)
            }
            told.add(f"{table} {sorted(row.items(), key=str)}")
    return told


def named(books: Books, table: str, column: str, number: Any) -> str:
    """Name a client by its keys, a deal by its payments."""
    of_it = (row for row in books[table] if row[column] == number)
    return str(
        sorted(str([row.get(name) for name in ("kind", "value", "source", "record_id")]) for row in of_it)
    )


@pytest.mark.parametrize("seed", range(4))
def test_sources_and_people_at_once_are_as_in_some_order(company: Place, seed: int) -> None:
    chance = random.Random(seed)
    actors = [importing(name, some_file(chance)) for name in ("one", "two", "three")[: 3 - seed % 2]]
    actors += [editing(chance.choice(EDITS))] if seed % 2 else []
    url = fresh(company)
    at_once(url, actors)
    seen = meaning(url)
    serial = []
    for order in itertools.permutations(actors):
        url = fresh(company)
        for actor in order:
            actor(url)
        serial.append(meaning(url))
    assert seen in serial, min((seen ^ other for other in serial), key=len)


def test_no_run_waits_for_another_that_analyses_the_same_table(company: Place) -> None:
    """Waiting for each other's ANALYZE and for the turn to number clients, two runs once stood still."""
    url = fresh(company)
    with psycopg.connect(url) as one, psycopg.connect(url, options="-c lock_timeout=200ms") as other:
        first, second = Warehouse(one), Warehouse(other)
        with first.transaction():
            first.analyze("stage.deal_candidate")
            with second.transaction():
                second.analyze("stage.deal_candidate")


def _planned(warehouse: Warehouse) -> deal_import.Import:
    run_id = ledger.open_run(warehouse, ledger.Occasion("deal_import", "main", "m1", "manual"))
    assert run_id
    job = deal_import.Import(run_id, SETTINGS, SETTINGS.sources[0], "")
    for task in TASKS[:-1]:
        task(warehouse, job)
    return job


def test_a_run_closed_by_another_before_it_applies_changes_nothing(company: Place) -> None:
    with psycopg.connect(fresh(company)) as connection:
        warehouse = Warehouse(connection)
        job = _planned(warehouse)
        before = mart(connection)
        ledger.fail_run(warehouse, job.run_id, "DB_ERROR", "…")
        with pytest.raises(ledger.RunIsOver, match="закрыт"):
            deal_import.apply(warehouse, job)
        assert mart(connection) == before


def test_nobody_can_close_a_run_while_it_applies(company: Place) -> None:
    url = fresh(company)

    def close() -> None:
        refused = pytest.raises(psycopg.errors.LockNotAvailable)
        with psycopg.connect(url, options="-c lock_timeout=200ms") as other, refused:
            ledger.fail_run(Warehouse(other), job.run_id, "DB_ERROR", "…")

    with psycopg.connect(url) as connection:
        job = _planned(Warehouse(connection))
        assert deal_import.apply(Hurried(connection, close), job) == "partial"
        assert ledger.run(Warehouse(connection), job.run_id).state == "partial"


class Hurried(Warehouse):
    """A session in which something happens as soon as it has begun to apply."""

    def __init__(self, connection: psycopg.Connection[Any], meanwhile: Callable[[], object]) -> None:
        super().__init__(connection)
        self._meanwhile = meanwhile

    def select(self, path: Path, params: Params) -> list[Any]:
        rows = super().select(path, params)
        if path.stem == "lock_revision":
            self._meanwhile()
        return rows
