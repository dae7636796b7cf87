"""Odd data of a shop, each piece with what becomes of it (opencart 3, 6, 8, 9)."""

import itertools
from datetime import date, datetime
from decimal import Decimal

import pytest

from include.errors import ConfigError
from include.opencart_catalog.dialect import UnsupportedShop
from plugins.hooks.opencart import OpenCartHook, ShopDenied, ShopLost, ShopMoved
from plugins.steps.opencart_reader import read_shop
from tests.plugins.steps.opencart_rows import NOW, read, small_shop, value
from tests.shop_database import catalogue_settings, mariadb_server

OPEN = "0000-00-00"


def special(own, price, start=OPEN, end=OPEN, **more):
    """Give a row of product_special of the paint."""
    dates = {"date_start": start, "date_end": end}
    return {"product_special_id": own, "product_id": 1, "price": price, **dates, **more}


@pytest.mark.parametrize(
    ("rows", "sent"),
    [
        ([special(1, 0), special(2, 80, "2026-08-01", "2026-08-11")], None),
        ([special(1, 0, end="2026-08-01"), special(2, 80, "2026-08-01", "2026-08-11")], 80),
        ([special(1, 0, priority=2), special(2, 80, "2026-08-01", "2026-08-11")], 80),
        ([special(1, -3, priority=2), special(2, 80, "2026-08-01", "2026-08-11")], 80),
        ([special(1, 0, priority=0), special(2, 90)], None),
    ],
)
def test_a_special_of_zero_is_none_and_the_next_that_the_shop_will_show_is_sent(shop, rows, sent):
    """A zero that will still stand before the next one when its day comes keeps it off the page for good."""
    shop.make("3.0", small_shop("3.0", product_special=rows))
    found = read()
    days = (date(2026, 8, 1), date(2026, 8, 10)) if sent else (None, None)
    item = found.items["1"]
    assert (item.special, item.special_from, item.special_to) == (sent, *days)
    assert (found.found("SPECIAL_ZERO")[0].identity, found.found("SPECIAL_ZERO")[0].details) == (
        None,
        {"special_id": 1},
    )
    assert read(crm={"special_target": "price"}).items["1"].special is None
    assert "SPECIAL_ZERO" not in read(crm={"special_target": "off"}).codes()


def test_options_that_take_off_more_than_there_is_leave_no_price_and_say_so(shop):
    more = [value(1005, 101, 5, 48, "100.0000", "-"), value(1006, 101, 5, 49, "95.5000", "-")]
    shop.make("3.0", small_shop("3.0", product_option_value=more, product_special=[special(7, "95.5")]))
    found = read()
    prices = {own: (found.items[f"1#5:{own}"].price, found.items[f"1#5:{own}"].special) for own in (48, 49)}
    assert prices == {48: (None, None), 49: (Decimal("4.50"), None)}
    assert [(one.identity, one.details) for one in found.found("NO_PRICE") if "," not in one.identity] == [
        ("1#5:48", {})
    ]
    zero = {one.identity: one.details for one in found.found("SPECIAL_ZERO")}
    assert zero["1#5:49"] == {"special_id": 7}
    shop.run("update oc_product set price = 99 where product_id = 1")
    (negative,) = [one for one in read().found("NO_PRICE") if one.identity == "1#5:48"]
    assert Decimal(negative.details["price"]) == -1


def test_a_price_beyond_any_column_is_none_and_said(shop):
    rows = small_shop("3.0")
    rows["product"][1]["price"] = "99999999999.9999"
    rows["currency"] = [{"code": "UAH"}, {"code": "EUR", "value": 9999999}]
    shop.make("3.0", rows)
    assert read().items["2"].price == Decimal("100000000000.00")
    found = read(shop={"convert_to": "EUR"})
    assert found.items["2"].price is None
    assert found.found("NO_PRICE")[0].details == {"price": "99999999999.9999"}


def test_amounts_in_columns_of_another_type_are_exact_all_the_same(shop):
    shop.make("3.0", small_shop("3.0"))
    kind = "double" if "maria" in shop.url or "mysql" in shop.url else "double precision"
    shop.run(
        *(f"alter table oc_{name} {changed(shop, kind)}" for name in ("product", "product_option_value"))
    )
    assert read().items["1#5:40,6:49"].price == Decimal("496.50")


def changed(shop, kind):
    return f"modify price {kind}" if kind == "double" else f"alter column price type {kind}"


def test_tables_of_many_character_sets_and_collations_are_read_alike(mariadb):
    mariadb.make(
        "4.1", small_shop("4.1", product_code=[{"product_code_id": 1, "product_id": 2, "value": "S2"}])
    )
    mariadb.run(
        *(
            f"alter table oc_{name} convert to character set {kind}"
            for name, kind in {
                "product": "cp1251 collate cp1251_ukrainian_ci",
                "product_description": "utf8mb3 collate utf8mb3_bin",
                "category_description": "cp1251 collate cp1251_bin",
                "option_value_description": "koi8u",
                "product_code": "latin1 collate latin1_german2_ci",
                "setting": "latin1 collate latin1_bin",
                "language": "utf8mb4 collate utf8mb4_general_ci",
                "option": "latin1",
            }.items()
        )
    )
    found = read()
    item = found.items["1#5:40,6:49"]
    assert (item.title, item.article) == ('Фарба "Літо" (Колір: Синій, Тара: bucket)', "ФАРБА-1-v40-49")
    assert (item.category_path[-1], found.items["2"].article) == ("Для стін & стель", "S2")


def test_a_server_that_takes_double_quotes_for_names_is_understood(mariadb):
    mariadb.make("3.0", small_shop("3.0"))
    before = "select @@global.sql_mode"
    with mariadb_server().engine().connect() as connection:
        mode = connection.exec_driver_sql(before).scalar()
        connection.exec_driver_sql("set global sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,TRADITIONAL'")
        try:
            assert len(read().items) == 8
        finally:
            connection.exec_driver_sql(f"set global sql_mode = '{mode}'")


def test_letters_typed_as_two_and_blanks_of_every_kind_are_read_as_people_see_them(shop):
    blanks = "\u00a0\u2007\u202f\t "
    rows = small_shop("3.0")
    rows["product"][1] |= {"sku": f"{blanks}\u200b&nbsp;", "model": f"{blanks}И\u0306од{blanks}\u00ad7 "}
    rows["product_description"][1] |= {"name": f" Пензлі{blanks}для и\u0306оду&nbsp;&#8239;"}
    rows["product"][1]["image"] = " catalog/и\u0306  1&amp;2.jpg "
    shop.make("3.0", rows)
    item = read().items["2"]
    assert (item.title, item.article, item.key) == ("Пензлі для йоду", "Йод \u00ad7", "йод7")
    assert item.images == ["https://shop.example/image/catalog/%D0%B8%CC%86%20%201%262.jpg"]


def test_a_zero_first_day_is_no_limit_and_a_broken_one_compares_as_the_shop_does(mariadb):
    days = {3: OPEN, 4: "2026-00-10", 5: "2026-08-00", 6: "2026-07-15"}
    more = [{"product_id": own, "model": f"A{own}", "date_available": day} for own, day in days.items()]
    texts = [{"product_id": own, "name": f"N{own}"} for own in days]
    stores = [{"product_id": own} for own in days]
    mariadb.make("3.0", small_shop("3.0", product=more, product_description=texts, product_to_store=stores))
    items = read().items
    assert {own: items[str(own)].active for own in days} == {3: True, 4: True, 5: False, 6: True}


def test_a_first_day_of_null_never_comes_in_4_1(shop):
    shop.make("4.1", small_shop("4.1"))
    shop.run("update oc_product set date_available = null where product_id = 2")
    assert {own: item.active for own, item in read().items.items()}["2"] is False


def test_a_special_of_a_day_that_no_calendar_has_runs_as_the_shop_runs_it(mariadb):
    rows = [special(1, 80, "2026-00-10", "2026-08-00"), special(2, 90, priority=2)]
    mariadb.make("3.0", small_shop("3.0", product_special=rows))
    found = read()
    (first, last) = found.items["1"].special_from, found.items["1"].special_to
    assert (found.items["1"].special, str(first), str(last)) == (80, "2026-01-01", "2026-07-31")
    assert found.found("BAD_DATE") == []


def test_a_special_whose_day_is_a_word_is_left_out_and_said(mariadb):
    rows = [special(1, 80), special(2, 90, priority=2)]
    mariadb.make("3.0", small_shop("3.0", product_special=rows))
    mariadb.run("alter table oc_product_special modify date_start varchar(20)")
    mariadb.run("update oc_product_special set date_start = 'скоро' where product_special_id = 1")
    found = read()
    assert found.items["1"].special == 90
    assert found.found("BAD_DATE")[0].details["date_start"] == "скоро"


def test_another_store_has_products_settings_and_a_customer_group_of_its_own(shop):
    rows = small_shop("3.0", product_special=[special(1, 80), special(2, 70, customer_group_id=3)])
    rows["setting"] += [
        {"store_id": 1, "key": "config_language", "value": "en-gb"},
        {"store_id": 1, "key": "config_currency", "value": "eur"},
        {"store_id": 1, "key": "config_customer_group_id", "value": "3"},
        {"store_id": 2, "key": "config_currency", "value": "PLN"},
    ]
    rows["product_to_store"] = [{"product_id": 1, "store_id": 1}, {"product_id": 2}]
    rows["product_description"].append({"product_id": 1, "language_id": 2, "name": "Paint"})
    shop.make("3.0", rows)
    assert set(read().items) == {"2"}
    items = read(shop={"store": 1}).items
    assert {item.product_id for item in items.values()} == {1}
    assert (items["1"].title, items["1"].currency, items["1"].special) == ("Paint", "EUR", 70)
    assert read(shop={"store": 1, "customer_group": 1}).items["1"].special == 80
    assert read(shop={"store": 7}).items == {}


def test_settings_of_null_are_as_if_they_were_not_there(shop):
    shop.make("4.1", small_shop("4.1"))
    shop.run("update oc_setting set value = null where value = '1'")
    assert len(read().items) == 8
    shop.run("update oc_setting set value = null")
    with pytest.raises(ConfigError, match="мови «» у магазині немає"):
        read()


def test_stock_decides_nothing_and_who_has_none_stays_in_the_catalogue(shop):
    shop.make("3.0", small_shop("3.0"))
    shop.run(
        "update oc_product set quantity = -5, subtract = 1",
        "update oc_product_option_value set quantity = 0, subtract = 1",
    )
    items = read().items
    assert (len(items), all(item.active for item in items.values())) == (8, True)


def test_values_that_hang_on_no_option_of_their_product_are_left_out_and_said(shop):
    lost = [value(1010, 999, 5, 39, "1.0000"), {**value(1011, 101, 5, 40, "7.0000"), "product_id": 2}]
    shop.make("3.0", small_shop("3.0", product_option_value=lost))
    found = read()
    assert (len(found.items), found.items["1#5:40"].price) == (8, Decimal("96.50"))
    told = [(one.product_id, one.details) for one in found.found("OPTION_ORPHAN")]
    assert sorted(told) == [(1, {"product_option_id": 999}), (2, {"product_option_id": 101})]


def test_an_unknown_option_of_a_product_is_left_out_and_said_once(shop):
    more = [{"product_option_id": 104, "product_id": 1, "option_id": 77, "required": 1}]
    lost = [value(1012, 104, 77, 39, "1.0000")]
    shop.make("3.0", small_shop("3.0", product_option=more, product_option_value=lost))
    found = read()
    assert (len(found.items), [one.details for one in found.found("OPTION_ORPHAN")]) == (
        8,
        [{"option_id": 77}],
    )


def test_a_product_in_a_base_only_category_and_another_goes_by_the_one_it_is_exported_to(shop):
    rows = small_shop("3.0", product_to_category=[{"product_id": 1, "category_id": 12}])
    shop.make("3.0", rows)
    assert len(read(items={"base_only_categories": [12]}).items) == 8
    assert len(read(items={"base_only_categories": [11]}).items) == 2
    assert len(read(items={"base_only_categories": [10]}).items) == 2


def test_paths_written_twice_are_no_riddle(mariadb):
    paths = [
        {"category_id": own, "path_id": path, "level": level}
        for own, path, level in ((10, 10, 0), (11, 10, 0), (11, 11, 1), (12, 12, 0))
    ]
    mariadb.make("3.0", small_shop("3.0", category_path=paths))
    mariadb.run(
        "alter table oc_category_path drop primary key",
        "insert into oc_category_path select * from oc_category_path",
    )
    assert read().codes() == ["SHOP_CAN_WRITE", "OPTIONS_IGNORED"]


@pytest.mark.parametrize(
    "written",
    [
        "update oc_product set price = price * 1.2",
        "update oc_product set status = 0 where product_id = 2",
        "update oc_product_option_value set price = 1 where option_value_id = 40",
        "delete from oc_product_image where product_image_id = 3",
        "insert into oc_product_special (product_special_id, product_id, price) values (1, 1, 5)",
        "insert into oc_product_discount (product_discount_id, product_id, price) values (1, 1, 5)",
    ],
)
def test_prices_changed_in_bulk_while_myisam_is_read_are_noticed_without_a_date(mariadb, written):
    mariadb.make("3.0", small_shop("3.0"))
    reading = read_shop(OpenCartHook(), catalogue_settings(), NOW)
    next(reading)
    mariadb.run(written)
    with pytest.raises(ShopMoved):
        list(reading)


def test_orders_that_sell_while_the_shop_is_read_do_not_disturb(mariadb):
    mariadb.make("3.0", small_shop("3.0"))
    reading = read_shop(OpenCartHook(), catalogue_settings(), NOW)
    next(reading)
    mariadb.run("update oc_product set quantity = quantity - 1")
    assert list(reading)


def test_currencies_are_converted_both_ways_and_unknown_ones_refused(shop):
    rows = small_shop("3.0")
    rows["currency"] = [
        {"code": "UAH", "value": 50, "decimal_place": ""},
        {"code": "EUR"},
        {"code": "USD", "value": 0},
    ]
    shop.make("3.0", rows)
    in_euro = {"currency": "EUR", "convert_to": "UAH"}
    assert read(shop=in_euro).items["2"].price == Decimal("1775.00")
    assert read(shop={"convert_to": "EUR"}).items["2"].price == Decimal("0.71")
    assert read(shop={"convert_to": "UAH"}).items["2"].price == Decimal("35.50")
    with pytest.raises(ConfigError, match="курсу USD у магазині немає, є: UAH, EUR"):
        read(shop={"convert_to": "USD"})
    shop.run("update oc_setting set value = 'ГРН' where value = 'UAH'")
    with pytest.raises(ConfigError, match="називає її «ГРН», а такого коду немає"):
        read()


def test_opencart_4_1_without_its_table_of_codes_is_refused(shop):
    shop.make("4.1", small_shop("4.1"))
    shop.run("drop table oc_product_code")
    with pytest.raises(UnsupportedShop, match="product_code"):
        read()


def test_a_shop_that_lacks_a_table_says_so(shop):
    shop.make("3.0", small_shop("3.0"))
    shop.run("drop table oc_product_image")
    with pytest.raises(UnsupportedShop, match="немає потрібної таблиці"):
        read()


def test_a_postgres_that_does_not_let_in_is_a_refusal(postgres_shop, monkeypatch):
    postgres_shop.make("3.0", small_shop("3.0"))
    head, _, tail = postgres_shop.url.rpartition("@")
    user = head.rpartition("/")[2].partition(":")[0]
    monkeypatch.setenv("AIRFLOW_CONN_OPENCART", f"postgresql://{user}:guess@{tail}")
    with pytest.raises(ShopDenied):
        read()
    monkeypatch.setenv("AIRFLOW_CONN_OPENCART", f"{postgres_shop.url}_not_there")
    with pytest.raises(ShopDenied):
        read()


def test_a_postgres_that_hangs_up_in_mid_reading_is_a_fault_that_may_pass(postgres_shop):
    postgres_shop.make("3.0", small_shop("3.0"))
    reading = read_shop(OpenCartHook(), catalogue_settings(), NOW)
    next(reading)
    postgres_shop.run(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    with pytest.raises(ShopLost) as caught:
        list(reading)
    assert caught.value.temporary


def test_products_of_a_thousand_variants_are_handed_over_in_pieces(postgres_shop):
    """Six of them lie on one page."""
    rows, products, options, tens = small_shop("3.0"), range(11, 17), (5, 6, 8), range(10)
    rows["product"] += [{"product_id": own, "model": f"M{own}", "price": 5} for own in products]
    rows["product_description"] += [{"product_id": own, "name": f"N{own}"} for own in products]
    rows["product_to_store"] += [{"product_id": own} for own in products]
    rows["option"].append({"option_id": 8})
    rows["option_value"] += [{"option_value_id": 100 * kind + place} for kind in options for place in tens]
    for own, kind in itertools.product(products, options):
        option = 10 * own + kind
        rows["product_option"].append(
            {"product_option_id": option, "product_id": own, "option_id": kind, "required": 1}
        )
        rows["product_option_value"] += [
            {**value(10 * option + place, option, kind, 100 * kind + place, "1.0000"), "product_id": own}
            for place in tens
        ]
    postgres_shop.make("3.0", rows)
    sizes = [len(batch.items) for batch in read_shop(OpenCartHook(), catalogue_settings(), NOW)]
    assert sizes == [0, 5000, 1014, 0]


def test_the_moment_of_reading_is_told_in_the_shops_zone(shop):
    """22:30 UTC is the next day in Kyiv, and the special of that day holds already."""
    shop.make("3.0", small_shop("3.0", product_special=[special(1, 80, "2026-07-15", "2026-07-16")]))
    assert read(datetime.fromisoformat("2026-07-14T22:30:00+00:00")).items["1"].special == 80
    assert read(datetime.fromisoformat("2026-07-15T21:00:00+00:00")).items["1"].special is None
