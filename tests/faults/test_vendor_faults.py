"""
Whatever happens to whatever call of an exchange, the runs after it bring everything to the same end.

Every call of a reference run is disturbed by every fault, one at a time. All of that takes half an hour:
``HYPOTHESIS_PROFILE=thorough`` does it; without it a part is drawn, the same each time, in which every
kind of fault meets every kind of call that writes.
"""

import multiprocessing
import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.faults.orders_sweep import Case, Kept, Reference

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
DRAWN = 24
SEED = 20260315


@pytest.fixture(scope="module")
def whole(orders: "Kept") -> "Reference":
    from tests.faults.orders_sweep import undisturbed

    return undisturbed(orders)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


def all_cases(whole: "Reference") -> "list[Case]":
    """Give every fault of every call; only some answers judge items."""
    from tests.faults.orders_sweep import FAULTS, ITEMS, Case

    return [
        Case(vendor, number, fault)
        for vendor, methods in whole.calls.items()
        for number, method in enumerate(methods, 1)
        for fault in FAULTS
        if fault != "an item is refused" or method in ITEMS
    ]


def drawn(whole: "Reference") -> "list[Case]":
    """Draw a part."""
    chance = random.Random(SEED)
    cases = all_cases(whole)
    creates = {case for case in cases if whole.calls[case.vendor][case.call - 1] == "create"}
    first = min(case.call for case in creates)
    every_fault_of_a_create = [case for case in cases if case in creates and case.call == first]
    return [*every_fault_of_a_create, *chance.sample([case for case in cases if case not in creates], DRAWN)]


def sweep(pool: ProcessPoolExecutor, orders: "Kept", whole: "Reference", cases: "list[Case]") -> None:
    """Play all cases; say of each that went wrong which call it was and what differs."""
    from tests.faults.orders_sweep import disturbed

    played = [(case, pool.submit(disturbed, orders, case, whole.books)) for case in cases]
    wrong = []
    for case, result in played:
        if found := [repr(error)] if (error := result.exception()) else result.result():
            method = whole.calls[case.vendor][case.call - 1]
            wrong.append(f"{case.fault} at {case.vendor}'s call {case.call} ({method}):")
            wrong += [f"    {line}" for line in found]
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_exchange_that_is_disturbed_makes_every_kind_of_call(whole: "Reference") -> None:
    assert set(whole.calls["calltouch"]) == {"create", "update", "journal", "calls", "requests"}
    assert set(whole.calls["onec"]) >= {"list", "get", "patch"}
    assert len(whole.books["action"]) > 10


@pytest.mark.timeout(3600)
def test_a_call_disturbed_in_any_way_leaves_the_same_end(
    pool: ProcessPoolExecutor, orders: "Kept", whole: "Reference"
) -> None:
    sweep(pool, orders, whole, all_cases(whole) if THOROUGH else drawn(whole))
