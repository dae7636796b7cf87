"""How many requests may fly ahead of what is known to be there: few are for nothing."""

from math import ceil

from plugins.hooks.amocrm_ahead import Landed, Room

FLIES_FROM = 8  # pages: below, none is guessed to be there
SHARE = 0.02  # of the pages of a list, and one more, may have been asked for in vain
SURE = 0.8  # of the pages that are thought to be there


class Flying:
    """What flew while a list was read, and what may."""

    def __init__(self, pages: int = 0) -> None:
        """``pages``: how many were read before."""
        self._pages, self._wasted = pages, 0

    def landed(self, left: float | None = None) -> Room:
        """
        Take down that a page has landed; say what may fly after it, besides what it names.

        ``left``: how many pages are thought to follow it; None: nobody can tell.
        """
        self._pages += 1
        if self._pages < FLIES_FROM:
            return Room()  # none but what is known to be there
        risked = 1 + int(SHARE * self._pages) - self._wasted
        if risked <= 0:
            return Room()
        return Room(0, risked) if left is None else Room(sure_of(left), max(0, ceil(left) - 1))

    def note(self, landed: Landed) -> None:
        """Take down what was sent ahead and brought nothing."""
        self._wasted += landed.requests - 1


def sure_of(left: float) -> int:
    """Say how many pages after the next one are there, even if somewhat fewer are left than thought."""
    return max(0, int(SURE * left) - 1)
