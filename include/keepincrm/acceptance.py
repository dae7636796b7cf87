"""What of a write a material holds when it is read back (keepincrm 10, step 17; 4.2)."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from include.keepincrm import material
from include.keepincrm.custom_fields import comparable, not_taken, titles
from include.keepincrm.payload import FIELDS

Record = Mapping[str, Any]
_TEXTS = ("title", "sku", "unit", "link_url")


def not_accepted(sent: Record, answer: Record) -> list[str]:
    """
    Name the fields that a material does not hold as they were sent; what the answer does not show is not one.

    A picture may have another address by now: the CRM may keep a copy of its own. Which category it is was
    left open where none is named.
    """
    is_open = sent.get("category_id") is None or sent.get("shop_category_id") is not None
    judged = [name for name in sent if not (name == "category_id" and is_open)]
    shown = [name for name in judged if name in FIELDS and _is_shown(name, answer)]
    return [name for name in shown if not _holds(name, sent, answer)]


def fields_not_accepted(sent: Mapping[str, str | None], answer: Record) -> list[str]:
    """Name the custom fields of which that is true; none where the answer shows no custom fields."""
    return not_taken(sent, answer) if shows_custom_fields(answer) else []


def shows_custom_fields(answer: Record) -> bool:
    """Tell whether an answer would show custom fields."""
    return "custom_fields" in answer or "custom_fields_detailed" in answer


def fields_work(sent: Mapping[str, str | None], answer: Record, defined: Collection[str] = ()) -> bool | None:
    """
    Tell from a material read back whether custom fields can be written; None: it does not show.

    A title that nobody has defined says nothing, nor does emptying what was empty. ``defined``: titles that
    are there, be they shown or not.
    """
    known = titles(answer).union(defined)
    telling = {title: value for title, value in sent.items() if value and title in known}
    if not telling:
        return None
    return len(not_taken(telling, answer)) < len(telling)


def named_prices_work(sent: Record, answer: Record) -> bool | None:
    """Tell the same of named prices."""
    wanted = {name: price for name, price in (sent.get("named_prices") or {}).items() if price}
    if not wanted or not _is_shown("named_prices", answer):
        return None
    return _holds("named_prices", {**sent, "named_prices": wanted}, answer)


def shows_named_prices(sent: Record, answer: Record) -> bool:
    """Tell whether an answer shows the named prices that were sent, and shows them as they were."""
    return named_prices_work(sent, answer) is True


def address_stays(sent: Record, answer: Record) -> bool | None:
    """Tell whether a picture has the very address that was sent."""
    if not sent.get("asset_url") or not answer.get("asset_url"):
        return None
    return bool(sent["asset_url"] == answer["asset_url"])


def _is_shown(name: str, answer: Record) -> bool:
    return FIELDS[name] in answer or (name == "price" and "price_amount" in answer)


def _holds(name: str, sent: Record, answer: Record) -> bool:
    if name in _TEXTS:
        return comparable(_text(sent[name])) == comparable(_text(answer.get(name)))
    if name == "named_prices":
        currency = _text(answer.get("currency"))
        wanted = material.named_prices({"named_custom_prices": sent[name]}, currency)
        held = material.named_prices(answer, currency)
        return all(wanted.get(price) == held.get(price) for price in sent[name])
    return bool(_COMPARED[name](sent) == _COMPARED[name](answer))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


_COMPARED: Mapping[str, Callable[[Record], Any]] = {
    "price": material.price,
    "currency": lambda told: str(told.get("currency") or "").strip().upper(),
    "category_id": lambda told: str(told.get("category_id") or ""),
    "irrelevant": lambda told: bool(told.get("irrelevant")),
    "asset_url": lambda told: bool(told.get("asset_url")),
}
