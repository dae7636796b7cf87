"""
An exchange killed at any moment is finished by what comes after it: no deal twice, nothing lost.

All of its 600 moments, each with three ways to go on, take an hour (``HYPOTHESIS_PROFILE=thorough``).
Without it those around calls that write and around the plan are played, and a few at random, the same each
time.
"""

import multiprocessing
import os
import random
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.faults.killing import Crash, Whole
    from tests.faults.orders_sweep import Kept, Reference

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
RECOVERIES = ("retry", "clear", "another")
SEED = 20260316
AT_RANDOM = 60 if THOROUGH else 4
# Around calls that write, in the tasks that make them, and around the plan's commit.
CRITICAL = re.compile(
    r"(send_deals|write_sources)\[0\]: (take_actions|mark_actions|settle_\w+|commit)"
    r"|(send_deals|write_sources)\[0\]: (before|after) \w+ (create|update|PATCH)"
    r"|plan_deals\[0\]: (merge_pending_deals|plan_actions|mark_planned)"
    r"|merge_documents: (merge_new_deals|close_run)"
)


@pytest.fixture(scope="module")
def reference(orders: "Kept") -> "Reference":
    from tests.faults.orders_sweep import undisturbed

    return undisturbed(orders)


@pytest.fixture(scope="module")
def whole(orders: "Kept") -> "Whole":
    from tests.faults.orders_kill import whole_exchange

    return whole_exchange(orders)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    # Spawned, because the process of the tests has threads and each of these forks its victims.
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


def sweep(
    pool: ProcessPoolExecutor,
    orders: "Kept",
    whole: "Whole",
    reference: "Reference",
    crashes: "list[Crash]",
) -> None:
    """Play all cases; say of each that went wrong where it was killed and what differs."""
    from tests.faults.orders_kill import killed

    played = [(crash, pool.submit(killed, orders, crash, reference.books)) for crash in crashes]
    wrong = []
    for crash, result in played:
        if found := [repr(error)] if (error := result.exception()) else result.result():
            at = crash.moment
            where = whole.moments[at] if at is not None else f"after {crash.seconds:.3f} s"
            wrong.append(f"killed at {where} (moment {at}), {crash.recovery}:")
            wrong += [f"    {line}" for line in found]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.timeout(3600)
def test_killed_at_any_moment_it_is_finished_by_what_comes_after(
    pool: ProcessPoolExecutor, orders: "Kept", whole: "Whole", reference: "Reference"
) -> None:
    from tests.faults.killing import Crash

    critical = [n for n, moment in enumerate(whole.moments) if CRITICAL.search(moment)]
    assert len(critical) > 15
    if THOROUGH:
        moments = [(n, recovery) for n in range(len(whole.moments)) for recovery in RECOVERIES]
    else:
        firsts = {whole.moments[n]: n for n in reversed(critical)}
        moments = [(n, RECOVERIES[turn % 3]) for turn, n in enumerate(sorted(firsts.values()))]
    sweep(pool, orders, whole, reference, [Crash(n, None, recovery) for n, recovery in moments])


@pytest.mark.timeout(3600)
def test_killed_at_random_it_is_finished_by_what_comes_after(
    pool: ProcessPoolExecutor, orders: "Kept", whole: "Whole", reference: "Reference"
) -> None:
    from tests.faults.killing import Crash

    chance = random.Random(SEED)
    times = [chance.uniform(0, whole.seconds) for _ in range(AT_RANDOM)]
    crashes = [Crash(None, seconds, RECOVERIES[turn % 3]) for turn, seconds in enumerate(times)]
    sweep(pool, orders, whole, reference, crashes)
