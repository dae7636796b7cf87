"""
An exchange killed at any moment is finished by what comes after it: no deal twice, nothing lost.

All of its 600 moments, each with three ways to go on, take an hour (``HYPOTHESIS_PROFILE=thorough``).
Without it those around calls that write and around the plan are played, and a few at random, the same each
time.
"""

import re
from concurrent.futures import Executor
from functools import partial

import pytest

from tests.faults.killing import Whole, crashes_around, crashes_at_random, told
from tests.faults.orders_kill import killed, whole_exchange
from tests.faults.orders_sweep import Kept, Reference
from tests.faults.playing import play

SEED = 20260316
# Around calls that write, in the tasks that make them, and around the plan's commit.
CRITICAL = re.compile(
    r"(send_deals|write_sources)\[0\]: (take_actions|mark_actions|settle_\w+|commit)"
    r"|(send_deals|write_sources)\[0\]: (before|after) \w+ (create|update|PATCH)"
    r"|plan_deals\[0\]: (merge_pending_deals|plan_actions|mark_planned)"
    r"|merge_documents: (merge_new_deals|close_run)"
)


@pytest.fixture(scope="module")
def whole(orders: Kept) -> Whole:
    return whole_exchange(orders)


@pytest.mark.timeout(3600)
def test_killed_at_any_moment_it_is_finished_by_what_comes_after(
    pool: Executor, orders: Kept, whole: Whole, orders_reference: Reference
) -> None:
    playing = partial(killed, orders, expected=orders_reference.books)
    play(pool, crashes_around(whole, CRITICAL), playing, told)


@pytest.mark.timeout(3600)
def test_killed_at_random_it_is_finished_by_what_comes_after(
    pool: Executor, orders: Kept, whole: Whole, orders_reference: Reference
) -> None:
    playing = partial(killed, orders, expected=orders_reference.books)
    play(pool, crashes_at_random(whole, SEED), playing, told)
