"""The set-based import gives what the rules give when they are read one record at a time."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deal_import.compare import Books
from tests.deal_import.edits import Edits
from tests.deal_import.generate import KINDS, Scenario, scenarios
from tests.deal_import.warehouse import Warehouse

# HYPOTHESIS_PROFILE=thorough looks for new counterexamples; without it the same examples are tried each time.
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
MANY = settings(
    max_examples=2000 if THOROUGH else 40,
    deadline=None,
    derandomize=not THOROUGH,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def live_through(scenario: Scenario, warehouse: Warehouse | None, rehearse: bool = False) -> Books:
    """Play a scenario in both books; every run is compared as it ends."""
    books = Books(warehouse)
    books.begin(scenario.clients, scenario.deals)
    for step in scenario.steps:
        for edit in step.edits:
            Edits(books.world, warehouse).make(edit)
        books.run(step.source, step.export, rehearse=rehearse)
    return books


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
@MANY
@given(data=st.data())
def test_the_import_keeps_the_same_books_as_the_rules_read_one_record_at_a_time(
    warehouse: Warehouse, kind: str, data: st.DataObject
) -> None:
    live_through(data.draw(scenarios(KINDS[kind])), warehouse)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
@settings(MANY, max_examples=MANY.max_examples // 5)
@given(data=st.data())
def test_a_dry_run_tells_what_the_real_run_then_does_and_changes_nothing(
    warehouse: Warehouse, kind: str, data: st.DataObject
) -> None:
    live_through(data.draw(scenarios(KINDS[kind])), warehouse, rehearse=True)
