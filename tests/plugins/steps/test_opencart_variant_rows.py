"""Rows of 4.x that are variants of other products (opencart 8.4)."""

from decimal import Decimal

import pytest

from plugins.hooks.opencart import OpenCartHook
from plugins.steps.opencart_dictionaries import read_dictionaries
from plugins.steps.opencart_pages import PageReader
from tests.plugins.steps.opencart_rows import NOW, read, small_shop
from tests.shop_database import catalogue_settings

COMBINATIONS = ["1#5:39", "1#5:39,6:48", "1#5:39,6:49", "1#5:40", "1#5:40,6:48", "1#5:40,6:49"]
PAINT = 'Фарба "Літо"'


def with_copies(line, *copies):
    """Give a shop with variant rows of the paint; what a row does not say is the paint's."""
    texts = [{"product_id": row["product_id"], "name": row.pop("name", PAINT)} for row in copies]
    stores = [{"product_id": row["product_id"], "store_id": row.pop("store", 0)} for row in copies]
    rows = [{"master_id": 1, "model": "ФАРБА-1", "price": 100, **row} for row in copies]
    return small_shop(line, product=rows, product_description=texts, product_to_store=stores)


@pytest.mark.parametrize("line", ["4.0", "4.1"])
def test_a_variant_row_is_an_item_and_what_it_stands_for_is_left_out(shop, line):
    """
    One is a mere copy of its original, one has an article, a price and a name of its own.

    The copy names a colour alone, and stands for that colour in all packings.
    """
    rows = with_copies(
        line,
        {"product_id": 50, "variant": '{"101":"1001"}'},
        {
            "product_id": 51,
            "model": "ОКРЕМА",
            "price": 7,
            "variant": '{"101":1002,"102":1004}',
            "name": "Відро",
        },
    )
    shop.make(line, rows)
    found = read()
    assert set(found.items) == {"1", "2", "1#5:40", "1#5:40,6:48", "50", "51"}
    copy, own = found.items["50"], found.items["51"]
    assert (copy.article, copy.title, copy.option_value_ids) == (
        *("ФАРБА-1-v39", f"{PAINT} (Колір: Червоний)"),
        [39],
    )
    assert (own.article, own.title, own.price) == ("ОКРЕМА", "Відро", Decimal("7.00"))
    assert own.option_value_ids == [40, 49]
    assert "BAD_VARIANT" not in found.codes()


@pytest.mark.parametrize(
    "spelled",
    [None, "", "[]", "{}", "{oops", "7", '"1001"', '{"101":"9999"}', '{"102":"1001"}', '{"x":"1001"}'],
)
def test_a_variant_row_that_names_no_values_of_its_original_is_a_riddle(mariadb, spelled):
    """It stays an item under its own article; nothing of the original is left out."""
    mariadb.make("4.0", with_copies("4.0", {"product_id": 50, "variant": spelled}))
    found = read()
    assert set(found.items) == {"1", "2", *COMBINATIONS, "50"}
    assert (found.items["50"].article, found.items["50"].title) == ("ФАРБА-1", PAINT)
    (told,) = found.found("BAD_VARIANT")
    assert (told.product_id, told.details) == (50, {"variant": spelled, "has_master": True})


def test_a_variant_row_without_its_original_is_a_riddle(shop):
    shop.make("4.1", with_copies("4.1", {"product_id": 50, "master_id": 99, "variant": '{"101":"1001"}'}))
    found = read()
    assert found.items["50"].article == "ФАРБА-1"
    assert found.found("BAD_VARIANT")[0].details["has_master"] is False


def test_a_disabled_variant_row_takes_its_combination_along_and_one_of_another_store_does_not(shop):
    rows = with_copies(
        "4.0",
        {"product_id": 50, "variant": '{"101":"1001"}', "status": 0},
        {"product_id": 51, "variant": '{"101":"1002"}', "store": 1},
    )
    shop.make("4.0", rows)
    found = read()
    assert (found.items["50"].active, "1#5:39" in found.items, "1#5:40" in found.items) == (
        False,
        False,
        True,
    )
    assert "51" not in found.items


def test_an_original_of_another_store_still_says_what_its_copies_stand_for(shop):
    rows = with_copies("4.1", {"product_id": 50, "variant": '{"101":"1001","102":"1003"}'})
    rows["product_to_store"][0]["store_id"] = 1
    shop.make("4.1", rows)
    items = read().items
    assert set(items) == {"2", "50"}
    assert (items["50"].article, items["50"].title) == (
        *("ФАРБА-1-v39-48", f"{PAINT} (Колір: Червоний, Тара: 1 л)"),
    )


def test_an_original_far_away_is_asked_for_by_itself(mariadb):
    """Between them lie more products than are read at a time."""
    rows = with_copies("4.0", {"product_id": 5000, "variant": '{"101":"1001"}'})
    between = range(10, 4000)
    rows["product"] += [{"product_id": own, "model": f"M{own}"} for own in between]
    rows["product_to_store"] += [{"product_id": own} for own in between]
    mariadb.make("4.0", rows)
    with OpenCartHook().session(catalogue_settings()) as session:
        known = read_dictionaries(session, catalogue_settings().shop)
        reader = PageReader(session, known, catalogue_settings(), NOW.replace(tzinfo=None), ahead=1)
        products = {product.product_id: product for page in reader.pages() for product in page.products}
    original = products[5000].original
    assert original.article == "ФАРБА-1"
    assert [value.option_value_id for _, value in original.combination] == [39]
    assert [option.product_option_id for option in original.options] == [101, 102, 103]
    assert products[1].covered == {frozenset({(101, 1001)})}


def test_codes_of_values_name_copies_too(mariadb):
    mariadb.make("4.0", with_copies("4.0", {"product_id": 50, "variant": '{"101":"1001"}'}))
    mariadb.run(
        "alter table oc_product_option_value add column sku varchar(64)",
        "update oc_product_option_value set sku = 'RED&amp;1' where product_option_value_id = 1001",
    )
    assert read().items["50"].article == "ФАРБА-1-RED&1"
