"""
Whatever happens to whatever call of a run of the totals, the runs after it bring everything to one end.

Every call of a reference run is disturbed by every fault, one at a time, and so are commands inside its
batches; rights are lost, and a contact deleted, before every page. All of that takes long
(``HYPOTHESIS_PROFILE=thorough``); without it a part is drawn, the same each time.
"""

from concurrent.futures import Executor
from functools import partial

import pytest

from tests.faults.playing import play
from tests.faults.portal_cases import PAGED, WRITES, played, told
from tests.faults.portal_sweep import Kept, Reference, disturbed

SEED = 20260822


def test_the_run_that_is_disturbed_makes_every_kind_of_call(totals_reference: Reference) -> None:
    begun = {method for call in totals_reference.calls for method in call["commands"]}
    assert {WRITES, PAGED, "crm.contact.userfield.add", "crm.category.list"} <= begun
    assert sum(WRITES in call["commands"] for call in totals_reference.calls) > 1
    assert totals_reference.created == 1


@pytest.mark.timeout(7200)
def test_a_call_disturbed_in_any_way_leaves_the_same_end(
    pool: Executor, totals: Kept, totals_reference: Reference
) -> None:
    whole = totals_reference
    cases = played(totals, whole, SEED)
    play(pool, cases, partial(disturbed, totals, expected=whole), partial(told, whole))
