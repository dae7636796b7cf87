"""
Whatever happens to whatever call of a run of the catalogue, the runs after it bring everything to one end.

Every call of a reference run is disturbed by every fault, one at a time. All of that takes half an hour:
``HYPOTHESIS_PROFILE=thorough`` does it; without it a part is drawn, the same each time: every kind of fault
meets the create of a material, and every other kind of call meets some fault, one that writes meets two.
"""

import random
from concurrent.futures import Executor
from functools import partial

import pytest

from tests.faults.catalog_sweep import FAULTS, REFUSABLE, Case, Kept, Reference, disturbed
from tests.faults.playing import THOROUGH, play, some_of_each

WRITES = {"update": 2, "update_category": 2}
SEED = 20260722


def all_cases(whole: Reference) -> list[Case]:
    """Give every fault of every call."""
    return [
        Case(number, fault)
        for number, method in enumerate(whole.calls, 1)
        for fault in FAULTS
        if fault != "422" or method in REFUSABLE
    ]


def drawn(whole: Reference) -> list[Case]:
    """Draw a part: all faults of the first material, half of them of the first category, some of each."""
    chance, cases = random.Random(SEED), all_cases(whole)
    material, category = (whole.calls.index(method) + 1 for method in ("create", "create_category"))
    of_material = [case for case in cases if case.call == material]
    of_category = [case for case in cases if case.call == category]
    others = [case for case in cases if case.call not in (material, category)]
    drawn = some_of_each(others, lambda case: whole.calls[case.call - 1], chance, WRITES)
    return [*of_material, *of_category[::2], *drawn]


def test_the_run_that_is_disturbed_makes_every_kind_of_call(catalog_reference: Reference) -> None:
    assert set(catalog_reference.calls) == {
        *("materials", "material", "categories"),
        *("create_category", "update_category", "create", "update"),
    }
    assert catalog_reference.created == {"created": 2, "categories_created": 2, "duplicates": 0}


@pytest.mark.timeout(3600)
def test_a_call_disturbed_in_any_way_leaves_the_same_end(
    pool: Executor, catalog: Kept, catalog_reference: Reference
) -> None:
    whole = catalog_reference
    cases = all_cases(whole) if THOROUGH else drawn(whole)
    told = "{0.fault} at call {0.call} ({1})".format
    play(
        pool,
        cases,
        partial(disturbed, catalog, expected=whole),
        lambda case: told(case, whole.calls[case.call - 1]),
    )
