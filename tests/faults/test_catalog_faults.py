"""
Whatever happens to whatever call of a run of the catalogue, the runs after it bring everything to one end.

Every call of a reference run is disturbed by every fault, one at a time. All of that takes half an hour:
``HYPOTHESIS_PROFILE=thorough`` does it; without it a part is drawn, the same each time, in which every kind
of fault meets a create.
"""

import multiprocessing
import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.faults.catalog_sweep import Case, Kept, Reference

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
DRAWN = 24
SEED = 20260722
CREATES = ("create", "create_category")


@pytest.fixture(scope="module")
def whole(catalog: "Kept") -> "Reference":
    from tests.faults.catalog_sweep import undisturbed

    return undisturbed(catalog)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


def all_cases(whole: "Reference") -> "list[Case]":
    """Give every fault of every call."""
    from tests.faults.catalog_sweep import FAULTS, REFUSABLE, Case

    return [
        Case(number, fault)
        for number, method in enumerate(whole.calls, 1)
        for fault in FAULTS
        if fault != "422" or method in REFUSABLE
    ]


def drawn(whole: "Reference") -> "list[Case]":
    """Draw a part: everything that may happen to the first create of each kind, and some of the rest."""
    chance, cases = random.Random(SEED), all_cases(whole)
    firsts = {whole.calls.index(method) + 1 for method in CREATES}
    others = [case for case in cases if case.call not in firsts]
    return [*(case for case in cases if case.call in firsts), *chance.sample(others, DRAWN)]


def test_the_run_that_is_disturbed_makes_every_kind_of_call(whole: "Reference") -> None:
    assert set(whole.calls) == {
        *("materials", "material", "categories"),
        *("create_category", "update_category", "create", "update"),
    }
    assert whole.created == {"created": 2, "categories_created": 2, "duplicates": 0}


@pytest.mark.timeout(3600)
def test_a_call_disturbed_in_any_way_leaves_the_same_end(
    pool: ProcessPoolExecutor, catalog: "Kept", whole: "Reference"
) -> None:
    from tests.faults.catalog_sweep import disturbed

    cases = all_cases(whole) if THOROUGH else drawn(whole)
    played = [(case, pool.submit(disturbed, catalog, case, whole)) for case in cases]
    wrong = []
    for case, result in played:
        if found := [repr(error)] if (error := result.exception()) else result.result():
            wrong.append(f"{case.fault} at call {case.call} ({whole.calls[case.call - 1]}):")
            wrong += [f"    {line}" for line in found]
    assert not wrong, "\n" + "\n".join(wrong)
