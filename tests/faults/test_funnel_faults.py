"""
Whatever happens to whatever call of a run of the funnel, the runs after it bring everything to one end.

Every call of a reference run is disturbed by every fault, one at a time, in an account that has paid for
filters and in one that has not; people act, and rights are lost, before every page. All of that takes long
(``HYPOTHESIS_PROFILE=thorough``); without it a part is drawn, the same each time.
"""

import random
from concurrent.futures import Executor
from functools import partial

import pytest

from tests.faults.funnel_sweep import AMO, HUB, OF_PAGES, Case, Kept, Reference, all_cases, disturbed, told
from tests.faults.playing import THOROUGH, play

SEED = 20260824
TOKEN, DEEDS, PUSHES, REST = 3, 2, 1, 3  # cases of an account that are drawn


def drawn(whole: Reference, number: int) -> list[Case]:
    """Give all; or some of a renewal of tokens, of deeds before a page, of pushes, and of the rest."""
    cases = all_cases(whole)
    if THOROUGH:
        return cases
    chance = random.Random(SEED + number)
    token = next(at for at, call in enumerate(whole.calls[AMO], 1) if call["method"] == "token")
    deeds = [[case for case in cases if case.of and case.fault == name] for name in OF_PAGES]
    chosen = chance.sample(
        [case for case in cases if (case.vendor, case.call, case.of) == (AMO, token, "")], TOKEN
    )
    chosen += [chance.choice(each) for each in chance.sample(deeds, DEEDS)]
    chosen += chance.sample([case for case in cases if case.vendor == HUB], PUSHES)
    return [*chosen, *chance.sample([case for case in cases if case not in chosen], REST)]


def test_the_run_that_is_disturbed_makes_every_kind_of_call(funnel_reference: Reference) -> None:
    methods = [call["method"] for call in funnel_reference.calls[AMO]]
    dictionaries = {"account", "pipelines", "fields", "reasons", "users"}
    assert {"token", *dictionaries, "leads", "deleted", "events", "contacts"} == set(methods)
    assert methods.count("leads") >= 3
    assert methods.count("events") >= 2
    assert len(funnel_reference.calls[HUB]) == 3


@pytest.mark.timeout(7200)
def test_a_call_disturbed_in_any_way_leaves_the_same_end(
    pool: Executor, funnel: Kept, funnel_reference: Reference
) -> None:
    playing = partial(disturbed, funnel, expected=funnel_reference)
    play(pool, drawn(funnel_reference, funnel.number), playing, partial(told, funnel_reference))
