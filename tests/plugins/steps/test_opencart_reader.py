"""A shop's catalogue as it is read: every line of OpenCart, on MariaDB and on PostgreSQL."""

import re
from collections import Counter
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event

from include.errors import ConfigError
from include.opencart_catalog.dialect import UnsupportedShop
from plugins.hooks.opencart import OpenCartHook, ShopLost, ShopMoved
from plugins.steps.opencart_dictionaries import read_dictionaries
from plugins.steps.opencart_pages import PageReader
from plugins.steps.opencart_reader import read_shop
from tests.plugins.steps.opencart_rows import KYIV, NOW, dictionaries, read, small_shop, value
from tests.shop_database import catalogue_settings, mariadb_server

at = datetime.fromisoformat  # a wall clock, without a zone


@contextmanager
def statements():
    """Give a list of the statements that are run meanwhile."""
    run = []

    def keep(*told):
        run.append(told[2])

    event.listen(Engine, "before_cursor_execute", keep)
    yield run
    event.remove(Engine, "before_cursor_execute", keep)


LINES = ["2.3", "3.0", "ocStore 3.0", "4.0", "4.1"]


@pytest.mark.parametrize("line", LINES)
def test_every_line_gives_the_same_items(shop, line):
    shop.make(line, small_shop(line))
    found = read()
    assert {identity: (item.article, item.price) for identity, item in found.items.items()} == {
        "1": ("ФАРБА-1", Decimal("100.00")),
        "1#5:39": ("ФАРБА-1-v39", Decimal("104.00")),
        "1#5:39,6:48": ("ФАРБА-1-v39-48", Decimal("104.00")),
        "1#5:39,6:49": ("ФАРБА-1-v39-49", Decimal("504.00")),
        "1#5:40": ("ФАРБА-1-v40", Decimal("96.50")),
        "1#5:40,6:48": ("ФАРБА-1-v40-48", Decimal("96.50")),
        "1#5:40,6:49": ("ФАРБА-1-v40-49", Decimal("496.50")),
        "2": ("Щітка & 2", Decimal("35.50")),
    }
    item = found.items["1#5:40,6:49"]
    assert (item.title, item.description) == ('Фарба "Літо" (Колір: Синій, Тара: bucket)', "<p>Для стін</p>")
    assert (item.shop_category_id, item.category_path) == (11, ["Фарби", "Для стін & стель"])
    assert item.option_value_ids == [40, 49]
    assert item.images == [
        "https://shop.example/image/catalog/%D1%84%D0%B0%D1%80%D0%B1%D0%B0%201.jpg",
        "https://shop.example/image/catalog/b.jpg",
        "https://shop.example/image/catalog/a.jpg",
    ]
    assert item.link_url == "https://shop.example/index.php?route=product/product&product_id=1"
    assert (item.currency, item.active, item.key) == ("UAH", True, "фарба-1-v40-49")
    (ignored,) = found.found("OPTIONS_IGNORED")
    assert ignored.details == {"textarea": 1}


def test_an_empty_shop_gives_nothing_and_does_not_fail(shop):
    shop.make("3.0", {name: rows for name, rows in dictionaries().items() if not name.startswith("cat")})
    found = read()
    assert (found.items, found.categories) == ({}, {})


def test_a_table_prefix_of_any_kind_is_taken(shop):
    for prefix in ("", "Shop2_"):
        shop.make("3.0", small_shop("3.0"), prefix)
        assert len(read(shop={"prefix": prefix}).items) == 8


def test_a_wrong_prefix_is_told_with_the_ones_that_exist(shop):
    shop.make("3.0", small_shop("3.0"), "ocd_")
    with pytest.raises(ConfigError, match="з префіксом «ocd_»"):
        read()


def test_opencart_5_is_refused(shop):
    shop.make("4.1", small_shop("4.1"))
    shop.run("alter table oc_product_option_value drop column price_prefix")
    with pytest.raises(UnsupportedShop, match="OpenCart 5"):
        read()


def test_what_the_shop_hides_is_read_as_inactive_and_gives_no_issues(shop):
    hidden = [
        {"product_id": 3, "model": "", "status": 0},
        {"product_id": 4, "model": "A4", "date_available": "2026-07-16"},
        {"product_id": 5, "model": "A5"},
        {"product_id": 6, "model": "A6"},
        {"product_id": 7, "model": "A7", "date_available": "2026-07-15"},
    ]
    texts = [{"product_id": number, "name": f"Товар {number}"} for number in (3, 4, 6, 7)]
    texts.append({"product_id": 5, "language_id": 2, "name": "Goods 5"})
    stores = [{"product_id": number, "store_id": int(number == 6)} for number in (3, 4, 5, 6, 7)]
    shop.make("3.0", small_shop("3.0", product=hidden, product_description=texts, product_to_store=stores))
    found = read()
    active = {identity: item.active for identity, item in found.items.items() if item.product_id > 2}
    assert active == {"3": False, "4": False, "5": False, "7": True}
    assert found.items["5"].title == "Goods 5"
    assert {issue.product_id for issue in found.issues} == {None, 7}


def test_a_name_is_looked_for_in_other_languages_and_then_in_the_model(shop):
    texts = [{"product_id": 3}, {"product_id": 3, "language_id": 2, "name": "Roller"}, {"product_id": 4}]
    more = [{"product_id": 3, "model": "R3"}, {"product_id": 4, "model": "R4"}]
    stores = [{"product_id": 3}, {"product_id": 4}]
    shop.make("3.0", small_shop("3.0", product=more, product_description=texts, product_to_store=stores))
    found = read()
    assert (found.items["3"].title, found.items["4"].title) == ("Roller", "R4")


SPECIALS = [
    {"price": "90.0000", "date_start": "2026-07-10", "date_end": "2026-07-20"},
    {"price": "70.0000", "priority": 2},
    {"price": "10.0000", "customer_group_id": 2},
]


@pytest.mark.parametrize(
    ("now", "special", "first", "last"),
    [
        (at("2026-07-10 00:00:00"), 70, None, None),
        (at("2026-07-10 00:00:01"), 90, date(2026, 7, 10), date(2026, 7, 19)),
        (at("2026-07-19 23:59:59"), 90, date(2026, 7, 10), date(2026, 7, 19)),
        (at("2026-07-20 00:00:00"), 70, None, None),
        (at("2026-07-20 12:00:00"), 70, None, None),
    ],
)
@pytest.mark.parametrize("line", ["3.0", "4.1"])
def test_a_special_is_the_one_the_shop_shows_to_the_second(shop, line, now, special, first, last):
    kept_in = "product_discount" if line == "4.1" else "product_special"
    marks = {"special": 1} if line == "4.1" else {}
    rows = [{"product_id": 1, f"{kept_in}_id": place, **row, **marks} for place, row in enumerate(SPECIALS)]
    shop.make(line, small_shop(line, **{kept_in: rows}))
    items = read(now.replace(tzinfo=KYIV)).items
    assert (items["1"].special, items["1"].special_from, items["1"].special_to) == (special, first, last)
    assert items["1#5:40,6:49"].special == special + Decimal("396.50")
    assert items["2"].special is None


def test_kinds_of_offers_of_4_1_follow_the_cart_and_null_dates_never_hold(mariadb):
    kinds = [(1, "P", 10), (2, "S", 5), (3, "F", 777), (4, "F", 20)]
    rows = [
        {"product_id": own, "product_discount_id": own, "type": kind, "price": price, "special": 1}
        for own, kind, price in kinds
    ]
    rows[3] |= {"date_start": None}
    extra = {"product": [{"product_id": own, "model": f"M{own}", "price": 500} for own in (3, 4)]}
    extra["product_description"] = [{"product_id": own, "name": f"N{own}"} for own in (3, 4)]
    extra["product_to_store"] = [{"product_id": own} for own in (3, 4)]
    mariadb.make("4.1", small_shop("4.1", **extra, product_discount=rows))
    found = read()
    assert found.items["1"].special == Decimal("90.00")
    assert found.items["1#5:40,6:49"].special == Decimal("446.85")  # of 496.50, deltas and all
    assert found.items["2"].special == Decimal("30.50")
    assert (found.items["3"].special, found.items["4"].special) == (Decimal("777.00"), None)
    assert [issue.product_id for issue in found.found("SPECIAL_ABOVE_PRICE")] == [3]


def test_specials_left_behind_by_the_upgrade_to_4_1_are_reported_and_not_read(mariadb):
    mariadb.make("4.1", small_shop("4.1"))
    mariadb.run(
        "create table oc_product_special (product_special_id int, product_id int)",
        "insert into oc_product_special values (1, 1)",
    )
    found = read()
    assert (found.items["1"].special, found.found("SHOP_LOST_SPECIALS")[0].details) == (None, {"number": 1})


def test_the_first_article_that_is_not_blank_counts_in_4_1(shop):
    codes = [
        {"product_code_id": 3, "product_id": 1, "code": "sku", "value": "SAM 2"},
        {"product_code_id": 2, "product_id": 1, "value": "SAM 1"},
        {"product_code_id": 1, "product_id": 1, "value": " \u00a0"},
        {"product_code_id": 4, "product_id": 2, "code": "EAN", "value": "482"},
    ]
    shop.make("4.1", small_shop("4.1", product_code=codes))
    items = read().items
    assert (items["1"].article, items["2"].article) == ("SAM 1", "Щітка & 2")


def test_a_quantity_one_discount_is_the_regular_price_and_tiers_are_counted(shop):
    rows = [
        {"product_discount_id": 1, "product_id": 1, "quantity": 1, "price": "95.0000"},
        {"product_discount_id": 2, "product_id": 1, "quantity": 10, "price": "80.0000"},
    ]
    shop.make("3.0", small_shop("3.0", product_discount=rows))
    found = read()
    assert (found.items["1"].price, found.items["1#5:39"].price) == (Decimal("95.00"), Decimal("99.00"))
    assert found.found("TIERS_IGNORED")[0].details == {"number": 1}


def test_null_everywhere_is_read_and_reported(shop):
    shop.make("4.1", small_shop("4.1"))
    shop.run(
        "update oc_product set price = null, image = null, model = null where product_id = 2",
        "update oc_product_description set name = null, description = null where product_id = 2",
        "update oc_product_option_value set price = null, price_prefix = null where option_value_id = 39",
        "update oc_category set sort_order = null",
        "update oc_product_option set required = null where product_option_id = 102",
    )
    found = read()
    assert found.items["2"] == found.items["2"]._replace(
        title="№ 2", description=None, price=None, article=None, images=[], active=True
    )
    assert found.items["1#5:39"].price == Decimal("100.00")
    assert [(one.code[8:], one.product_id) for one in found.issues if one.product_id] == [
        ("NO_ARTICLE", 2),
        ("NO_PRICE", 2),
    ]


def test_values_with_unknown_prefixes_have_no_price_and_are_reported(shop):
    more = [value(1005, 101, 5, 39, "50.0000", "="), value(1006, 101, 5, 41, "1.0000")]
    shop.make("3.0", small_shop("3.0", product_option_value=more))
    found = read()
    assert found.found("UNKNOWN_PREFIX")[0].details == {
        **{"product_option_value_id": 1005, "option": "Колір", "prefix": "="}
    }
    riddle = found.items["1#5:39:1005"]
    assert (riddle.price, riddle.special, riddle.doubtful) == (None, None, True)
    assert found.items["1#5:39:1001"].price == Decimal("104.00")
    assert found.items["1#5:39:1001"].article == "ФАРБА-1-v39p1001"
    assert len(found.found("REPEATED_VALUE")) == 2
    assert found.found("OPTION_ORPHAN")[0].details == {"option_value_id": 41}


def test_categories_without_a_parent_or_in_a_circle_are_roots_and_reported(shop):
    more = [
        {"category_id": 20, "parent_id": 99},
        {"category_id": 21, "parent_id": 20},
        {"category_id": 30, "parent_id": 31},
        {"category_id": 31, "parent_id": 30, "status": 0},
    ]
    paths = [{"category_id": 11, "path_id": 10, "level": 0}, {"category_id": 10, "path_id": 10}]
    shop.make("3.0", small_shop("3.0", category=more, category_path=paths))
    found = read()
    assert [row for row in found.categories.values() if row.category_id >= 20] == [
        (20, None, "№ 20", ["№ 20"], True, True),
        (30, None, "№ 30", ["№ 30"], True, True),
        (31, None, "№ 31", ["№ 31"], False, True),
        (21, 20, "№ 21", ["№ 20", "№ 21"], True, False),
    ]
    assert [one.details["category_id"] for one in found.found("CATEGORY_ORPHAN")] == [20, 30, 31]
    assert found.found("CATEGORY_PATH_STALE")[0].details == {"number": 3, "category_ids": [12, 11, 21]}


def test_the_main_category_of_ocstore_wins_over_a_deeper_one(shop):
    rows = small_shop("ocStore 3.0")
    rows["product_to_category"][0] |= {"main_category": 1}
    shop.make("ocStore 3.0", rows)
    assert read().items["1"].shop_category_id == 10


def test_a_code_of_option_values_is_in_the_variants_article(shop):
    shop.make("3.0", small_shop("3.0"))
    shop.run(
        "alter table oc_product_option_value add column article varchar(64)",
        "update oc_product_option_value set article = 'RED-1' where product_option_value_id = 1001",
    )
    items = read().items
    assert (items["1#5:39"].article, items["1#5:39,6:48"].article) == ("ФАРБА-1-RED-1", "ФАРБА-1-v39-48")


def test_prices_are_converted_at_the_shops_rate(shop):
    shop.make("3.0", small_shop("3.0"))
    item = read(shop={"convert_to": "EUR"}).items["1#5:40,6:49"]
    assert (item.price, item.currency) == (Decimal("9.93"), "EUR")
    with pytest.raises(ConfigError, match="курсу PLN"):
        read(shop={"convert_to": "PLN"})


def test_an_unknown_language_is_refused_with_those_there_are(shop):
    shop.make("3.0", small_shop("3.0"))
    with pytest.raises(ConfigError, match="мови «de-de» у магазині немає, є: en-gb, uk-ua"):
        read(shop={"language": "de-de"})


def test_categories_decide_what_is_read_and_what_has_variants(shop):
    shop.make("3.0", small_shop("3.0"))
    assert set(read(items={"base_only_categories": [10]}).items) == {"1", "2"}
    assert set(read(items={"include_categories": [12]}).items) == {"2"}
    assert set(read(items={"exclude_categories": [12], "base_with_variants": False}).items) == {
        *("1#5:39", "1#5:39,6:48", "1#5:39,6:49", "1#5:40", "1#5:40,6:48", "1#5:40,6:49")
    }


def test_too_many_combinations_leave_the_product_alone(shop):
    shop.make("3.0", small_shop("3.0"))
    found = read(items={"max_variants": 5})
    assert (set(found.items), found.found("TOO_MANY_VARIANTS")[0].details) == (
        {"1", "2"},
        {"combinations": 6, "limit": 5},
    )


def test_pages_follow_one_another_without_gaps(mariadb):
    numbers = range(10, 2510, 2)
    goods = {"product": [{"product_id": own, "model": f"M{own}", "price": own} for own in numbers]}
    goods["product_description"] = [{"product_id": own, "name": f"N{own}"} for own in numbers]
    goods["product_to_store"] = [{"product_id": own} for own in numbers]
    mariadb.make("3.0", small_shop("3.0", **goods))
    items = read().items
    assert [item.product_id for item in items.values() if item.product_id > 2] == list(numbers)


@pytest.mark.parametrize("ahead", [1, 7, 1000])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_however_much_is_read_ahead_the_products_are_the_same(postgres_shop, size, ahead):
    """Options lie far apart and in no order; every third product is of another store."""
    rows, numbers = small_shop("4.0"), range(10, 40)
    rows["product"] += [
        {"product_id": own, "model": f"M{own}", "master_id": own % 4 and 10} for own in numbers
    ]
    rows["product_description"] += [{"product_id": own, "name": f"N{own}"} for own in numbers]
    rows["product_to_store"] += [{"product_id": own, "store_id": int(own % 3 == 0)} for own in numbers]
    rows["product_option"] += [
        {"product_option_id": 900 - own, "product_id": own, "option_id": 5} for own in numbers[::2]
    ]
    rows["product_option_value"] += [
        value(9000 - own, 900 - own, 5, 39, own) | {"product_id": own} for own in numbers[::2]
    ]
    postgres_shop.make("4.0", rows)
    settings = catalogue_settings()
    with OpenCartHook().session(settings) as session:
        known = read_dictionaries(session, settings.shop)
        clock = NOW.replace(tzinfo=None)
        usual = list(PageReader(session, known, settings, clock).pages())
        paged = list(PageReader(session, known, settings, clock, ahead=ahead).pages(size))
    assert [one for page in paged for one in page.products] == [
        one for page in usual for one in page.products
    ]
    assert sum((page.ignored for page in paged), Counter()) == sum(
        (page.ignored for page in usual), Counter()
    )
    assert sorted(map(str, (one for page in paged for one in page.found))) == sorted(
        str(one) for page in usual for one in page.found
    )


@pytest.mark.parametrize("line", ["3.0", "4.1"])
def test_tables_without_an_index_by_product_are_asked_once_for_many_pages(mariadb, line):
    """Such a question reads the whole table, and on MyISAM keeps buyers' writes waiting."""
    numbers = range(10, 2510)
    goods = {"product": [{"product_id": own, "model": f"M{own}"} for own in numbers]}
    goods["product_to_store"] = [{"product_id": own} for own in numbers]
    mariadb.make(line, small_shop(line, **goods))
    settings = catalogue_settings()
    with OpenCartHook().session(settings) as session:
        known = read_dictionaries(session, settings.shop)
        with statements() as asked:
            assert len(list(PageReader(session, known, settings, NOW.replace(tzinfo=None)).pages())) == 3
    of_table = Counter(name for statement in asked for name in re.findall(r"FROM .(oc_\w+)", statement))
    assert (of_table["oc_product_option"], of_table["oc_product_image"]) == (1, 3)
    of_variants = [statement for statement in asked if re.search("master_id. > ", statement)]
    assert len(of_variants) == (line == "4.1")


def test_rows_that_move_on_myisam_are_told_and_the_second_time_let_be(mariadb):
    mariadb.make("3.0", small_shop("3.0"))
    for category, again in ((10, False), (11, True)):
        reading = read_shop(OpenCartHook(), catalogue_settings(), NOW, again=again)
        next(reading)
        mariadb.run(f"insert into oc_product_to_category values (2, {category})")
        if not again:
            with pytest.raises(ShopMoved):
                list(reading)
        else:
            assert list(reading)[-1].issues[-1].code == "CATALOG_SHOP_MOVED"


@pytest.mark.parametrize("line", ["4.0", "4.1"])
def test_innodb_shows_one_moment_however_long_the_reading(mariadb, line):
    mariadb.make(line, small_shop(line))
    reading = read_shop(OpenCartHook(), catalogue_settings(), NOW)
    next(reading)
    mariadb.run("update oc_product set price = 1", "delete from oc_product where product_id = 2")
    assert [item.price for batch in reading for item in batch.items][-1] == Decimal("35.50")


def test_a_shop_lost_in_mid_reading_is_a_fault_that_may_pass(mariadb):
    mariadb.make("3.0", small_shop("3.0"))
    reading = read_shop(OpenCartHook(), catalogue_settings(), NOW)
    next(reading)
    mariadb_server().hang_up(mariadb.engine.url.database)
    with pytest.raises(ShopLost) as caught:
        list(reading)
    assert caught.value.temporary
