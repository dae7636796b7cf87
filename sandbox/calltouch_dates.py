"""
The date formats of Calltouch's services, a different one each (calltouch 2.1, 4.1 to 4.3, 9).

All of them are the project's wall-clock time without a zone; the zone is Moscow's (calltouch A9).
"""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Moscow")
_BODY = re.compile(r"(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d):(\d\d)", re.ASCII)  # lead-service
_SHOWN = "%d/%m/%Y %H:%M:%S"  # in the journals
_ASKED = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}  # calls and deals; requests


@lru_cache(10_000)
def of_body(text: object) -> datetime:
    """Read a date-time of lead-service. Raises ValueError for any other format, one-digit parts too."""
    parts = _BODY.fullmatch(text) if isinstance(text, str) else None
    if not parts:
        raise ValueError(f"{text!r} is not dd-mm-yyyy hh:mm:ss")
    day, month, year, hour, minute, second = map(int, parts.groups())
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - naive as sent


def of_query(text: str, order: str) -> date:
    """Read a day of a journal's query, ``dmy`` or ``mdy``. Raises ValueError."""
    day = datetime.strptime(text, _ASKED[order]).date()  # noqa: DTZ007
    if day.strftime(_ASKED[order]) != text:
        raise ValueError(f"{text!r} is not a date of this journal")
    return day


def shown(moment: datetime) -> str:
    """Write a date-time as the journals do."""
    return moment.strftime(_SHOWN)


@lru_cache(10_000)
def of_shown(text: str) -> datetime:
    """Read a date-time as the journals write it."""
    return datetime.strptime(text, _SHOWN)  # noqa: DTZ007 - naive as shown


def local(moment: datetime) -> datetime:
    """Return the wall-clock time of a moment, naive."""
    return moment.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def unix_ms(naive: datetime) -> int:
    """Return Unix milliseconds, as requests have them."""
    return int(naive.replace(tzinfo=ZONE).astimezone(UTC).timestamp() * 1000)
