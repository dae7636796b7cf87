"""A product of the shop as items for the CRM: itself and its variants (keepincrm 10, steps 5-8)."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from include.opencart_catalog import issues, variants
from include.opencart_catalog.article import article_key
from include.opencart_catalog.images import image_urls, product_url
from include.opencart_catalog.issues import Issue, issue
from include.opencart_catalog.naming import (
    Spelling,
    copied,
    item_title,
    own_article,
    spelling,
    variant_article,
)
from include.opencart_catalog.price import EXACT, Currency, delta, offered, regular, total
from include.opencart_catalog.product import Catalogue, Product
from include.opencart_catalog.special import Offer, coming, is_nothing, last_day, shown
from include.opencart_catalog.variants import Combination


class CatalogItemRow(NamedTuple):
    """
    A row of ``stage.opencart_catalog_item``, without the runs'.

    ``doubtful``: what the item costs cannot be told, sale included; no price of it is one to be sent.
    """

    identity: str
    product_id: int
    option_value_ids: list[int]
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
    category_path: list[str]
    images: list[str]
    link_url: str
    active: bool
    content_hash: str
    doubtful: bool = False


class Prices(NamedTuple):
    """
    Prices of one item as they are sent, and what they were worked out to in the shop's currency.

    ``doubtful``: an option's price is written in a way that the stock shop does not know (opencart 8.1).
    """

    price: Decimal | None = None
    special: Decimal | None = None
    counted: Decimal | None = None
    counted_special: Decimal | None = None
    doubtful: bool = False


def is_wanted(product: Product, catalogue: Catalogue) -> bool:
    """Tell whether the settings let a product's category through."""
    items, under = catalogue.settings.items, catalogue.tree.is_under
    wanted = not items.include_categories or under(product.category_id, items.include_categories)
    return wanted and not under(product.category_id, items.exclude_categories)


def items_of(product: Product, catalogue: Catalogue) -> Iterator[CatalogItemRow | Issue]:
    """Give the items of a product, and, if the shop shows it, what deserves a look about it."""
    offer, found = _offer(product, catalogue)
    combinations = _combinations(product, catalogue, found)
    discount = shown(product.discounts, catalogue.now)
    skeleton, raw_end = _skeleton(product, catalogue), catalogue.settings.items.raw_end_date
    spelled = spelling(skeleton.article, product.options, catalogue)
    if not skeleton.article:
        found.append(issue(issues.NO_ARTICLE, product.product_id))
    found += _puzzles(product, spelled.twice)
    if catalogue.settings.items.base_with_variants or not combinations:
        combinations.insert(0, ())
    for combination in combinations:
        prices = _prices(product, combination, offer, discount, catalogue.currency)
        named = _named(skeleton, product, combination, spelled, catalogue)
        yield (row := _priced(named, prices, offer, raw_end=raw_end))
        found += _price_issues(row, prices, offer, is_variant=bool(combination))
    yield from found if product.active else ()


def _combinations(product: Product, catalogue: Catalogue, found: list[Issue]) -> list[Combination]:
    """Choose the combinations that become items of their own."""
    items = catalogue.settings.items
    if product.original or catalogue.tree.is_under(product.category_id, items.base_only_categories):
        return []
    number = variants.count(product.options, checkbox_values=items.checkbox_values)
    if number > items.max_variants:
        told = issue(
            issues.TOO_MANY_VARIANTS, product.product_id, combinations=number, limit=items.max_variants
        )
        found.append(told)
        return []
    made = variants.combinations(product.options, checkbox_values=items.checkbox_values)
    return list(variants.uncovered(made, product.covered))


def _offer(product: Product, catalogue: Catalogue) -> tuple[Offer | None, list[Issue]]:
    """
    Choose the special that is sent: today's, or the next one when the CRM is told of its dates.

    When today's is zero it counts as none (opencart 8.2), and then the next one is what there is to tell
    (keepincrm Q18). What today's zero keeps off the page is not sent: the shop shows the regular price.
    """
    settings, found = catalogue.settings, list[Issue]()
    if settings.crm.special_target == "off":
        return None, found
    offer = shown(product.specials, catalogue.now)
    if offer is not None and is_nothing(offer):
        found.append(issue(issues.SPECIAL_ZERO, product.product_id, special_id=offer.offer_id))
        offer = None
    if offer is None and settings.crm.special_target == "named_price":
        offer = coming(product.specials, catalogue.now)
    return offer, found


def _prices(
    product: Product,
    combination: Combination,
    offer: Offer | None,
    discount: Offer | None,
    currency: Currency,
) -> Prices:
    with localcontext(EXACT):
        deltas = total(delta(choice.value.prefix, choice.value.price) for choice in combination)
        if deltas is None:
            return Prices(doubtful=True)
        price = regular(product.price, discount, deltas)
        special = offered(offer, product.price, deltas) if offer else None
        return Prices(currency.amount(price), currency.amount(special), price, special)


def _skeleton(product: Product, catalogue: Catalogue) -> CatalogItemRow:
    """Fill in what all items of a product share."""
    url = catalogue.settings.shop.url
    return CatalogItemRow(
        identity=str(product.product_id),
        product_id=product.product_id,
        option_value_ids=[],
        article=own_article(product, catalogue),
        key=None,
        title=product.name,
        description=product.description,
        price=None,
        currency=catalogue.currency.code,
        special=None,
        special_from=None,
        special_to=None,
        shop_category_id=product.category_id,
        category_path=[] if product.category_id is None else catalogue.tree.path(product.category_id),
        images=image_urls(url, product.images),
        link_url=product_url(url, product.product_id),
        active=product.active,
        content_hash="",
    )


def _named(
    row: CatalogItemRow,
    product: Product,
    combination: Combination,
    spelled: Spelling,
    catalogue: Catalogue,
) -> CatalogItemRow:
    """Fill in what an item is called by; the row comes with its product's own article."""
    stands_for = variants.by_option(combination or copied(product))
    written = variant_article(row.article, combination, spelled, catalogue)
    return row._replace(
        identity=variants.identity(product.product_id, combination, spelled.twice),
        option_value_ids=[choice.value.option_value_id for choice in stands_for],
        article=written,
        key=article_key(written, fold_lookalikes=catalogue.settings.items.fold_lookalikes),
        title=item_title(product, combination),
    )


def _priced(row: CatalogItemRow, prices: Prices, offer: Offer | None, *, raw_end: bool) -> CatalogItemRow:
    """Fill in prices, and the hash: whatever changes in it may change the CRM."""
    dated = offer if prices.special is not None else None
    full = row._replace(
        price=prices.price,
        special=prices.special,
        special_from=dated.start if dated else None,
        special_to=last_day(dated.end, raw=raw_end) if dated else None,
        doubtful=prices.doubtful,
    )
    sent = full._replace(identity="", option_value_ids=[], shop_category_id=None, active=True)
    spelled = json.dumps(sent, ensure_ascii=False, default=str)
    return full._replace(content_hash=hashlib.sha256(spelled.encode()).hexdigest())


def _puzzles(product: Product, twice: frozenset[tuple[int, int]]) -> Iterator[Issue]:
    for option in product.options:
        for value in option.values:
            own: dict[str, Any] = {
                "product_option_value_id": value.product_option_value_id,
                "option": option.name,
            }
            if delta(value.prefix, value.price) is None:
                yield issue(issues.UNKNOWN_PREFIX, product.product_id, **own, prefix=value.prefix)
            if (option.option_id, value.option_value_id) in twice:
                yield issue(issues.REPEATED_VALUE, product.product_id, **own)


def _price_issues(
    row: CatalogItemRow, prices: Prices, offer: Offer | None, *, is_variant: bool
) -> Iterator[Issue]:
    """Tell of prices that are none: options may take off more than there is. Of a riddle _puzzles tells."""
    if row.doubtful:
        return
    if row.price is None:
        counted = {"price": f"{prices.counted:f}"} if prices.counted else {}
        yield issue(issues.NO_PRICE, row.product_id, row.identity, **counted)
    elif row.special is None and offer is not None:
        counted = {"special": f"{prices.counted_special:f}"} if prices.counted_special else {}
        yield issue(issues.SPECIAL_ZERO, row.product_id, row.identity, special_id=offer.offer_id, **counted)
    elif row.special is not None and row.special > row.price and not is_variant:
        both: dict[str, Any] = {"price": str(row.price), "special": str(row.special)}
        yield issue(issues.SPECIAL_ABOVE_PRICE, row.product_id, row.identity, **both)
