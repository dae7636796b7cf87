"""A long reading goes on where it stopped, and begins anew when it is stale."""

import psycopg
import pytest

from plugins.hooks.bitrix24_lists import Chunk
from plugins.steps.ledger import StagedRowsGone
from plugins.steps.scanning import advance, finish, forget, recall, resume
from plugins.warehouse import Warehouse


@pytest.fixture
def warehouse(connection: psycopg.Connection) -> Warehouse:
    return Warehouse(connection)


def chunk(last_id: int, rows: int = 2500) -> Chunk:
    return Chunk([{"id": last_id}] * rows, last_id, 50, is_last=False)


def hours_later(warehouse: Warehouse, hours: float) -> None:
    warehouse.connection.execute(
        "update stage.scan set began_at = began_at - make_interval(mins => %s)", [int(hours * 60)]
    )


def test_a_reading_begins_and_goes_on(warehouse: Warehouse) -> None:
    scan = resume(warehouse, 7, "deals", 90117, 6000)
    assert (scan.is_new, scan.last_id, scan.head_id, scan.told_before) == (True, 0, 90117, 6000)
    scan = advance(warehouse, advance(warehouse, scan, chunk(400)), chunk(900, 17))
    again = resume(warehouse, 7, "deals", 90117, 6000)
    assert again == scan
    assert (again.is_new, again.last_id, again.requests, again.rows) == (False, 900, 2, 2517)
    assert not again.is_finished


def test_what_is_staged_in_a_transaction_that_fails_is_not_taken_down(warehouse: Warehouse) -> None:
    scan = resume(warehouse, 7, "deals", 90117, 6000)

    def crash() -> None:
        with warehouse.transaction():
            advance(warehouse, scan, chunk(400))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()
    assert resume(warehouse, 7, "deals", 90117, 6000).last_id == 0


@pytest.mark.parametrize(("head", "told"), [(90118, 6000), (90117, 6001), (None, 6000), (90117, None)])
def test_another_head_begins_anew(warehouse: Warehouse, head: int | None, told: int | None) -> None:
    advance(warehouse, resume(warehouse, 7, "deals", 90117, 6000), chunk(400))
    scan = resume(warehouse, 7, "deals", head, told)
    assert (scan.is_new, scan.last_id, scan.requests, scan.rows) == (True, 0, 0, 0)
    kept = recall(warehouse, 7, "deals")
    assert kept is not None
    assert (kept.last_id, kept.head_id, kept.told_before) == (0, head, told)


def test_a_reading_of_two_hours_ago_begins_anew(warehouse: Warehouse) -> None:
    advance(warehouse, resume(warehouse, 7, "deals", None, None), chunk(400))
    hours_later(warehouse, 1.9)
    assert resume(warehouse, 7, "deals", None, None).last_id == 400
    hours_later(warehouse, 0.2)
    assert recall(warehouse, 7, "deals") is None
    assert resume(warehouse, 7, "deals", None, None).is_new


def test_a_reading_that_was_proved_whole_is_finished(warehouse: Warehouse) -> None:
    scan = finish(warehouse, resume(warehouse, 7, "deals", 5, 3), 3)
    assert (scan.is_finished, scan.told_after) == (True, 3)
    assert recall(warehouse, 7, "deals") == scan


def test_a_reading_whose_place_is_gone_does_not_go_on(warehouse: Warehouse) -> None:
    """The table is unlogged: a crash of the server empties it, and those of the staged rows with it."""
    scan = resume(warehouse, 7, "deals", 5, 3)
    warehouse.connection.execute("truncate stage.scan")
    with pytest.raises(StagedRowsGone):
        advance(warehouse, scan, chunk(4))
    with pytest.raises(StagedRowsGone):
        finish(warehouse, scan, 3)


def test_runs_and_lists_have_their_own(warehouse: Warehouse) -> None:
    advance(warehouse, resume(warehouse, 7, "deals", 5, 3), chunk(4))
    assert resume(warehouse, 7, "contacts", 5, 3).is_new
    assert resume(warehouse, 8, "deals", 5, 3).is_new
    forget(warehouse, 7, "deals")
    assert recall(warehouse, 7, "deals") is None
    assert recall(warehouse, 8, "deals") is not None
