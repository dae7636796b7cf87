"""A product of the shop with all that hangs on it, as it was read."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from include.opencart_catalog.categories import CategoryTree
from include.opencart_catalog.price import Currency
from include.opencart_catalog.special import Offer
from include.opencart_catalog.variants import Choices, Combination, Option
from include.settings.opencart_catalog import OpencartCatalogSettings


class Original(NamedTuple):
    """What a variant row of 4.x was copied from, with its options, and the values the row stands for."""

    article: str | None
    name: str
    combination: Combination
    options: tuple[Option, ...] = ()


class Product(NamedTuple):
    """
    A product's row with what hangs on it.

    ``covered``: values that rows of their own stand for (4.x), each of all options or of some.
    """

    product_id: int
    sku: str | None
    model: str | None
    name: str
    description: str | None
    price: Decimal | None
    active: bool
    category_id: int | None
    images: tuple[str | None, ...] = ()
    options: tuple[Option, ...] = ()
    specials: tuple[Offer, ...] = ()
    discounts: tuple[Offer, ...] = ()
    covered: frozenset[Choices] = frozenset()
    original: Original | None = None


class Catalogue(NamedTuple):
    """What is the same for all products. ``now`` is the wall clock of the shop, without a zone."""

    settings: OpencartCatalogSettings
    tree: CategoryTree
    currency: Currency
    now: datetime
