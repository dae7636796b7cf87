"""Moments in time: the spellings of leadexpert 7, always with a zone when read."""

import re
from datetime import UTC, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])"  # no place on earth is further than 14 hours from UTC
_ISO = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:[T ]{_CLOCK}(?::[0-5][0-9](?:\.[0-9]+)?)?{_OFFSET}?)?"
)
_DOTTED = re.compile(rf"([0-9]{{2}})\.([0-9]{{2}})\.([0-9]{{4}})((?: {_CLOCK}(?::[0-5][0-9])?)?)")

# As isoformat() writes it, in a year far from the ends of the calendar: read as it stands.
_CANONICAL = re.compile(
    r"[1-8][0-9]{3}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][+-](?:0[0-9]|1[0-4]):[0-5][0-9]"
)

_DATE_ONLY = len("2026-03-01")
_END_OF_DAY = time(23, 59, 59)

# Within these, a moment stays inside the calendar in whichever zone it is shown.
_FIRST = datetime(1, 1, 2, tzinfo=UTC)
_LAST = datetime(9999, 12, 30, tzinfo=UTC)


def moment(raw: str | None, zone: ZoneInfo, *, end_of_day: bool = False) -> datetime | None:
    """
    Read a date or a moment; blank is None. What has no zone of its own is in ``zone``.

    A date alone means 00:00:00 of that day, or 23:59:59 with ``end_of_day``. A fraction of a second is cut to
    microseconds. A clock time that occurs twice in ``zone`` is the first of the two.
    Raises ValueError for other spellings and for days that do not exist.
    """
    value = _read(raw, end_of_day)
    if value is None:
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    if not 1 < value.year < 9999 and not _FIRST <= value <= _LAST:
        raise ValueError("too near to the end of the calendar")
    return value


def moment_text(raw: str | None, zone: ZoneInfo, *, end_of_day: bool = False) -> str | None:
    """
    Read a moment as ``moment`` does and spell it in ISO 8601 with its offset.

    Two short cuts to the same text, for the million dates of a file: what is spelled so already, and what
    is in ``zone``, since ``isoformat`` would work out the offset twice.
    """
    if raw and _CANONICAL.fullmatch(raw):
        datetime.fromisoformat(raw)  # the day must exist
        return raw
    value = _read(raw, end_of_day)
    if value is not None and value.tzinfo is None and 1 < value.year < 9999:
        return value.isoformat() + _offset_text(zone.utcoffset(value))
    value = moment(raw, zone, end_of_day=end_of_day)
    return None if value is None else value.isoformat()


def _read(raw: str | None, end_of_day: bool) -> datetime | None:
    text = raw.strip() if raw else ""
    if not text:
        return None
    text = _as_iso(text)
    value = datetime.fromisoformat(text)
    return datetime.combine(value, _END_OF_DAY) if end_of_day and len(text) == _DATE_ONLY else value


@lru_cache(maxsize=64)  # a zone has had but a few offsets
def _offset_text(offset: timedelta) -> str:
    return datetime(2000, 1, 1, tzinfo=timezone(offset)).isoformat()[len("2000-01-01T00:00:00") :]


def _as_iso(text: str) -> str:
    if _ISO.fullmatch(text):
        return text
    text = " ".join(text.split())
    if found := _DOTTED.fullmatch(text):
        return f"{found[3]}-{found[2]}-{found[1]}{found[4]}"
    if not _ISO.fullmatch(text):
        raise ValueError("not a date")
    return text
