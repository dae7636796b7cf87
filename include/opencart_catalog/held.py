"""A material as the CRM holds it, and what is to become of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from include.opencart_catalog.stale import Sent


class Material(NamedTuple):
    """A material of the CRM. ``sent``: what is remembered of it, by the names of mart.catalog_sent_value."""

    material_id: int
    sku: str | None
    title: str | None
    price: Decimal | None
    currency: str | None
    category_id: int | None
    asset_url: str | None
    irrelevant: bool | None
    named_prices: Mapping[str, str]
    custom_fields: Mapping[str, str]
    rule: str
    sent: Sent


class Destination(NamedTuple):
    """Where a material shall be moved: a category of the CRM, or one that this run creates."""

    category_id: int | None = None
    shop_category_id: int | None = None


class Changes(NamedTuple):
    """
    What to send: fields in one call, custom fields in another. ``names``: the owned fields that change.

    ``agreed``: what is the same already, where that has to be remembered: material, place and value.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    custom_before: dict[str, str | None]
    custom_after: dict[str, str | None]
    names: tuple[str, ...]
    agreed: tuple[tuple[int, str, str | None], ...] = ()
    reappears: bool = False

    def __bool__(self) -> bool:
        return bool(self.after or self.custom_after)
