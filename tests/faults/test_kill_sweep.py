"""An import killed at any moment leaves the old state or the new one, and the next attempt finishes it."""

import random
from concurrent.futures import Executor
from functools import partial

import pytest

from tests.faults.fresh import Place
from tests.faults.playing import play
from tests.faults.sweep import Case, Undisturbed, interrupted, undisturbed

pytestmark = pytest.mark.timeout(3600)
RANDOM_KILLS = 24
SEED = 20260302


@pytest.fixture(scope="module")
def whole(company: Place) -> Undisturbed:
    return undisturbed(company)


def sweep(pool: Executor, company: Place, whole: Undisturbed, cases: list[Case]) -> None:
    """Play all cases."""
    play(pool, cases, partial(interrupted, company, expected=whole.books), partial(told, whole))


def told(whole: Undisturbed, case: Case) -> str:
    """Say where an import was interrupted, and what came next."""
    where = whole.moments[case.moment] if case.moment is not None else f"after {case.seconds:.3f} s"
    return f"{case.crash} at {where} (moment {case.moment}), {case.recovery}"


def test_the_import_that_is_interrupted_meets_every_case(whole: Undisturbed) -> None:
    log = whole.books["log"]
    assert {row["outcome"] for row in log} >= {
        *("created", "bound", "overwritten", "status_set", "unchanged", "ignored", "duplicate", "refused"),
    }
    assert len(whole.moments) > 100


def test_killed_at_any_moment_it_is_finished_by_the_same_task(
    pool: Executor, company: Place, whole: Undisturbed
) -> None:
    moments = range(len(whole.moments))
    sweep(pool, company, whole, [Case(at, None, "killed", "retry") for at in moments])


def test_killed_at_any_moment_it_is_finished_by_a_run_from_the_start(
    pool: Executor, company: Place, whole: Undisturbed
) -> None:
    by_turns = ("clear", "another")
    moments = range(len(whole.moments))
    sweep(pool, company, whole, [Case(at, None, "killed", by_turns[at % 2]) for at in moments])


def test_cut_off_by_the_server_at_any_moment_it_is_finished_by_the_same_task(
    pool: Executor, company: Place, whole: Undisturbed
) -> None:
    moments = range(len(whole.moments))
    sweep(pool, company, whole, [Case(at, None, "terminated", "retry") for at in moments])


def test_killed_at_random_it_is_finished_by_the_next_attempt(
    pool: Executor, company: Place, whole: Undisturbed
) -> None:
    chance = random.Random(SEED)
    recoveries = ("retry", "clear", "another")
    sweep(
        pool,
        company,
        whole,
        [
            Case(None, chance.uniform(0, whole.seconds), "killed", recoveries[number % 3])
            for number in range(RANDOM_KILLS)
        ],
    )
