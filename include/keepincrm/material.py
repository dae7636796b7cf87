"""Materials and categories of KeepinCRM as rows of ``stage.opencart_catalog_*`` (keepincrm 4.1, 4.3)."""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from include.keepincrm.custom_fields import held
from include.values.money import money

Record = Mapping[str, Any]
Key = Callable[[str | None], str | None]
_CURRENCY = re.compile(r"[^\W\d_]{2,4}\.?|[₴$€]")  # «1250,00 грн», «12 USD»: beside the number, either side
_CODE = re.compile(r"\b[A-Z]{3}\b")
_UNSTORABLE = "\0"  # what Postgres takes in no text


class MaterialRow(NamedTuple):
    """A material as it is now, in the order of the table's columns; JSON is text."""

    material_id: int
    sku: str | None
    key: str | None
    title: str | None
    price: Decimal | None
    currency: str | None
    category_id: int | None
    asset_url: str | None
    irrelevant: bool | None
    named_prices: str
    custom_fields: str
    raw_price: str | None


class CategoryRow(NamedTuple):
    """A category of materials, in the order of the table's columns."""

    crm_category_id: int
    parent_id: int | None
    name: str


def material_row(answer: Record, key: Key) -> MaterialRow:
    """Read a material; ``key`` makes of an article what articles are compared by."""
    sku = _text(answer.get("sku"))
    irrelevant = answer.get("irrelevant")
    currency = _text(answer.get("currency"))
    return MaterialRow(
        material_id=int(answer["id"]),
        sku=sku,
        key=key(sku),
        title=_text(answer.get("title")),
        price=price(answer),
        currency=currency.strip().upper() if currency else None,
        category_id=_category(answer),
        asset_url=_text(answer.get("asset_url")),
        irrelevant=irrelevant if isinstance(irrelevant, bool) else None,
        named_prices=_json(named_prices(answer, currency)),
        custom_fields=_json(held(answer)),
        raw_price=_text(answer.get("price")),
    )


def category_row(answer: Record) -> CategoryRow:
    """Read a category; one whose parent is not told stands alone."""
    parent = answer.get("parent_id")
    return CategoryRow(int(answer["id"]), _number(parent), _text(answer.get("name")) or "")


def price(answer: Record) -> Decimal | None:
    """
    Give the sale price to the hundredth; None: there is none, or it is not readable.

    ``price`` is a number or a text, with a decimal comma perhaps; ``price_amount`` is said to be plain.
    """
    for name in ("price_amount", "price"):
        if (amount := _amount(answer.get(name))) is not None:
            return amount
    return None


def named_prices(answer: Record, currency: str | None = None) -> dict[str, str]:
    """
    Give the further prices by name, ``10.00``; in another currency than the material's, ``12.00 USD``.

    What is not an amount stays as it is written.
    """
    given = answer.get("named_custom_prices")
    prices: dict[str, str] = {}
    for name, value in given.items() if isinstance(given, Mapping) else ():
        written = _text(value)
        if written:
            prices[_stored(str(name))] = _named_price(written, currency)
    return prices


def _named_price(written: str, currency: str | None) -> str:
    amount, code = _amount(written), _CODE.search(written)
    if amount is None:
        return written
    return f"{amount} {code[0]}" if code and code[0] != (currency or "").strip().upper() else str(amount)


def _amount(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    text = f"{value:f}" if isinstance(value, Decimal | float) else _CURRENCY.sub("", str(value))
    if "," in text and "." in text:  # the last of them is the point, the other separates thousands
        text = text.replace("," if text.rfind(".") > text.rfind(",") else ".", "")
    try:
        return money(text)
    except ValueError:
        return None


def _category(answer: Record) -> int | None:
    number = _number(answer.get("category_id"))
    nested = answer.get("category")
    return _number(nested.get("id")) if number is None and isinstance(nested, Mapping) else number


def _number(value: Any) -> int | None:
    """Read an id; zero is as good as none: the root, or no category."""
    text = str(value).strip()
    return (int(text) or None) if text.isascii() and text.isdigit() else None


def _text(value: Any) -> str | None:
    """Read a scalar as text, blanks and case as they are; an empty one is None."""
    if value is None or isinstance(value, bool | Mapping | list):
        return None
    return _stored(str(value)) or None


def _stored(text: str) -> str:
    return text.replace(_UNSTORABLE, "")


def _json(value: Mapping[str, str]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
