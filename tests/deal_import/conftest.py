"""One database for all tests of the rules, emptied between them: a new one each would cost more than the import."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import Server
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
