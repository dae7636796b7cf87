"""
A run of the catalogue killed at any moment is finished by what comes after it: nothing twice, nothing lost.

All of its moments, each with three ways to go on, take an hour (``HYPOTHESIS_PROFILE=thorough``). Without it
those around calls that write and around the plan are played, and a few at random, the same each time.
"""

import re
from concurrent.futures import Executor
from functools import partial

import pytest

from tests.faults.catalog_kill import killed, whole_run
from tests.faults.catalog_sweep import Kept, Reference
from tests.faults.killing import Whole, crashes_around, crashes_at_random, told
from tests.faults.playing import play

SEED = 20260723
# Around calls that write, in the task that makes them, around the plan's commit, and at the end.
CRITICAL = re.compile(
    r"send_changes: (take_actions|mark_actions|keep_\w+|commit)"
    r"|send_changes: (before|after) keepincrm (POST|PATCH)"
    r"|plan_changes: (plan_actions|mark_planned|commit)"
    r"|read_back: mark_read_back|report: (close_run|commit)"
)


@pytest.fixture(scope="module")
def whole(catalog: Kept) -> Whole:
    return whole_run(catalog)


@pytest.mark.timeout(3600)
def test_killed_at_any_moment_it_is_finished_by_what_comes_after(
    pool: Executor, catalog: Kept, whole: Whole, catalog_reference: Reference
) -> None:
    playing = partial(killed, catalog, expected=catalog_reference)
    play(pool, crashes_around(whole, CRITICAL), playing, told)


@pytest.mark.timeout(3600)
def test_killed_at_random_it_is_finished_by_what_comes_after(
    pool: Executor, catalog: Kept, whole: Whole, catalog_reference: Reference
) -> None:
    playing = partial(killed, catalog, expected=catalog_reference)
    play(pool, crashes_at_random(whole, SEED), playing, told)
