"""
What is written to the CRM, field by field and in words, for the people who judge a plan (decision 0011).

``before`` and ``after`` are those of ops.action. They may be of an older shape: what cannot be read is shown
as it stands, and never stops a page.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple

from include.opencart_catalog.lookalike import fold
from include.opencart_catalog.marked_text import (
    Piece,
    Pieces,
    clipped,
    is_html,
    marked,
    plain,
    short,
)
from include.opencart_catalog.wording import FIELDS
from include.wording.messages import word
from include.wording.numbers import MINUS, money, number

Kind = Literal["money", "text", "picture", "pictures", "plain"]
Values = Mapping[str, Any]

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?)(?: ([A-Z]{3}))?")
_BETWEEN_LINKS = re.compile(r"[\s|]+|[,;]\s*(?=https?://)")
_NAMED, _PICTURE = "named_prices", "asset_url"
_PLAIN = frozenset(FIELDS.values())  # of the fields that people define any may hold HTML
_TOLD_ELSEWHERE = ("shop_category_id", "parent_shop_category_id", "parent_id")
_LONG = 240  # characters of a text that is shown at once

ONLY_MARKUP = "змінилася лише розмітка, слова ті самі"
OTHER_FILE = "адреса та сама, картинка за нею змінилася"
LOOKS_SAME = "на вигляд те саме: відрізняються кирилиця й латиниця"


class Side(NamedTuple):
    """A value as it is shown. ``full``: all of a text that is cut here. ``urls``: addresses of pictures."""

    pieces: Pieces = ()
    full: str = ""
    urls: tuple[str, ...] = ()


class Change(NamedTuple):
    """One field by its name in the CRM; a side that is None holds nothing."""

    field: str
    kind: Kind
    old: Side | None
    new: Side | None
    note: str = ""


class Names(NamedTuple):
    """What things are called: custom fields in the settings, categories of the CRM by id, the currency."""

    images: str | None = None
    currency: str | None = None
    categories: Mapping[int, str] = {}


_NO_NAMES = Names()


def changes(before: object, after: object, names: Names = _NO_NAMES) -> list[Change]:
    """Compare what the CRM holds with what it shall hold; fields that stay are left out."""
    old, new = (_flat(value) for value in (before, after))
    currencies = [str(values.get(_CURRENCY) or names.currency or "") for values in (old, new)]
    return [
        _change(field, old.get(field), new[field], names, currencies)
        for field in sorted(new, key=lambda field: (_place(field), len(_written(new[field])) > _LONG))
        if field.name not in _TOLD_ELSEWHERE and _is_told(field, old.get(field), new[field])
    ]


class _Field(NamedTuple):
    """A field, told from a further price of the same name."""

    name: str
    is_price: bool = False


_CURRENCY = _Field("currency")
_ORDER = {name: place for place, name in enumerate(FIELDS)}


def _flat(values: object) -> dict[_Field, Any]:
    """Lay named prices open, each a field of its own."""
    known = dict(values) if isinstance(values, Mapping) else {}
    if not isinstance(prices := known.get(_NAMED), Mapping):
        return {_Field(str(name)): value for name, value in known.items()}
    own = {_Field(str(name)): value for name, value in known.items() if name != _NAMED}
    return own | {_Field(str(name), True): amount for name, amount in prices.items()}


def _is_told(field: _Field, old: Any, new: Any) -> bool:
    """Leave out what stays; a picture that is sent again to the same address has changed behind it."""
    return (field.name == _PICTURE and bool(new)) or _comparable(old) != _comparable(new)


def _place(field: _Field) -> int:
    """Put known fields into the order of the page, further prices after the price, others after them."""
    return _ORDER[_NAMED] if field.is_price else _ORDER.get(field.name, len(_ORDER))


def _change(field: _Field, old: Any, new: Any, names: Names, currencies: Sequence[str]) -> Change:
    label = word(FIELDS, field.name) if not field.is_price else field.name
    if field.is_price or field.name == "price":
        sums = _sum(old, currencies[0]), _sum(new, currencies[1])
        return Change(label, "money", *sums, _difference(old, new) if len(set(currencies)) == 1 else "")
    if field.name == _PICTURE:
        return Change(label, "picture", _pictures(old), _pictures(new), OTHER_FILE if old == new else "")
    if field.name == names.images:
        return Change(label, "pictures", _pictures(old), _pictures(new))
    if field.name == "irrelevant":
        return Change(label, "plain", _in_sale(old), _in_sale(new))
    if field.name == "category_id":
        return Change(label, "text", *_texts(_category(old, names), _category(new, names)))
    return _text_change(label, old, new)


def _text_change(label: str, old: Any, new: Any) -> Change:
    ours, theirs = _written(old), _written(new)
    if label in _PLAIN or not (is_html(ours) or is_html(theirs)):
        looks_same = bool(ours) and ours != theirs and fold(ours) == fold(theirs)
        return Change(label, "text", *_texts(ours, theirs), note=LOOKS_SAME if looks_same else "")
    words = plain(ours), plain(theirs)
    if words[0] == words[1] and ours and theirs:
        return Change(label, "text", *_texts(ours, theirs), note=ONLY_MARKUP)
    return Change(label, "text", *_texts(*words))


def _texts(old: str, new: str) -> tuple[Side | None, Side | None]:
    if not old or not new:
        return _alone(old), _alone(new)
    sides = (_side(pieces, text) for pieces, text in zip(marked(old, new), (old, new), strict=True))
    return next(sides), next(sides)


def _side(pieces: Pieces, text: str) -> Side:
    shown = clipped(pieces)
    return Side(shown, text if shown != pieces else "")


def _alone(text: str) -> Side | None:
    if not text:
        return None
    shown = short(text, _LONG)
    return Side((Piece(shown, False),), text if shown != text else "")


def _plain_side(text: str) -> Side | None:
    return Side((Piece(text, False),)) if text else None


def _sum(value: Any, currency: str) -> Side | None:
    if value in (None, ""):
        return None
    found = _AMOUNT.fullmatch(str(value))
    return _plain_side(money(found[1], found[2] or currency) if found else str(value))


def _difference(old: Any, new: Any) -> str:
    """Say by how much a sum changes, and by which part of what it was."""
    try:
        was, becomes = Decimal(str(old)), Decimal(str(new))
        step = becomes - was
    except InvalidOperation:
        return ""
    if not step.is_finite() or not step:
        return ""
    sign = MINUS if step < 0 else "+"
    said = f"{sign}{money(abs(step))}"
    return f"{said} ({sign}{_share(abs(step) / was)})" if was > 0 else said


def _share(share: Decimal) -> str:
    percent = share * 100
    if percent < 10:
        return f"{percent:.1f}".replace(".", ",").removesuffix(",0") + "\u00a0%"
    return f"{number(int(percent.to_integral_value()))}\u00a0%"


def _pictures(value: Any) -> Side | None:
    found = tuple(filter(None, _BETWEEN_LINKS.split(_written(value))))
    return Side(urls=found) if found else None


def _in_sale(value: Any) -> Side | None:
    return None if value is None else _plain_side("ні" if value else "так")


def _category(value: Any, names: Names) -> str:
    if value in (None, ""):
        return ""
    known = names.categories.get(value) if isinstance(value, int) else str(value)
    return known or f"№\u00a0{value}"


def _written(value: Any) -> str:
    """Spell any value as a text; a path of names from the root down, a date as people write it."""
    match value:
        case None:
            return ""
        case str():
            found = _DATE.fullmatch(value)
            return f"{found[3]}.{found[2]}.{found[1]}" if found else value
        case bool():
            return "так" if value else "ні"
        case list() if all(isinstance(name, str) for name in value):
            return " / ".join(value)
        case int() | Decimal():
            return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _comparable(value: Any) -> Any:
    return None if value in ("", [], {}) else value
