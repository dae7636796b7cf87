"""
Whatever happens to whatever call of an exchange, the runs after it bring everything to the same end.

Every call of a reference run is disturbed by every fault, one at a time. All of that takes half an hour:
``HYPOTHESIS_PROFILE=thorough`` does it; without it a part is drawn, the same each time: every kind of fault
meets a create, and every other kind of call meets some fault, one that writes meets three.
"""

import random
from concurrent.futures import Executor
from functools import partial

import pytest

from tests.faults.orders_sweep import FAULTS, ITEMS, Case, Kept, Reference, disturbed
from tests.faults.playing import THOROUGH, play, some_of_each

WRITES = {"update": 3, "patch": 3}
SEED = 20260315


def all_cases(whole: Reference) -> list[Case]:
    """Give every fault of every call; only some answers judge items."""
    return [
        Case(vendor, number, fault)
        for vendor, methods in whole.calls.items()
        for number, method in enumerate(methods, 1)
        for fault in FAULTS
        if fault != "an item is refused" or method in ITEMS
    ]


def drawn(whole: Reference) -> list[Case]:
    """Draw a part."""
    chance = random.Random(SEED)
    cases = all_cases(whole)
    creates = {case for case in cases if whole.calls[case.vendor][case.call - 1] == "create"}
    first = min(case.call for case in creates)
    every_fault_of_a_create = [case for case in cases if case in creates and case.call == first]
    others = [case for case in cases if case not in creates]
    drawn = some_of_each(others, lambda case: whole.calls[case.vendor][case.call - 1], chance, WRITES)
    return [*every_fault_of_a_create, *drawn]


def test_the_exchange_that_is_disturbed_makes_every_kind_of_call(orders_reference: Reference) -> None:
    assert set(orders_reference.calls["calltouch"]) == {"create", "update", "journal", "calls", "requests"}
    assert set(orders_reference.calls["onec"]) >= {"list", "get", "patch"}
    assert len(orders_reference.books["action"]) > 10


@pytest.mark.timeout(3600)
def test_a_call_disturbed_in_any_way_leaves_the_same_end(
    pool: Executor, orders: Kept, orders_reference: Reference
) -> None:
    whole = orders_reference
    cases = all_cases(whole) if THOROUGH else drawn(whole)
    told = "{0.fault} at {0.vendor}'s call {0.call} ({1})".format
    play(
        pool,
        cases,
        partial(disturbed, orders, expected=whole.books),
        lambda case: told(case, whole.calls[case.vendor][case.call - 1]),
    )
