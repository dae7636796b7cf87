"""Whether the portal holds what it was sent, whichever way it spells it (bitrix24 1.8)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from include.bitrix24.values import spelt_number

# A day, perhaps with a time and a shift of zone behind it; with more it is a text that begins with a day.
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")  # 007 and 1e5 are words: an article may be such
_MONEY = re.compile(r"(-?\d+(?:\.\d+)?)\|([A-Z]{3})")
_AS_WRITTEN = re.compile(r"\s+")
_NO_FLAG = frozenset({"N", "0", "False"})
TEXTS = frozenset({"string", "text", "url", "address", "char", "enumeration", "crm"})


def not_accepted(
    sent: Mapping[str, Any], held: Mapping[str, Any], types: Mapping[str, str] | None = None
) -> list[str]:
    """Name the fields of which the portal holds something else; those it does not tell are among them."""
    known = types or {}
    return sorted(
        name
        for name, value in sent.items()
        if name not in held or not is_same(value, held[name], known.get(name))
    )


def is_same(sent: Any, held: Any, type_: str | None = None) -> bool:
    """
    Compare a value with its echo, as a field of this type of the portal's holds it.

    Texts are the same letter by letter, but for blanks. Numbers may come as texts, and 0 is an empty number;
    a day may come with a time and a shift of zone behind it; null, an empty text and an empty list are one
    value; several values may come in any order. Where nobody knows the type, the value tells what it may be.
    """
    if is_empty(sent, type_) or is_empty(held, type_):
        return is_empty(sent, type_) and is_empty(held, type_)
    if isinstance(sent, list | tuple) or isinstance(held, list | tuple):
        return _spelt_all(sent, type_) == _spelt_all(held, type_)
    if type_ is None and isinstance(sent, str) != isinstance(held, str):
        type_ = "double" if None not in (spelt_number(sent), spelt_number(held)) else None
    return _spelt(sent, type_) == _spelt(held, type_)


def is_empty(value: Any, type_: str | None = None) -> bool:
    """Tell whether a field of this type holds nothing."""
    if type_ in TEXTS:
        return value is None or value in ("", [], {}) or value is False
    if type_ == "boolean":
        return value in (None, "", [], {}) or str(value) in _NO_FLAG
    number = None if _is_word(value, type_) else spelt_number(value)
    return value in (None, "", [], {}, False) or (number is not None and not number)


def _spelt_all(value: Any, type_: str | None) -> list[str]:
    return sorted(_spelt(each, type_) for each in (value if isinstance(value, list | tuple) else [value]))


def _spelt(value: Any, type_: str | None) -> str:
    """Bring a value to the one spelling that all of its echoes share."""
    text = _AS_WRITTEN.sub(" ", str(value)).strip()
    if type_ in TEXTS:
        return text
    if type_ == "boolean":
        return "Y"  # the others are empty
    if money := _MONEY.fullmatch(text):
        return f"{Decimal(money[1]).normalize():f}|{money[2]}"
    if not _is_word(value, type_) and (number := spelt_number(value)) is not None:
        return f"{number.normalize():f}"
    day = _DAY.fullmatch(text)
    return day[1] if day else text


def _is_word(value: Any, type_: str | None) -> bool:
    """Tell whether a value of no known type is a text that is more than a number."""
    return type_ is None and isinstance(value, str) and not _NUMBER.fullmatch(value.strip())
