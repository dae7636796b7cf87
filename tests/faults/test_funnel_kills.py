"""
A run of the funnel killed at any moment is finished by what comes after it: nothing twice, nothing lost.

All of its moments, each with three ways to go on, take long (``HYPOTHESIS_PROFILE=thorough``). Without it
a part of those around pages, the publication, pushes and the renewal of tokens is drawn, and one at random.
"""

import os
import random
import re
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import pytest

from tests.faults.funnel_account import begin
from tests.faults.funnel_sweep import Kept, Reference, account_of, compared, put_right
from tests.faults.killing import Crash, Whole, crashes_around, crashes_at_random, die_and_recover, told, whole
from tests.faults.playing import THOROUGH, play

SEED = 20260825
AROUND, AT_RANDOM = 4, 1  # crashes of an account that are drawn
CRITICAL = re.compile(
    r"(before|after) amocrm token"
    r"|stage_(leads|events): (copy stage\.amocrm_statuses_(lead|event)|begin|commit)"
    r"|publish: (merge_\w+|forget_\w+|stage_\w+|assert_\w+|commit)"
    r"|send_push: (take_actions|mark_actions|merge_\w+|commit|before|after)"
    r"|report: (close_run|commit)"
)


def whole_run(kept: Kept) -> Whole:
    """Name the moments of a run that nobody kills."""
    with account_of(kept) as account:
        begin(account)
        return whole(account.new_run(kind="manual"))


def killed(kept: Kept, crash: Crash, expected: Reference) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with account_of(kept) as account:
        begin(account)
        folder = Path(os.environ["DEALFLOW_SETTINGS"])
        die_and_recover(account.new_run, "manual", crash, folder, account.warehouse_url)
        put_right(account, kept.number)
        is_pushing = crash.moment is None or crash.moment.name.startswith("send_push")
        return compared(account, expected, is_push_lost=is_pushing)


def drawn(crashes: list[Crash], some: int, kept: Kept) -> list[Crash]:
    """Give all; or some, others in the other account."""
    return crashes if THOROUGH else random.Random(SEED + kept.number).sample(crashes, some)


@pytest.fixture(scope="module")
def moments(funnel: Kept) -> Whole:
    return whole_run(funnel)


@pytest.mark.timeout(7200)
def test_killed_at_any_moment_it_is_finished_by_what_comes_after(
    pool: Executor, funnel: Kept, moments: Whole, funnel_reference: Reference
) -> None:
    playing = partial(killed, funnel, expected=funnel_reference)
    play(pool, drawn(crashes_around(moments, CRITICAL), AROUND, funnel), playing, told)


@pytest.mark.timeout(7200)
def test_killed_at_random_it_is_finished_by_what_comes_after(
    pool: Executor, funnel: Kept, moments: Whole, funnel_reference: Reference
) -> None:
    playing = partial(killed, funnel, expected=funnel_reference)
    crashes = drawn(crashes_at_random(moments, SEED), AT_RANDOM, funnel)
    play(pool, crashes, playing, told)
