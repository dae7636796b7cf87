"""
What a method gives back: its result, and what a list says of the rows that are not in it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sandbox.bitrix24_filter import Rules
from sandbox.bitrix24_lists import Page
from sandbox.bitrix24_portal import Portal


class Answer(NamedTuple):
    """A result; without numbers where a list does not count."""

    value: Any
    total: int | None = None
    next: int | None = None


Params = Mapping[str, Any]
Method = Callable[[Portal, Params], Answer]


def listed(portal: Portal, page: Page, value: Any) -> Answer:
    """Return a page; one that does not count has no total, or a total of 0."""
    total = page.total
    if total is None and portal.ways["start_minus_one_total"] == 0:
        total = 0
    return Answer(value, total, page.next)


def rules(portal: Portal, fields: Mapping[str, Any], is_strict: bool = True) -> Rules:
    """Return how a list of this portal takes a filter."""
    return Rules(fields, is_strict, portal.ways["unknown_array_filter"], portal.ways["negated_unset"])


def number_of(value: Any) -> int:
    """Return a number as clients tell it; 0 for anything else."""
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
