"""An account of any size, for benchmarks: leads of a year and a half on their ways through one pipeline."""

import gc
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sandbox import amocrm_people as people
from sandbox.amocrm_account import Account

PIPELINE = 8200011
STATUSES = (68100002, 68100003, 68100004, 68100009, 68100005)
ENDS = (142, 143, 143, 143, 68100005, 68100010)
DAYS, STEP = 540, 40_000  # over so many days; seconds between two moves
SOURCES, CAMPAIGNS = ("yandex", "google", "vk", "email"), 12
_TIED = 0.02  # of the moves: in the second of the one before


def generate(account: Account, leads: int, events: int, seed: int = 1) -> None:
    """Fill an account with leads, and with so many moves of theirs; what is in it already stays."""
    chance = random.Random(seed)
    people.add(account, _leads(account, chance, leads, events))
    gc.freeze()  # else Python looks through all of it again and again, and answers stop for a second


def _leads(account: Account, chance: random.Random, leads: int, events: int) -> Iterator[dict[str, Any]]:
    start = account.now() - int(timedelta(days=DAYS).total_seconds())
    spread = (account.now() - start - STEP * (events // max(leads, 1) + 2)) / max(leads, 1)
    for place in range(leads):
        moves = events * (place + 1) // leads - events * place // leads
        yield _lead(chance, place, start + int(spread * place), moves)


def _lead(chance: random.Random, place: int, born: int, moves: int) -> dict[str, Any]:
    path, at = [[PIPELINE, STATUSES[0], born]], born
    for step in range(moves):
        at += 0 if step and chance.random() < _TIED else chance.randrange(STEP // 2, STEP)
        path.append([PIPELINE, _next(chance, path[-1][1], step == moves - 1), at])
    tracking = {1500201: chance.choice(SOURCES), 1500203: f"campaign-{chance.randrange(CAMPAIGNS)}"}
    fields = {1500101: f"site-{place % 20}", 1500102: f"{chance.randrange(10**6) / 100:.2f}"}
    return {
        **{"created_at": born, "path": path, "price": 100 * (place % 1000), "name": f"Сделка {place}"},
        **{"fields": {**fields, **tracking}, "tags": ["сайт"] if place % 3 else []},
    }


def _next(chance: random.Random, status: int, is_last: bool) -> int:
    known = [each for each in (ENDS if is_last else STATUSES) if each != status]
    return chance.choice(known)
