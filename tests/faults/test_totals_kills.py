"""
A run of the totals killed at any moment is finished by what comes after it: nothing twice, nothing lost.

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

SEED = 20260823
# Around requests that write, in the task that makes them; around the plan, the staged rows, and at the end.
CRITICAL = re.compile(
    r"send_totals: (take_actions|mark_actions|merge_\w+|commit)"
    r"|send_totals: (before|after) bitrix24 "
    r"|plan_writes: (plan_writes|merge_\w+|commit)"
    r"|stage_deals: (copy stage\.bitrix24_contact_totals_deal|merge_scan|finish_scan|commit)"
    r"|report: (close_run|commit)"
)


@pytest.fixture(scope="module")
def reference(totals: "Kept") -> "Reference":
    from tests.faults.portal_sweep import undisturbed

    return undisturbed(totals)


@pytest.fixture(scope="module")
def whole(totals: "Kept") -> "Whole":
    from tests.faults.portal_kill import whole_run

    return whole_run(totals)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with workers() as pool:
        yield pool


@pytest.mark.timeout(3600)
def test_killed_at_any_moment_it_is_finished_by_what_comes_after(
    pool: ProcessPoolExecutor, totals: "Kept", whole: "Whole", reference: "Reference"
) -> None:
    crashes = crashes_at(whole, CRITICAL)
    assert len(crashes) > 10
    wrong = play_kills(pool, totals, whole, reference, crashes)
    assert not wrong, f"\n{wrong}"


@pytest.mark.timeout(3600)
def test_killed_at_random_it_is_finished_by_what_comes_after(
    pool: ProcessPoolExecutor, totals: "Kept", whole: "Whole", reference: "Reference"
) -> None:
    wrong = play_kills(pool, totals, whole, reference, crashes_at_random(whole, SEED))
    assert not wrong, f"\n{wrong}"
