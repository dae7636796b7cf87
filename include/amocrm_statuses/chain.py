"""
The order of changes of status that fell into one second (amocrm 5.11).

Each begins where the one before it led to; what that leaves open is decided by their ids.
"""

from collections.abc import Collection, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

MANY = 10  # in one second: every order of so many is thought of; of more the next one is taken that fits


class Change(NamedTuple):
    """An event: from one status to another, in a second."""

    event_id: str
    second: int
    before: str
    after: str


def in_order(changes: Sequence[Change], now: str | None) -> list[Change]:
    """
    Put the changes of one lead in order; they come by second.

    ``now``: the status it has after all of them, None if that is not known.
    """
    seconds = [sorted(some) for _, some in groupby(changes, key=lambda change: change.second)]
    ordered: list[Change] = []
    for some, following in zip(seconds, [*seconds[1:], None], strict=True):
        ends = {now} if following is None else {change.before for change in following}
        ordered += chained(some, ordered[-1].after if ordered else None, ends)
    return ordered


def chained(changes: Sequence[Change], start: str | None, ends: Collection[str | None]) -> list[Change]:
    """Chain as many of one second as can be: from where the lead stood to where it stands next."""
    if len(changes) < 2:
        return list(changes)
    return _best(tuple(changes), start, ends) if len(changes) <= MANY else _greedy(changes, start)


def _best(changes: tuple[Change, ...], start: str | None, ends: Collection[str | None]) -> list[Change]:
    """Try every order, the smaller ids first; keep the first of those with the most links."""

    @cache
    def rest(left: tuple[Change, ...], here: str | None) -> tuple[int, tuple[Change, ...]]:
        if not left:
            return int(here in ends), ()
        best: tuple[int, tuple[Change, ...]] = (-1, ())
        for place, one in enumerate(left):
            links, after = rest(left[:place] + left[place + 1 :], one.after)
            links += one.before == here
            if links > best[0]:
                best = links, (one, *after)
        return best

    return list(rest(changes, start)[1])


def _greedy(changes: Sequence[Change], start: str | None) -> list[Change]:
    """Take what begins where the lead stands, else what no other one leads to, else the smallest id."""
    left, here, ordered = list(changes), start, list[Change]()
    while left:
        reached = {change.after for change in left}
        one = min(left, key=lambda change: (change.before != here, change.before in reached, change.event_id))
        left.remove(one)
        ordered.append(one)
        here = one.after
    return ordered
