"""Values of a property in the form that a field of the portal takes (bitrix24 1.8, 7.1 step 7)."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from include.bitrix24_deal_products.trip_dates import day

MOST_LETTERS = 255
BETWEEN = "; "
_MONEY = re.compile(r"(-?[0-9][0-9 \u00a0]*(?:[.,][0-9]+)?)(?:\|([A-Z]{3}))?")
_YES = frozenset({"y", "yes", "да", "1", "true"})
_NO = frozenset({"n", "no", "нет", "0", "false"})


class Kind(NamedTuple):
    """What a field of the portal holds."""

    type: str = "string"
    is_multiple: bool = False


class Fitted(NamedTuple):
    """A value as it is written; ``is_cut``: some of it did not fit."""

    value: str | list[str] | None
    is_cut: bool = False


def fits(kind: Kind) -> bool:
    """Tell whether anything can be copied into such a field."""
    return kind.type in _TEXTUAL or kind.type in _EXACT


def fit(values: Sequence[str], kind: Kind, *, joined: bool = True) -> Fitted:
    """
    Put values into a field; none: empty.

    ``joined``: several values are one text where the field takes but one. Raises ValueError for what the
    field cannot hold.
    """
    if not values:
        return Fitted([] if kind.is_multiple else None)
    if kind.is_multiple:
        made = [_one(value, kind.type) for value in dict.fromkeys(values)]
        return Fitted([str(each.value) for each in made], any(each.is_cut for each in made))
    if kind.type in _TEXTUAL and (joined or len(values) == 1):
        return cut(BETWEEN.join(values))
    if len(values) > 1:
        raise ValueError("several values, and the field takes one")
    return _one(values[0], kind.type)


def cut(text: str) -> Fitted:
    """Cut a text to what a field takes."""
    if len(text) <= MOST_LETTERS:
        return Fitted(text)
    return Fitted(text[: MOST_LETTERS - 1].rstrip() + "…", is_cut=True)


def _one(value: str, kind: str) -> Fitted:
    return cut(value) if kind in _TEXTUAL else Fitted(_EXACT[kind](value))


def _number(text: str) -> str:
    found = _MONEY.fullmatch(text.strip())
    if not found:
        raise ValueError("not a number")
    digits = found[1].replace(" ", "").replace("\u00a0", "").replace(",", ".")
    return f"{Decimal(digits):f}"


def _whole(text: str) -> str:
    number = Decimal(_number(text))
    if number != number.to_integral_value():
        raise ValueError("not a whole number")
    return str(int(number))


def _money(text: str) -> str:
    found = _MONEY.fullmatch(text.strip())
    if not found or not found[2]:
        raise ValueError("a sum without its currency")
    return f"{_number(found[1])}|{found[2]}"


def _flag(text: str) -> str:
    folded = text.casefold()
    if folded not in _YES | _NO:
        raise ValueError("neither yes nor no")
    return "Y" if folded in _YES else "N"


_TEXTUAL = frozenset({"string", "text", "url", "address"})
_EXACT: Mapping[str, Callable[[str], Any]] = {
    "double": _number,
    "integer": _whole,
    "money": _money,
    "boolean": _flag,
    "date": lambda text: day(text).isoformat(),
    "datetime": lambda text: day(text).isoformat(),
    "employee": _whole,
    "user": _whole,
    "crm": str,
}
