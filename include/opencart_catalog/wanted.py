"""What the CRM shall hold of an item: the fields that are ours, and nothing else (keepincrm 9, Q16-Q26)."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from include.keepincrm.capabilities import Capabilities
from include.settings.opencart_catalog import Crm


class Item(NamedTuple):
    """An active item of the shop, as far as it is sent. ``is_redrawn``: its picture is another file now."""

    identity: str
    product_id: int
    article: str | None
    key: str | None
    title: str
    description: str | None
    price: Decimal | None
    currency: str | None
    special: Decimal | None
    special_from: date | None
    special_to: date | None
    shop_category_id: int | None
    images: list[str]
    link_url: str | None
    is_redrawn: bool = False


class Rules(NamedTuple):
    """What the settings want and the account can do. ``titles``: custom fields that may be written."""

    crm: Crm
    titles: frozenset[str]
    named_prices: bool = True
    shows_custom_fields: bool = True
    shows_named_prices: bool = True
    keeps_addresses: bool = False
    creates: bool = True  # False: the CRM was not seen whole

    @classmethod
    def of(cls, crm: Crm, able: Capabilities, today: date, *, is_whole: bool = True) -> "Rules":
        """Put together what may be tried today."""
        wanted = custom_titles(crm) if able.can("custom_fields", today) else ()
        missing = able.missing_fields(tuple(wanted))
        return cls(
            crm,
            frozenset(wanted).difference(missing),
            able.can("named_prices", today),
            able.lists_custom_fields is not False,
            able.lists_named_prices is not False,
            able.asset_url_stable is True,
            is_whole,
        )


class Wanted(NamedTuple):
    """
    Fields of a material, named prices and custom fields; None in it: nothing shall be there.

    ``redraws``: the picture is to be sent though its address is the same.
    """

    fields: dict[str, str]
    picture: str | None
    named: dict[str, str | None]
    custom: dict[str, str | None]
    redraws: bool = False


def custom_titles(crm: Crm) -> list[str]:
    """Name the custom fields that the settings write."""
    dates = (crm.special_from_field, crm.special_to_field) if crm.special_target == "named_price" else ()
    return [title for title in (*dates, crm.description_target, crm.images_target) if title]


def wanted(item: Item, rules: Rules) -> Wanted:
    """
    Say what a material of an item shall hold.

    Without a price the CRM keeps its own: a broken import of the shop must not zero it (Q26).
    """
    crm = rules.crm
    is_switched = crm.special_target == "price" and item.special is not None
    price = item.special if is_switched else item.price
    fields = {"title": item.title}
    if price is not None:
        fields["price"] = amount(price)
        if item.currency:
            fields["currency"] = item.currency
    picture = item.images[0] if item.images else None
    named, custom = _named(item, rules), _custom(item, crm, rules.titles)
    return Wanted(fields, picture, named, custom, item.is_redrawn)


def amount(price: Decimal) -> str:
    """Spell a sum as plans do."""
    return f"{price:.2f}"


def _named(item: Item, rules: Rules) -> dict[str, str | None]:
    crm = rules.crm
    if not rules.named_prices or crm.special_target == "off":
        return {}
    if crm.special_target == "named_price":
        return {crm.special_price_name: None if item.special is None else amount(item.special)}
    is_switched = item.special is not None and item.price is not None
    return {crm.regular_price_name: amount(item.price) if is_switched and item.price is not None else None}


def _custom(item: Item, crm: Crm, titles: Collection[str]) -> dict[str, str | None]:
    values: dict[str | None, str | None] = {}
    if crm.special_target == "named_price":
        values[crm.special_from_field] = item.special_from.isoformat() if item.special_from else None
        values[crm.special_to_field] = item.special_to.isoformat() if item.special_to else None
    values[crm.description_target] = item.description
    values[crm.images_target] = " ".join(item.images) or None
    return {title: value for title, value in values.items() if title in titles and title is not None}
