"""Which product a deal is about (bitrix24 7.1 step 5, 8 P3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from include.bitrix24_deal_products.item import Item, ProductRow

Conflict = Literal["skip", "first_by_sort"]
Offers = Literal["parent_fills", "offer_only", "parent_only"]


class Choice(NamedTuple):
    """What of a catalogue counts. ``sections`` empty: all; ``missing``: numbers the portal does not know."""

    iblocks: Collection[int]
    sections: Collection[int] = ()
    offers: Offers = "parent_fills"
    conflict: Conflict = "skip"


class Goods(NamedTuple):
    """The product of a deal, and its variation if the deal has one."""

    product: Item
    offer: Item | None = None


class Several(NamedTuple):
    """A deal is about more than one product, or it is open which variation it means."""

    product_ids: Sequence[int]


class Missing(NamedTuple):
    """The only products of a deal are not there, or not on sale."""

    product_ids: Sequence[int]


Picked = Goods | Several | Missing | None


def pick(rows: Iterable[ProductRow], items: Mapping[int, Item], choice: Choice) -> Picked:
    """
    Find the one product of a deal; None: it has none that counts.

    Rows typed by hand and products of other catalogues or sections do not count. Several variations of one
    product are that product, without a variation; where only variations tell anything they are a conflict.
    ``items`` lacks what the portal does not have; that matters only in a deal that has nothing else.
    """
    named = [row for row in sorted(rows, key=_place) if row.product_id > 0]
    meant = [goods for row in named if (goods := _goods(row, items)) and _counts(goods.product, choice)]
    if not meant:
        lost = {row.product_id for row in named if _is_lost(row, items)}
        return Missing(sorted(lost)) if lost else None
    if choice.conflict == "first_by_sort":
        return _on_sale(meant[0], choice)
    products = {goods.product.product_id for goods in meant}
    if len(products) > 1:
        return Several(sorted(products))
    return _variation_of(meant, choice)


def _place(row: ProductRow) -> tuple[int, int]:
    return (0 if row.sort is None else row.sort, row.row_id)


def _goods(row: ProductRow, items: Mapping[int, Item]) -> Goods | None:
    item = items.get(row.product_id)
    if item is None or item.parent_id is None:
        return None if item is None else Goods(item)
    parent = items.get(item.parent_id)
    return None if parent is None else Goods(parent, item)


def _is_lost(row: ProductRow, items: Mapping[int, Item]) -> bool:
    item = items.get(row.product_id)
    return item is None or (item.parent_id is not None and item.parent_id not in items)


def _counts(product: Item, choice: Choice) -> bool:
    is_inside = not choice.sections or product.section_id in choice.sections
    return product.iblock_id in choice.iblocks and is_inside


def _variation_of(meant: Sequence[Goods], choice: Choice) -> Picked:
    """Of rows about one product, say which variation of it is meant."""
    offers = {goods.offer.product_id for goods in meant if goods.offer}
    if len(offers) > 1 and choice.offers == "offer_only":
        return Several(sorted(offers))
    offer = next((goods.offer for goods in meant if goods.offer), None) if len(offers) == 1 else None
    return _on_sale(Goods(meant[0].product, offer), choice)


def _on_sale(goods: Goods, choice: Choice) -> Picked:
    product, offer = goods
    if not product.is_active:
        return Missing([product.product_id])
    if offer is not None and choice.offers == "parent_only":
        offer = None
    if offer is not None and not offer.is_active:
        return Missing([offer.product_id])
    return Goods(product, offer)
