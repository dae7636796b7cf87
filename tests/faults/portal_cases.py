"""
Which cases the sweeps over a portal play, and how they tell what went wrong.

``HYPOTHESIS_PROFILE=thorough`` plays all; without it a part is drawn, the same each time. Nothing of Airflow
is imported before it is asked for: the fixtures of the tests come first.
"""

import multiprocessing
import os
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from re import Pattern
from typing import TYPE_CHECKING, Any

from tests.faults.portal_faults import Case, all_cases

if TYPE_CHECKING:
    from tests.faults.killing import Crash, Whole
    from tests.faults.portal_sweep import Kept, Reference

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
RECOVERIES = ("retry", "clear", "another")
PAGED = "crm.item.list"
DRAWN = 20
AT_RANDOM = 60 if THOROUGH else 4


def workers() -> ProcessPoolExecutor:
    """Give two processes; spawned, because this one has threads and each of those forks its victims."""
    return ProcessPoolExecutor(2, multiprocessing.get_context("spawn"))


def cases_of(whole: "Reference", disturbances: Mapping[str, Mapping[str, Any]]) -> list[Case]:
    """Give all there are: faults of calls and commands, and what else may happen before a page."""
    pages = sum(call["commands"].get(PAGED, 0) for call in whole.calls)
    others = [
        Case(page, name)
        for name, order in disturbances.items()
        for page in (range(1, pages + 1) if "at_page" in order else [0])
    ]
    return [*all_cases(whole.calls), *others]


def drawn(
    whole: "Reference", disturbances: Mapping[str, Mapping[str, Any]], writes: str, seed: int
) -> list[Case]:
    """Draw a part: all that may happen to the first request that writes, and some of the rest."""
    chance, cases = random.Random(seed), cases_of(whole, disturbances)
    first = next(number for number, call in enumerate(whole.calls, 1) if writes in call["commands"])
    chosen = [case for case in cases if case.call == first and case.fault not in disturbances]
    by_name = {case.fault: case for case in cases if case.fault in disturbances}
    rest = [case for case in cases if case not in chosen and case not in by_name.values()]
    return [*chosen, *by_name.values(), *chance.sample(rest, DRAWN)]


def crashes_at(whole: "Whole", critical: Pattern[str]) -> "list[Crash]":
    """Give the named moments to kill at: all, or the first of each kind that is critical."""
    from tests.faults.killing import Crash

    if THOROUGH:
        return [Crash(n, None, recovery) for n in range(len(whole.moments)) for recovery in RECOVERIES]
    found = [n for n, moment in enumerate(whole.moments) if critical.search(moment)]
    firsts = {whole.moments[n]: n for n in reversed(found)}
    return [Crash(n, None, RECOVERIES[turn % 3]) for turn, n in enumerate(sorted(firsts.values()))]


def crashes_at_random(whole: "Whole", seed: int) -> "list[Crash]":
    """Give moments of the clock to kill at."""
    from tests.faults.killing import Crash

    chance = random.Random(seed)
    times = [chance.uniform(0, whole.seconds) for _ in range(AT_RANDOM)]
    return [Crash(None, seconds, RECOVERIES[turn % 3]) for turn, seconds in enumerate(times)]


def play_faults(pool: ProcessPoolExecutor, kept: "Kept", whole: "Reference", cases: Sequence[Case]) -> str:
    """Play cases; say of each that went wrong what differs."""
    from tests.faults.portal_sweep import disturbed

    return _told([(case, pool.submit(disturbed, kept, case, whole)) for case in cases], str)


def play_kills(
    pool: ProcessPoolExecutor, kept: "Kept", whole: "Whole", expected: "Reference", crashes: "Sequence[Crash]"
) -> str:
    """Play cases; say of each that went wrong where it was killed and what differs."""
    from tests.faults.portal_kill import killed

    def where(crash: "Crash") -> str:
        at = crash.moment
        place = whole.moments[at] if at is not None else f"after {crash.seconds:.3f} s"
        return f"killed at {place} (moment {at}), {crash.recovery}"

    return _told([(crash, pool.submit(killed, kept, crash, expected)) for crash in crashes], where)


def _told(played: Sequence[tuple[Any, Future[list[str]]]], name: Callable[[Any], str]) -> str:
    wrong = []
    for case, result in played:
        if found := [repr(error)] if (error := result.exception()) else result.result():
            wrong += [f"{name(case)}:", *(f"    {line}" for line in found)]
    return "\n".join(wrong)
