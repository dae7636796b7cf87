"""
A run of deals' products killed at any moment is finished by what comes after it: nothing twice or lost.

All of its moments, each with three ways to go on, take long (``HYPOTHESIS_PROFILE=thorough``). Without it
those around requests that write and around the plan are played, and a few at random, the same each time.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.faults.portal_cases import crashes_at, crashes_at_random, play_kills, workers

if TYPE_CHECKING:
    from tests.faults.killing import Whole
    from tests.faults.portal_sweep import Kept, Reference

SEED = 20260825
# Around requests that write, in the task that makes them; around the plan, the staged rows, and at the end.
CRITICAL = re.compile(
    r"send_copies: (take_actions|mark_actions|merge_\w+|commit)"
    r"|send_copies: (before|after) bitrix24 "
    r"|plan_copies: (plan_\w+|merge_\w+|copy ops\.action|commit)"
    r"|stage_(deals|products): (copy stage\.\w+|merge_scan|finish_scan|commit)"
    r"|report: (close_run|commit)"
)


@pytest.fixture(scope="module")
def reference(products: "Kept") -> "Reference":
    from tests.faults.portal_sweep import undisturbed

    return undisturbed(products)


@pytest.fixture(scope="module")
def whole(products: "Kept") -> "Whole":
    from tests.faults.portal_kill import whole_run

    return whole_run(products)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with workers() as pool:
        yield pool


@pytest.mark.timeout(3600)
def test_killed_at_any_moment_it_is_finished_by_what_comes_after(
    pool: ProcessPoolExecutor, products: "Kept", whole: "Whole", reference: "Reference"
) -> None:
    crashes = crashes_at(whole, CRITICAL)
    assert len(crashes) > 10
    wrong = play_kills(pool, products, whole, reference, crashes)
    assert not wrong, f"\n{wrong}"


@pytest.mark.timeout(3600)
def test_killed_at_random_it_is_finished_by_what_comes_after(
    pool: ProcessPoolExecutor, products: "Kept", whole: "Whole", reference: "Reference"
) -> None:
    wrong = play_kills(pool, products, whole, reference, crashes_at_random(whole, SEED))
    assert not wrong, f"\n{wrong}"
