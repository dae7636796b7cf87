"""Whether the portal holds what it was sent, whichever way it spells it (bitrix24 1.8)."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AS_WRITTEN = re.compile(r"\s+")


def not_accepted(sent: Mapping[str, Any], held: Mapping[str, Any]) -> list[str]:
    """Name the fields of which the portal holds something else; those it does not tell are among them."""
    return sorted(name for name, value in sent.items() if name not in held or not is_same(value, held[name]))


def is_same(sent: Any, held: Any) -> bool:
    """
    Compare a value with its echo.

    Null, an empty text, an empty list and 0 are one value; numbers may come as texts, a day with a time and a
    shift of zone behind it; a field of several values may come in any order.
    """
    if _is_empty(sent) or _is_empty(held):
        return _is_empty(sent) and _is_empty(held)
    if isinstance(sent, list | tuple) or isinstance(held, list | tuple):
        return _spelt_all(sent) == _spelt_all(held)
    return _spelt(sent) == _spelt(held)


def _is_empty(value: Any) -> bool:
    number = _number(value)
    return value in (None, "", [], {}, False) or (number is not None and not number)


def _spelt_all(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return sorted(str(_spelt(each)) for each in values)


def _spelt(value: Any) -> Decimal | str:
    """Bring a value to the one spelling that all of its echoes share."""
    number = _number(value)
    if number is not None:
        return number.normalize()
    text = _AS_WRITTEN.sub(" ", str(value)).strip()
    return text[:10] if _DAY.match(text) and (len(text) == 10 or text[10] in "T ") else text


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
