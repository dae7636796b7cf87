"""Windows of events: how much of one has been read, and how long the next one may be (amocrm 6)."""

from datetime import datetime, timedelta
from typing import NamedTuple

LONGEST, SHORTEST = timedelta(days=366), timedelta(hours=1)
PAGES = 150  # that a window should have: a deletion while it is read makes us read all of it again
LEADS = 2_000  # created in the first window, as long as nobody knows how many events a lead has
GROWTH = 4  # a window is at most so many times as long as the one before


class Progress(NamedTuple):
    """``whole``: about how many pages a window has; ``left``: rather fewer than are still to come."""

    whole: float
    left: float


def progress(number: int, page: tuple[datetime, datetime], window: tuple[datetime, datetime]) -> Progress:
    """
    Say how far a window has been read by the first and the last moment on its page of a number.

    It goes from one end to the other, forward or backward; no order of events is documented, so this is no
    more than a guess. Of what is left the last page may be more like than all pages were, or less.
    """
    (first, last), (begins, ends) = page, window
    done, left = (ends - last, last - begins) if last < first else (last - begins, ends - last)
    if first == last or done <= timedelta(0) or left < timedelta(0):
        return Progress(number, 0)
    more = number * (left / done)
    return Progress(number + more, min(more, left / abs(last - first)))


def first_length(age: timedelta, leads: int) -> timedelta:
    """Say how long a window is in an account of so many leads, the oldest of which has an age."""
    return _within(age * (LEADS / max(leads, 1)))


def next_length(length: timedelta, pages: float) -> timedelta:
    """Say how long a window is after one with so many pages: longer where little happens."""
    return _within(length * min(PAGES / max(pages, 1), GROWTH))


def shorter(length: timedelta, pages: int) -> timedelta:
    """Say how long a window is instead of one that has more pages than this; as long: it is the shortest."""
    return min(length, _within(length * min(PAGES / max(pages, 1), 1 / GROWTH)))


def _within(length: timedelta) -> timedelta:
    return timedelta(seconds=int(min(max(length, SHORTEST), LONGEST).total_seconds()))
