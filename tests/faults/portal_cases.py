"""Which cases the sweeps over a portal play: all there are, or a part drawn, the same each time."""

import random

from tests.faults.playing import THOROUGH
from tests.faults.portal_faults import Case, all_cases
from tests.faults.portal_sweep import Kept, Reference

WRITES, PAGED = "crm.item.update", "crm.item.list"
DRAWN = 8


def cases_of(kept: Kept, whole: Reference) -> list[Case]:
    """Give all there are: faults of calls and commands, and what else may happen before a page."""
    pages = sum(call["commands"].get(PAGED, 0) for call in whole.calls)
    others = [
        Case(page, name)
        for name, order in kept.of.disturbances.items()
        for page in (range(1, pages + 1) if "at_page" in order else [0])
    ]
    return [*all_cases(whole.calls), *others]


def played(kept: Kept, whole: Reference, seed: int) -> list[Case]:
    """Give all, or all that may happen to the first request that writes and some of the rest."""
    cases = cases_of(kept, whole)
    if THOROUGH:
        return cases
    chance, special = random.Random(seed), kept.of.disturbances
    first = next(number for number, call in enumerate(whole.calls, 1) if WRITES in call["commands"])
    chosen = [case for case in cases if case.call == first and case.fault not in special]
    chosen += [chance.choice([case for case in cases if case.fault == name]) for name in special]
    return [*chosen, *chance.sample([case for case in cases if case not in chosen], DRAWN)]


def told(whole: Reference, case: Case) -> str:
    """Say what was disturbed, and how."""
    if not 0 < case.call <= len(whole.calls):
        return f"{case.fault} ({case.call})"
    call = whole.calls[case.call - 1]
    command = "" if case.command is None else f", its command {case.command + 1}"
    return f"{case.fault} at call {case.call}{command} ({call['method']}: {call['commands']})"
