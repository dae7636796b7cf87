"""Whether the portal holds what it was sent, whichever way it spells it (bitrix24 1.8)."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

# A day, perhaps with a time and a shift of zone behind it; with more it is a text that begins with a day.
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")  # 007 and 1e5 are words: an article may be such
_AS_WRITTEN = re.compile(r"\s+")


def not_accepted(sent: Mapping[str, Any], held: Mapping[str, Any]) -> list[str]:
    """Name the fields of which the portal holds something else; those it does not tell are among them."""
    return sorted(name for name, value in sent.items() if name not in held or not is_same(value, held[name]))


def is_same(sent: Any, held: Any) -> bool:
    """
    Compare a value with its echo.

    Null, an empty text, an empty list and 0 are one value; numbers may come as texts, a day with a time and a
    shift of zone behind it; a field of several values may come in any order. Of two texts 007 is not 7, and
    what begins with a day is no day.
    """
    if _is_empty(sent) or _is_empty(held):
        return _is_empty(sent) and _is_empty(held)
    if isinstance(sent, list | tuple) or isinstance(held, list | tuple):
        return _spelt_all(sent) == _spelt_all(held)
    are_texts = isinstance(sent, str) and isinstance(held, str)
    one, other = (_number(each, is_plain=are_texts) for each in (sent, held))
    return one == other if one is not None and other is not None else _text(sent) == _text(held)


def _is_empty(value: Any) -> bool:
    number = _number(value)
    return value in (None, "", [], {}, False) or (number is not None and not number)


def _spelt_all(value: Any) -> list[str]:
    return sorted(_spelt(each) for each in (value if isinstance(value, list | tuple) else [value]))


def _spelt(value: Any) -> str:
    number = _number(value)
    return _text(value) if number is None else f"{number.normalize():f}"


def _text(value: Any) -> str:
    text = _AS_WRITTEN.sub(" ", str(value)).strip()
    day = _DAY.fullmatch(text)
    return day[1] if day else text


def _number(value: Any, *, is_plain: bool = True) -> Decimal | None:
    """Read a number; of texts, where they are to be plain, only those that are nothing but one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value).strip()
    if is_plain and isinstance(value, str) and not _NUMBER.fullmatch(text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
