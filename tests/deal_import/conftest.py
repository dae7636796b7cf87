"""One database for all tests of the rules, emptied between them: a new one costs more than an import."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import Server
from tests.deal_import.company import start
from tests.deal_import.compare import Books
from tests.deal_import.warehouse import Warehouse


@pytest.fixture(scope="module")
def warehouse(postgres: Server, warehouse_template: str) -> Iterator[Warehouse]:
    """Return a warehouse that each scenario empties before it begins."""
    name = "warehouse_of_the_rules"
    postgres.run(
        f"drop database if exists {name} with (force)",
        f"create database {name} template {warehouse_template}",
    )
    with psycopg.connect(postgres.url(name), options="-c synchronous_commit=off") as connection:
        yield Warehouse(connection)
    postgres.run(f"drop database {name} with (force)")


@pytest.fixture
def with_warehouse(warehouse: Warehouse) -> Books:
    """Return the books of the vectors' company, the oracle's and the warehouse's."""
    return start(Books(warehouse))


@pytest.fixture(params=["oracle alone", "with warehouse"])
def books(request: pytest.FixtureRequest) -> Books:
    """Return the books of the vectors' company, to see that the oracle is right, and that the import is."""
    if request.param == "oracle alone":
        return start(Books())
    found: Books = request.getfixturevalue("with_warehouse")
    return found
