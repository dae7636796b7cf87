"""A product as items: prices that cannot be told, combinations with rows of their own, articles."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from include.opencart_catalog.categories import CategoryTree
from include.opencart_catalog.item import CatalogItemRow, items_of
from include.opencart_catalog.price import Currency
from include.opencart_catalog.product import Catalogue, Original, Product
from include.opencart_catalog.special import Offer
from include.opencart_catalog.variants import Choice, Option, OptionValue
from include.settings.opencart_catalog import OpencartCatalogSettings


def catalogue(**items: Any) -> Catalogue:
    given = {"shop": {"url": "https://shop.example.org"}, "items": items}
    settings = OpencartCatalogSettings.model_validate(given)
    return Catalogue(settings, CategoryTree([]), Currency("UAH"), datetime.fromisoformat("2026-11-02"))


def option(own: int, *values: tuple[int, str], required: bool = True, **more: Any) -> Option:
    made = [OptionValue(own * 100 + number, number, name, "+", Decimal(0)) for number, name in values]
    return Option(own, own + 10, "select", required, f"О{own}", tuple(one._replace(**more) for one in made))


def coded(own: int, *values: tuple[int, str], required: bool = True) -> Option:
    found = option(own, *values, required=required)
    return found._replace(values=tuple(one._replace(code=one.name) for one in found.values))


def product(*options: Option, **more: Any) -> Product:
    own: dict[str, Any] = {"product_id": 42, "sku": "M7", "model": None, "name": "Фарба", "description": None}
    return Product(
        **own | {"price": Decimal(100), "active": True, "category_id": None, "options": options} | more
    )


def read(one: Product, **settings: Any) -> tuple[dict[str, CatalogItemRow], list[str]]:
    found = list(items_of(one, catalogue(**settings)))
    rows = {row.identity: row for row in found if isinstance(row, CatalogItemRow)}
    return rows, [told.code for told in found if not isinstance(told, CatalogItemRow)]


def articles(one: Product, **settings: Any) -> list[str | None]:
    return [row.article for row in read(one, **settings)[0].values()]


SPECIAL = Offer(1, 1, "F", Decimal(80), date(2026, 11, 1), None)


@pytest.mark.parametrize("prefix", ["=", "%", "*", "u"])
def test_a_price_behind_an_unknown_sign_is_not_told_at_all(prefix: str) -> None:
    size = option(1, (1, "S"))
    odd = option(2, (2, "Біла"), prefix=prefix, price=Decimal(250), required=False)
    rows, told = read(product(size, odd, specials=(SPECIAL,)))
    assert rows["42"].price == rows["42#11:1"].price == Decimal("100.00")
    assert rows["42#11:1"].special == Decimal("80.00")
    assert not rows["42#11:1"].doubtful
    riddle = rows["42#11:1,12:2"]
    assert (riddle.price, riddle.special, riddle.special_from, riddle.doubtful) == (None, None, None, True)
    assert told == ["CATALOG_UNKNOWN_PREFIX"]


@pytest.mark.parametrize("taken_off", [90, 91])
def test_a_discount_used_up_by_options_is_no_price_and_is_told(taken_off: int) -> None:
    less = option(1, (1, "S"), prefix="-", price=Decimal(taken_off))
    rows, told = read(product(less, discounts=(Offer(1, 1, "F", Decimal(90), None, None),)))
    assert (rows["42"].price, rows["42#11:1"].price) == (Decimal("90.00"), None)
    assert told == ["CATALOG_NO_PRICE"]


def test_a_row_for_some_options_stands_for_all_that_is_combined_with_them() -> None:
    size, colour = option(1, (1, "S"), (2, "L")), option(2, (3, "Біла"), (4, "Чорна"), required=False)
    rows, _ = read(product(size, colour, covered=frozenset({frozenset({(1, 102)})})))
    assert list(rows) == ["42", "42#11:1,12:3", "42#11:1,12:4", "42#11:1"]
    whole = frozenset({frozenset({(1, 102), (2, 203)}), frozenset({(2, 204)})})
    assert list(read(product(size, colour, covered=whole))[0]) == ["42", "42#11:1,12:3", "42#11:1", "42#11:2"]


def test_more_than_a_thousand_combinations_are_sent() -> None:
    options = [option(own, *((own * 10 + n, f"v{n}") for n in range(6))) for own in range(1, 4)]
    five = option(4, *((50 + n, f"v{n}") for n in range(5)))
    rows, told = read(product(*options, five))
    assert (len(rows), told) == (1 + 6 * 6 * 6 * 5, [])


def test_words_that_come_to_one_article_get_ids_after_them() -> None:
    size = option(1, (39, "L+"), (40, "L-"), (41, "M"))
    labels = {"variant_article": "labels"}
    assert articles(product(size), **labels) == ["M7", "M7-L-v39", "M7-L-v40", "M7-M"]
    either = [option(1, (1, "L"), required=False), option(2, (2, "l"), required=False)]
    assert articles(product(*either), **labels) == ["M7", "M7-L-L", "M7-L-v1", "M7-L-v2"]
    looks = option(1, (1, "А"), (2, "A"))  # Cyrillic and Latin
    assert articles(product(looks), **labels) == ["M7", "M7-А", "M7-A"]
    assert articles(product(looks), **labels, fold_lookalikes=True) == ["M7", "M7-А-v1", "M7-A-v2"]


def test_ids_are_the_same_whichever_combinations_have_rows_of_their_own() -> None:
    size = option(1, (39, "L+"), (40, "L-"))
    row = {"covered": frozenset({frozenset({(1, 139)})})}
    assert articles(product(size, **row), variant_article="labels") == ["M7", "M7-L-v40"]
    (plus, _) = size.values
    copy = product(original=Original("M7", "Фарба", (Choice(size, plus),), (size,)))
    assert articles(copy, variant_article="labels") == ["M7-L-v39"]


def test_the_code_of_the_only_option_is_the_article() -> None:
    assert articles(product(coded(1, (1, "R-1"), (2, "L-1")))) == ["M7", "R-1", "L-1"]
    assert articles(product(coded(1, (1, "R"), (2, "r")))) == ["M7", "R-v1", "r-v2"]
    assert articles(product(coded(1, (1, "m 7")))) == ["M7", "m 7-v1"]
    assert articles(product(coded(1, (1, "m 7"))), base_with_variants=False) == ["m 7"]


def test_codes_of_several_options_stand_after_the_article_of_their_product() -> None:
    two = [coded(1, (1, "R")), coded(2, (2, "L"), required=False)]
    assert articles(product(*two)) == ["M7", "M7-R-L", "M7-R"]
    assert articles(product(*two, sku=None)) == [None, None, None]
    mixed = [coded(1, (1, "R")), option(2, (2, "L"))]
    assert articles(product(*mixed)) == ["M7", "M7-v1-2"]


def test_of_too_many_variants_nobody_can_tell_which_share_an_article() -> None:
    size = option(1, (39, "L"), (40, "M"))
    copy = product(original=Original("M7", "Фарба", (Choice(size, size.values[0]),), (size,)))
    assert articles(copy, variant_article="labels", max_variants=1) == ["M7-L-v39"]
