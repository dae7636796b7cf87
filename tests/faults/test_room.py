"""Staged rows make room for other runs, but not those of a run that has just failed."""

from collections.abc import Iterator

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowFailException

from plugins.faults import carrying_on
from plugins.steps import ledger
from plugins.warehouse import Warehouse
from tests.deal_import.run import import_file
from tests.faults.fresh import Place, fresh
from tests.faults.pipeline import GOOD
from tests.faults.sweep import books, undisturbed
from tests.faults.worker import Import

TASKS_DONE = 4  # staged and half matched


@pytest.fixture
def warehouse(url: str) -> Iterator[Warehouse]:
    with psycopg.connect(url) as connection:
        yield Warehouse(connection)


def failed_half_way(url: str, warehouse: Warehouse) -> tuple[Import, int]:
    """Let a run get half-way and fail there."""
    run = Import(url, "manual__1")
    run_id = run.run(TASKS_DONE)
    ledger.close_run(warehouse, run_id, "failed", "Упала.")
    return run, run_id


def another_source(warehouse: Warehouse) -> None:
    import_file(warehouse.connection, GOOD, name="another")


def test_a_run_that_failed_goes_on_from_its_failed_task_whatever_was_imported_since(
    company: Place,
) -> None:
    expected = undisturbed(company).books
    url = fresh(company)
    with psycopg.connect(url) as connection:
        warehouse = Warehouse(connection)
        failed, run_id = failed_half_way(url, warehouse)
        another_source(warehouse)
        assert failed.go_on() == run_id
    ours = books(url, run_id)
    assert ours["run"] == expected["run"]
    assert len(ours["log"]) == len(expected["log"])


def test_after_a_day_a_failed_run_makes_room_and_its_next_task_says_so_at_once(
    warehouse: Warehouse, url: str
) -> None:
    _, run_id = failed_half_way(url, warehouse)
    warehouse.connection.execute(
        "update ops.run set finished_at = now() - interval '25 hours' where run_id = %s", [run_id]
    )
    another_source(warehouse)
    with (
        pytest.raises(AirflowFailException, match="больше нет"),
        carrying_on(warehouse, run_id, needs_staged=True),
    ):
        raise AssertionError("it went on")
    run = ledger.run(warehouse, run_id)
    assert run.state == "failed"
    assert run.error.startswith(f"Промежуточных данных запуска {run_id} больше нет")


def test_a_run_cleared_from_its_beginning_stages_anew(warehouse: Warehouse, url: str) -> None:
    _, run_id = failed_half_way(url, warehouse)
    warehouse.connection.execute(
        "update ops.run set finished_at = now() - interval '25 hours' where run_id = %s", [run_id]
    )
    another_source(warehouse)
    with carrying_on(warehouse, run_id):
        assert ledger.run(warehouse, run_id).state == "running"
    ledger.close_run(warehouse, run_id, "failed", "Упала.")
    again = Import(url, "manual__1")
    assert again.run() > run_id
