"""A field as it was and as it shall be, in words: for the people who judge a write on a page."""

from typing import NamedTuple


class Change(NamedTuple):
    """One field, the Russian name of it first; None: not there."""

    field: str
    old: str | None
    new: str | None
