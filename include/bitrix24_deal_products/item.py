"""A product or a variation of a catalogue, and a deal, as the rules of deal products see them."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from include.bitrix24.echo import is_same

VARIATIONS = frozenset({4, 5})  # types of a row that names a variation, not a product (bitrix24 2.8)


class Item(NamedTuple):
    """
    A product, or a variation if it has a ``parent_id``.

    ``changed_at``: the portal's version, as it came. ``properties``: by code, in the portal's shapes.
    """

    product_id: int
    iblock_id: int
    parent_id: int | None = None
    section_id: int | None = None
    is_active: bool = True
    name: str | None = None
    changed_at: str | None = None
    code: str | None = None
    xml_id: str | None = None
    properties: Mapping[str, Any] = {}


class ProductRow(NamedTuple):
    """A row of a deal. ``product_id`` is 0 where a text was typed by hand."""

    row_id: int
    product_id: int
    type: int | None = None
    sort: int | None = None


class Deal(NamedTuple):
    """A deal as the portal tells it; ``fields`` are those that may be written, and ``movedTime``."""

    deal_id: int
    category_id: int
    semantic: str
    fields: Mapping[str, Any]


class Known(NamedTuple):
    """
    What earlier runs have left of a deal (mart.bitrix24_deal_product).

    ``written``: what it was confirmed to hold. ``doubted``: what was sent after that, the answer being lost.
    """

    state: str
    fingerprint: str | None = None
    written: Mapping[str, Any] = {}
    doubted: Mapping[str, Any] = {}
    codes: Collection[str] = ()

    def has_put(self, field: str, held: Any, type_: str) -> bool:
        """Tell whether a field of this type holds what we put there, or may have."""
        return any(
            is_same(told[field], held, type_) for told in (self.written, self.doubted) if told.get(field)
        )
