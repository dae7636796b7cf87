"""When a vendor asks to come back: the header ``Retry-After`` in all its forms (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(days=7)  # beyond it somebody has made a mistake, and a person should look earlier


def retry_at(header: str | None, now: datetime) -> datetime | None:
    """
    Give the moment a header names, whether as seconds or as a date; None if it is absent or unreadable.

    Never before ``now``, never more than a week later.
    """
    asked = _asked(header.strip(), now) if header else None
    return None if asked is None else min(max(asked, now), now + _LONGEST)


def _asked(text: str, now: datetime) -> datetime | None:
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), _LONGEST)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
