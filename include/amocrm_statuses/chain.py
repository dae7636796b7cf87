"""
The order of changes of status that fell into one second (amocrm 5.11).

Each begins where the one before it led to; what that leaves open is decided by their ids.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

MANY, TOO_MANY = 10, 60  # in a second, in seconds that follow: every order of so many is thought of


class Change(NamedTuple):
    """An event: from one status to another, in a second."""

    event_id: str
    second: int
    before: str
    after: str


Second = tuple[Change, ...]


def in_order(changes: Sequence[Change], now: str | None) -> list[Change]:
    """
    Put the changes of one lead in order; they come by second.

    ``now``: the status it has after all of them, None if that is not known.
    """
    seconds = [tuple(sorted(some)) for _, some in groupby(changes, key=lambda change: change.second)]
    ordered: list[Change] = []
    while seconds:
        crowded = _crowded(seconds)
        block, seconds = seconds[:crowded], seconds[crowded:]
        here = ordered[-1].after if ordered else None
        ordered += _chained(block, here, seconds[0][0].before if seconds else now)
    return ordered


def _crowded(seconds: Sequence[Second]) -> int:
    """Count the seconds whose order is found together: until one that has a single change."""
    if len(seconds[0]) == 1:
        return 1
    return next((place for place, second in enumerate(seconds) if len(second) == 1), len(seconds))


def _chained(seconds: Sequence[Second], start: str | None, end: str | None) -> list[Change]:
    """Chain as many as can be: from where the lead stood to where it stands next."""
    if max(map(len, seconds)) <= MANY and sum(map(len, seconds)) <= TOO_MANY:
        return _best(seconds, start, end)
    return list(_greedy(seconds, start))


def _best(seconds: Sequence[Second], start: str | None, end: str | None) -> list[Change]:
    """Try every order, the smaller ids first; keep the first of those with the most links."""

    @cache
    def rest(place: int, left: Second, here: str | None) -> tuple[int, Second]:
        if not left:
            is_last = place + 1 == len(seconds)
            return (int(here == end), ()) if is_last else rest(place + 1, seconds[place + 1], here)
        best: tuple[int, Second] = (-1, ())
        for number, one in enumerate(left):
            links, after = rest(place, left[:number] + left[number + 1 :], one.after)
            links += one.before == here
            if links > best[0]:
                best = links, (one, *after)
        return best

    return list(rest(0, seconds[0], start)[1])


def _greedy(seconds: Sequence[Second], here: str | None) -> Iterator[Change]:
    """Take what begins where the lead stands, else what no other one leads to, else the smallest id."""
    for second in seconds:
        left = list(second)
        while left:
            reached = {change.after for change in left}
            one = min(
                left, key=lambda change: (change.before != here, change.before in reached, change.event_id)
            )
            left.remove(one)
            yield one
            here = one.after
