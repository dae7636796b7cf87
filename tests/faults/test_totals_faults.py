"""
Whatever happens to whatever call of a run of the totals, the runs after it bring everything to one end.

Every call of a reference run is disturbed by every fault, one at a time, and so are commands inside its
batches; rights are lost, and a contact deleted, before every page.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.faults.portal_cases import THOROUGH, cases_of, drawn, play_faults, workers

if TYPE_CHECKING:
    from tests.faults.portal_sweep import Kept, Reference

SEED = 20260822
WRITES = "crm.item.update"


@pytest.fixture(scope="module")
def whole(totals: "Kept") -> "Reference":
    from tests.faults.portal_sweep import undisturbed

    return undisturbed(totals)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with workers() as pool:
        yield pool


def test_the_run_that_is_disturbed_makes_every_kind_of_call(whole: "Reference") -> None:
    begun = {method for call in whole.calls for method in call["commands"]}
    assert {WRITES, "crm.item.list", "crm.contact.userfield.add", "crm.category.list"} <= begun
    assert sum(WRITES in call["commands"] for call in whole.calls) > 1
    assert whole.created == 1


@pytest.mark.timeout(3600)
def test_a_call_disturbed_in_any_way_leaves_the_same_end(
    pool: ProcessPoolExecutor, totals: "Kept", whole: "Reference"
) -> None:
    others = totals.of.disturbances
    cases = cases_of(whole, others) if THOROUGH else drawn(whole, others, WRITES, SEED)
    wrong = play_faults(pool, totals, whole, cases)
    assert not wrong, f"\n{wrong}"
