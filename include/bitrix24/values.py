"""What the portal's values mean, whichever way a method spells them (bitrix24 1.8)."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from include.errors import VendorError

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def day_of(value: Any) -> str | None:
    """
    Take the day of a date or a moment as it is written: its first ten characters, whatever zone follows.

    None: empty, or no day at all, like ``0000-00-00``.
    """
    text = str(value)[:10] if value else ""
    if not _DAY.fullmatch(text):
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return text


def moment_of(value: Any) -> datetime | None:
    """Read a moment with its zone; None: empty, or not one."""
    try:
        moment = datetime.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def number_of(value: Any) -> Decimal | None:
    """Read a number, be it text; what is empty is 0, what is none is None."""
    return Decimal(0) if value in (None, "", False, []) else spelt_number(value)


def spelt_number(value: Any) -> Decimal | None:
    """Read a number, be it text; what is none, or empty, is None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def text_of(value: Any) -> str | None:
    """Give a text as it is shown: without what a database does not take; blank is None."""
    return (_UNSEEN.sub("", str(value)).strip() or None) if value is not None else None


def ids_of(value: Any) -> list[int]:
    """
    Give the numbers of a list, each once, ascending; what is empty, or not above 0, stands for nobody.

    A list of PHP's with a hole comes as a map. Raises VendorError for what is no number: nobody would get
    what is theirs.
    """
    if isinstance(value, Mapping):
        value = list(value.values())
    told = value if isinstance(value, list | tuple) else [value]
    return sorted({number for each in told if (number := _whole(each)) > 0})


def _whole(value: Any) -> int:
    number = number_of(value)
    if value is not None and (number is None or number != int(number)):
        raise VendorError(f"Битрикс24: вместо номера «{str(value)[:40]}»")
    return int(number or 0)


def id_of(value: Any) -> int | None:
    """Give a number; 0 and what is none are None."""
    number = number_of(value)
    return int(number) if number and number > 0 and number == int(number) else None
