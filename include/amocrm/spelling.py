"""How amoCRM spells plain values: numbers, moments, texts (amocrm 1 and 5)."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from include.errors import TemporaryVendorError

DAY = 86_400
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f"))
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:[.,][0-9]{0,40})?|[.,][0-9]{1,40})")
_DIGITS = 40
_LARGEST = 10**_DIGITS
_MONEY_LIMIT = Decimal(10) ** 16
_UNTOLD = re.compile(r"[\x00\ud800-\udfff]")  # what no text of Postgres may hold
INT4 = 2**31 - 1
INT8 = 2**63 - 1


class Unreadable(TemporaryVendorError):
    """Say that an answer lacks what every answer of its kind has: nothing of it can be believed."""


def text(value: Any) -> str | None:
    """Give a value as text without what Postgres refuses; None for none and for what is no plain value."""
    if value is None or isinstance(value, Mapping | list):
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    return _UNTOLD.sub("", str(value))


def number(value: Any) -> Decimal | None:
    """
    Read a number as people and the vendor write it: 12500, "92000.5", "1 234,50". None: it does not read.

    One separator at most, so that "12.500,00" is not guessed at; no exponent, no NaN, no truth value.
    """
    if type(value) is int:  # most of them; no truth value, which is of another type
        return Decimal(value) if abs(value) < _LARGEST else None
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    if isinstance(value, Decimal):  # a number of JSON, which may be spelled with an exponent
        return value if value.is_finite() and abs(value.adjusted()) < _DIGITS else None
    spelled = str(value).strip().translate(_SPACES)
    return Decimal(spelled.replace(",", ".")) if _NUMBER.fullmatch(spelled) else None


def money(value: Any) -> Decimal | None:
    """Read an amount; None when there is none, or it does not read, or is beyond numeric(18,2)."""
    amount = number(value)
    return None if amount is None or abs(amount) >= _MONEY_LIMIT else amount


def whole(value: Any, largest: int = INT8) -> int | None:
    """Read an id or a count; None when there is none."""
    if type(value) is int:
        return value if abs(value) <= largest else None
    amount = number(value)
    if amount is None or amount != amount.to_integral_value() or abs(amount) > largest:
        return None
    return int(amount)


def must(value: int | str | datetime | Decimal | None, what: str, key: str) -> Any:
    """Give what has to be there. Raises Unreadable."""
    if value is None:
        raise Unreadable(f"amoCRM: {what}: нет «{key}», или не читается")
    return value


def moment(value: Any) -> datetime | None:
    """Read a moment: Unix seconds, RFC 3339, or a day, which begins in UTC. None: it does not read."""
    seconds = number(value)
    if seconds is not None:
        return _of_seconds(seconds)
    if not isinstance(value, str):
        return None
    try:
        told = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    told = told if told.tzinfo else told.replace(tzinfo=UTC)
    return told.astimezone(UTC) if _FIRST <= told < _LAST else None


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """Give the day that a field of dates means: midnight of UTC is a day as it is, else it is the zone's."""
    is_midnight = (at - _EPOCH) % timedelta(seconds=DAY) == timedelta(0)
    return at.date() if is_midnight else at.astimezone(zone).date()


def cleaned(value: Any) -> Any:
    """Take out of all texts of a JSON value what Postgres refuses."""
    if isinstance(value, str):
        return _UNTOLD.sub("", value)
    if isinstance(value, Mapping):
        return {cleaned(key): cleaned(each) for key, each in value.items()}
    return [cleaned(each) for each in value] if isinstance(value, list) else value


def as_json(value: Any) -> str:
    """Spell JSON the same way each time; an exact number becomes text."""
    return json.dumps(cleaned(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def fingerprint(parts: Sequence[Any]) -> str:
    """Give a hash of everything read of a record."""
    return hashlib.sha256(as_json(parts).encode()).hexdigest()


def _of_seconds(seconds: Decimal) -> datetime | None:
    try:
        at = _EPOCH + timedelta(seconds=int(seconds))
    except OverflowError:
        return None
    return at if _FIRST <= at < _LAST else None
