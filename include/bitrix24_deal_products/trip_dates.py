"""
Days of a trip as catalogues spell them (bitrix24 2.9, 8 P5).

A day is what is written: no zone shifts it. What cannot be read for certain is not read.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_MONTH = (
    r"(?P<word>янв(?:ар[ья])?|фев(?:р|рал[ья])?|март?а?|апр(?:ел[ья])?|ма[йя]|июн[ья]?|июл[ья]?|авг(?:уста?)?"
    r"|сент?(?:ябр[ья])?|окт(?:ябр[ья])?|нояб?(?:р[ья])?|дек(?:абр[ья])?)(?![а-яё])\.?"
)
_DASH = r"\s*(?:-|–|—|/|\.{2,3}|…|по|до)\s*"
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_WORDED = re.compile(rf"(?<!\d)(\d{{1,2}})\s+{_MONTH}\s+(\d{{4}})(?!\d)", re.IGNORECASE)
# The first day of a range may leave out what it shares with the last: «10–21.08.2026», «28.12 – 05.01.2027».
_SHARED_DOTTED = re.compile(
    rf"(?<![\d./-])(\d{{1,2}})(?:\.(\d{{1,2}}))?\.?{_DASH}(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}})(?!\d)"
)
_SHARED_WORDED = re.compile(
    rf"(?<![\d./-])(\d{{1,2}})(?:\s+{_MONTH.replace('word', 'first')})?{_DASH}"
    rf"(\d{{1,2}})\s+{_MONTH}\s+(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
# A range that leaves something out is believed only where nothing but such words stands before it.
_BEFORE = re.compile(
    r"\s*(?:(?:даты?|период|поездка)(?:\s+поездки)?\s*:?\s+)?(?:со?\s+|от\s+)?", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(?:T|[\s,]+(?:в\s+)?)?(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2}(?![\d-]))?"
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class Trip(NamedTuple):
    """The first and the last day, each None if it is not told."""

    start: date | None = None
    end: date | None = None


def day(text: str) -> date:
    """
    Read a day: ``2026-08-10``, ``10.08.2026``, ``10 августа 2026``, a time behind it or not.

    Raises ValueError when there is none, or more than one.
    """
    text = _CLOCK.sub(" ", text)
    found = {each for _, each in _days(text)}
    if len(found) != 1 or _leaves_out(text):
        raise ValueError("not one day")
    return found.pop()


def span(text: str) -> Trip:
    """
    Read a range of days; a single day is both its ends.

    Raises ValueError when it cannot be read for certain, or ends before it begins.
    """
    text = _CLOCK.sub(" ", text)
    trip = _shared(text) if _leaves_out(text) else _full(text)
    if trip.start is None or trip.end is None or trip.start > trip.end:
        raise ValueError("not a range of days")
    return trip


def _full(text: str) -> Trip:
    days = [each for _, each in sorted(_days(text))]
    if not 1 <= len(days) <= 2:
        raise ValueError("not a range of days")
    return Trip(days[0], days[-1])


def _leaves_out(text: str) -> bool:
    """Tell whether there is a range whose first day leaves out its month or year."""
    return bool(_SHARED_DOTTED.search(text) or _SHARED_WORDED.search(text))


def _shared(text: str) -> Trip:
    """Read a range whose first day leaves out its month or year: the whole text has to be that range."""
    before = _BEFORE.match(text)
    start = before.end() if before else 0
    found = _SHARED_DOTTED.match(text, start) or _SHARED_WORDED.match(text, start)
    if not found or any(_days(text[found.end() :])) or _leaves_out(text[found.end() :]):
        raise ValueError("not a range of days alone")
    if found.re is _SHARED_DOTTED:
        first, first_month, last, month, year = found.groups()
        return _trip(int(first), int(first_month or month), int(last), int(month), int(year))
    month_number = _month(found["word"])
    first_month_number = _month(found["first"]) if found["first"] else month_number
    return _trip(int(found[1]), first_month_number, int(found[3]), month_number, int(found[5]))


def _trip(first: int, first_month: int, last: int, month: int, year: int) -> Trip:
    """Put a range together; one that goes over New Year begins in the year before."""
    return Trip(_date(year - (first_month > month), first_month, first), _date(year, month, last))


def _days(text: str) -> Iterator[tuple[int, date]]:
    """Find the days in a text, and where each stands."""
    for found in _ISO.finditer(text):
        yield found.start(), _date(*map(int, found.groups()))
    for found in _DOTTED.finditer(text):
        yield found.start(), _date(int(found[3]), int(found[2]), int(found[1]))
    for found in _WORDED.finditer(text):
        yield found.start(), _date(int(found[3]), _month(found["word"]), int(found[1]))


def _month(word: str) -> int:
    word = word.casefold()
    return next(number for number, stem in enumerate(_MONTHS, 1) if word.startswith(stem))


def _date(year: int, month: int, number: int) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError("not a year of a trip")
    return date(year, month, number)
