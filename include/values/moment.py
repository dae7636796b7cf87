"""Moments in time: the spellings of leadexpert 7, always with a zone when read."""

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])"  # no place on earth is further than 14 hours from UTC
_ISO = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:[T ]{_CLOCK}(?::[0-5][0-9](?:\.[0-9]+)?)?{_OFFSET}?)?"
)
_DOTTED = re.compile(rf"([0-9]{{2}})\.([0-9]{{2}})\.([0-9]{{4}})((?: {_CLOCK}(?::[0-5][0-9])?)?)")

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
    text = raw.strip() if raw else ""
    if not text:
        return None
    text = _as_iso(text)
    value = datetime.fromisoformat(text)
    if end_of_day and len(text) == _DATE_ONLY:
        value = datetime.combine(value, _END_OF_DAY)
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    if not 1 < value.year < 9999 and not _FIRST <= value <= _LAST:
        raise ValueError("too near to the end of the calendar")
    return value


def moment_text(raw: str | None, zone: ZoneInfo, *, end_of_day: bool = False) -> str | None:
    """Read a moment as ``moment`` does and spell it in ISO 8601 with its offset."""
    value = moment(raw, zone, end_of_day=end_of_day)
    return None if value is None else value.isoformat()


def _as_iso(text: str) -> str:
    if _ISO.fullmatch(text):
        return text
    text = " ".join(text.split())
    if found := _DOTTED.fullmatch(text):
        return f"{found[3]}-{found[2]}-{found[1]}{found[4]}"
    if not _ISO.fullmatch(text):
        raise ValueError("not a date")
    return text
