"""
A run of the totals killed at any moment is finished by what comes after it: nothing twice, nothing lost.

All of its moments, each with three ways to go on, take long (``HYPOTHESIS_PROFILE=thorough``). Without it
those around requests that write and around the plan are played, and a few at random, the same each time.
"""

import re
from concurrent.futures import Executor
from functools import partial

import pytest

from tests.faults.killing import Whole, crashes_around, crashes_at_random, told
from tests.faults.playing import play
from tests.faults.portal_kill import killed, whole_run
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
def whole(totals: Kept) -> Whole:
    return whole_run(totals)


@pytest.mark.timeout(7200)
def test_killed_at_any_moment_it_is_finished_by_what_comes_after(
    pool: Executor, totals: Kept, whole: Whole, totals_reference: Reference
) -> None:
    playing = partial(killed, totals, expected=totals_reference)
    play(pool, crashes_around(whole, CRITICAL), playing, told)


@pytest.mark.timeout(7200)
def test_killed_at_random_it_is_finished_by_what_comes_after(
    pool: Executor, totals: Kept, whole: Whole, totals_reference: Reference
) -> None:
    playing = partial(killed, totals, expected=totals_reference)
    play(pool, crashes_at_random(whole, SEED), playing, told)
