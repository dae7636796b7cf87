"""What the CRM shall hold of an item: the fields that are ours, and nothing else (keepincrm 9, Q16-Q26)."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from include.keepincrm.capabilities import Capabilities
from include.opencart_catalog.stale import custom_titles
from include.settings.opencart_catalog import Crm

__all__ = ["Item", "Rules", "Wanted", "amount", "custom_titles", "wanted"]


class Item(NamedTuple):
    """
    An active item of the shop, as far as it is sent.

    ``is_redrawn``: its picture is another file now. ``is_doubtful``: what it costs cannot be told.
    """

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
    is_doubtful: bool = False


class Rules(NamedTuple):
    """
    What the settings want and the account can do.

    ``titles``: custom fields of the settings that may be written; ``custom_fields``: any may. ``today``: the
    day, where the shop is, on which it was read.
    """

    crm: Crm
    titles: frozenset[str]
    named_prices: bool = True
    shows_custom_fields: bool = True
    shows_named_prices: bool = True
    keeps_addresses: bool = False
    creates: bool = True  # False: the CRM was not seen whole
    pictures: bool = True
    custom_fields: bool = True
    today: date = date.max

    @classmethod
    def of(cls, crm: Crm, able: Capabilities, today: date, *, is_whole: bool = True) -> "Rules":
        """Put together what may be tried today."""
        may_fields = able.can("custom_fields", today)
        wanted = custom_titles(crm) if may_fields else ()
        missing = able.missing_fields(tuple(wanted))
        return cls(
            crm,
            frozenset(wanted).difference(missing),
            able.can("named_prices", today),
            able.lists_custom_fields is not False,
            able.lists_named_prices is not False,
            able.asset_url_stable is True,
            is_whole,
            able.can("pictures", today),
            may_fields,
            today,
        )

    @property
    def stores_days(self) -> bool:
        """Tell whether the CRM can be told from when to when a special is active."""
        return {self.crm.special_from_field, self.crm.special_to_field} <= self.titles

    def is_coming(self, item: Item) -> bool:
        """Tell whether a special is yet to begin."""
        return item.special is not None and item.special_from is not None and item.special_from > self.today


class Wanted(NamedTuple):
    """
    Fields of a material, named prices and custom fields; None in it: nothing shall be there.

    ``redraws``: the picture is to be sent though its address is the same. ``begins``: the day on which the
    special will begin, without which its price must not stand in the CRM; None: it is active. ``currency``:
    of all sums, also where there is no price.
    """

    fields: dict[str, str]
    picture: str | None
    named: dict[str, str | None]
    custom: dict[str, str | None]
    redraws: bool = False
    begins: str | None = None
    currency: str | None = None


def wanted(item: Item, rules: Rules) -> Wanted:
    """
    Say what a material of an item shall hold.

    Without a price the CRM keeps its own: a broken import of the shop must not zero it (Q26). Nor is it
    switched to a special then: nobody could switch it back. A special that is yet to begin is none as long
    as the CRM cannot be told when it does (Q18).
    """
    crm, is_coming = rules.crm, rules.is_coming(item)
    if is_coming and not rules.stores_days:
        item, is_coming = item._replace(special=None, special_from=None, special_to=None), False
    is_switched = crm.special_target == "price" and item.special is not None and item.price is not None
    price = item.special if is_switched else item.price
    fields = {"title": item.title}
    if price is not None:
        fields["price"] = amount(price)
        if item.currency:
            fields["currency"] = item.currency
    picture = item.images[0] if item.images and rules.pictures else None
    named, custom = _named(item, rules), _custom(item, crm, rules.titles)
    begins = item.special_from.isoformat() if is_coming and item.special_from else None
    return Wanted(fields, picture, named, custom, item.is_redrawn, begins, item.currency)


def amount(price: Decimal) -> str:
    """Spell a sum as plans do."""
    return f"{price:.2f}"


def _named(item: Item, rules: Rules) -> dict[str, str | None]:
    crm = rules.crm
    if not rules.named_prices or crm.special_target == "off" or item.is_doubtful:
        return {}
    if crm.special_target == "named_price":
        return {crm.special_price_name: None if item.special is None else amount(item.special)}
    if item.price is None:
        return {}
    return {crm.regular_price_name: None if item.special is None else amount(item.price)}


def _custom(item: Item, crm: Crm, titles: Collection[str]) -> dict[str, str | None]:
    values: dict[str | None, str | None] = {}
    if crm.special_target == "named_price" and not item.is_doubtful:
        values[crm.special_from_field] = item.special_from.isoformat() if item.special_from else None
        values[crm.special_to_field] = item.special_to.isoformat() if item.special_to else None
    values[crm.description_target] = item.description
    values[crm.images_target] = " ".join(item.images) or None
    return {title: value for title, value in values.items() if title in titles and title is not None}
