"""How the connection to an account stands is known beyond the run that has found it out."""

from collections.abc import Iterator

import psycopg
import pytest

from plugins.steps import ledger
from plugins.steps.connections import CONNECTED, UNPAID, stand, standing
from plugins.warehouse import Warehouse

OURS = ("amocrm", "amocrm")


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    with psycopg.connect(warehouse_url) as connection:
        yield Warehouse(connection)


def new_run(warehouse: Warehouse, name: str) -> int:
    run_id = ledger.open_run(warehouse, ledger.Occasion("amocrm_statuses", name, name, "manual"))
    assert run_id is not None
    return run_id


def test_nothing_is_known_of_a_connection_that_nobody_has_used(warehouse: Warehouse) -> None:
    assert standing(warehouse, *OURS) is None


def test_number_and_host_stay_when_only_the_state_is_told(warehouse: Warehouse) -> None:
    stand(warehouse, new_run(warehouse, "a"), *OURS, CONNECTED, None, "31000001", "demo.amocrm.ru")
    stand(warehouse, new_run(warehouse, "b"), *OURS, UNPAID, "не оплачен")
    found = standing(warehouse, *OURS)
    assert found is not None
    assert (found.state, found.reason) == (UNPAID, "не оплачен")
    assert (found.vendor_account, found.host) == ("31000001", "demo.amocrm.ru")


def test_since_when_it_stands_so_moves_only_with_the_state(warehouse: Warehouse) -> None:
    first, second = new_run(warehouse, "a"), new_run(warehouse, "b")
    stand(warehouse, first, *OURS, CONNECTED, None, "31000001", "demo.amocrm.ru")
    before = standing(warehouse, *OURS)
    stand(warehouse, second, *OURS, CONNECTED, None, "31000001", "demo.amocrm.ru")
    after = standing(warehouse, *OURS)
    assert before is not None
    assert after is not None
    assert after.changed_at == before.changed_at
    stand(warehouse, second, *OURS, UNPAID, "не оплачен")
    third = standing(warehouse, *OURS)
    assert third is not None
    assert third.changed_at > before.changed_at


def test_accounts_stand_apart(warehouse: Warehouse) -> None:
    stand(warehouse, new_run(warehouse, "a"), *OURS, CONNECTED, None, "31000001", "demo.amocrm.ru")
    assert standing(warehouse, "amocrm", "second") is None
