"""The set-based import gives what the rules give when they are read one record at a time."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.conftest import Server
from tests.deal_import.compare import Books
from tests.deal_import.edits import Edits
from tests.deal_import.generate import Scenario, chains, scenarios
from tests.deal_import.warehouse import Warehouse

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
MANY = settings(
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", 5000 if THOROUGH else 150)),
    deadline=None,
    derandomize=not THOROUGH,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.fixture(scope="module")
def warehouse(postgres: Server, warehouse_template: str) -> Iterator[Warehouse]:
    """One database for all examples, emptied between them."""
    name = "warehouse_of_the_oracle"
    postgres.run(f"drop database if exists {name} with (force)", f"create database {name} template {warehouse_template}")
    with psycopg.connect(postgres.url(name)) as connection:
        connection.execute("set synchronous_commit = off")
        connection.commit()
        yield Warehouse(connection)
    postgres.run(f"drop database {name} with (force)")


def live_through(scenario: Scenario, warehouse: Warehouse) -> Books:
    """Play a scenario in both books; every run is compared as it ends."""
    books = Books(warehouse)
    books.begin(scenario.clients, scenario.deals)
    for step in scenario.steps:
        for edit in step.edits:
            Edits(books.world, warehouse).make(edit)
        books.run(step.source, step.export)
    return books


@MANY
@given(scenario=scenarios())
def test_any_company_and_any_files_give_the_same_books(warehouse: Warehouse, scenario: Scenario) -> None:
    live_through(scenario, warehouse)


@MANY
@given(scenario=chains())
def test_records_that_create_clients_for_each_other_give_the_same_books(warehouse: Warehouse, scenario: Scenario) -> None:
    live_through(scenario, warehouse)
