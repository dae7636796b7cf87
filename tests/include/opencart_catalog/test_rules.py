"""Texts, pictures, prices, specials, variants and categories: each rule alone."""

from datetime import date, datetime
from decimal import Decimal, localcontext

import pytest

from include.errors import ConfigError
from include.opencart_catalog.categories import Category, CategoryTree, Placement
from include.opencart_catalog.dialect import LOOKED_AT, UnsupportedShop, read_dialect
from include.opencart_catalog.images import image_urls
from include.opencart_catalog.issues import issue
from include.opencart_catalog.price import EXACT, Currency, delta, offered, regular, total
from include.opencart_catalog.special import Offer, coming, is_active, is_nothing, last_day, limit, shown
from include.opencart_catalog.texts import decode, file_name, line, markup
from include.opencart_catalog.variants import (
    Option,
    OptionValue,
    combinations,
    count,
    identity,
    repeated,
    title,
)

at = datetime.fromisoformat  # a wall clock, without a zone


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("Apple Cinema 30&quot;", 'Apple Cinema 30"'),
        ("AT&T &copy 2026 &copy; &#39;&#x41;&nosuch; &notit;", "AT&T &copy 2026 © 'A&nosuch; &notit;"),
        ("Intel&amp;#39;s", "Intel&#39;s"),
        ("&#0;&#x110000;", "\ufffd\ufffd"),
        ("Кава & чай", "Кава & чай"),
    ],
)
def test_only_whole_entities_are_decoded_and_only_once(stored, read):
    assert decode(stored) == read


def test_a_line_is_trimmed_and_a_description_keeps_its_markup():
    assert line(" Фарба\u00a0 &quot;Літо&quot;\n\0") == 'Фарба "Літо"'
    assert markup(" &lt;p&gt;Intel&amp;#39;s\n  two&lt;/p&gt; ") == "<p>Intel&#39;s\n  two</p>"
    assert (line(" &nbsp; "), line(None), markup(""), markup(None)) == (None, None, None, None)


def test_letters_typed_as_two_are_put_together_but_not_in_the_names_of_files():
    assert (line("И\u0306од"), markup("&lt;b&gt;\u0406\u0308жа")) == ("Йод", "<b>Їжа")
    assert file_name(" a&amp;b/и\u0306  1.jpg\0 ") == "a&b/и\u0306  1.jpg"
    assert (file_name(""), file_name(None), file_name(" \0")) == (None, None, None)


def test_what_an_issue_tells_can_be_stored_and_read():
    told = issue("CODE", 7, prefix="\0=", variant="[" * 100_000, number=3, ids=[1], none=None)
    assert told.details == {"prefix": "=", "variant": "[" * 300, "number": 3, "ids": [1], "none": None}


def test_pictures_are_addressed_segment_by_segment_once_each():
    stored = [
        "catalog/Фото 1/a+b#.jpg",
        "",
        None,
        "data/x.jpg",
        "/data/x.jpg",
        "HTTPS://cdn.example/ї 1.jpg?a=%D1%97&b=5%",
        "https://магазин.example:8080/a.jpg",
        "//cdn.example/a.jpg",
        "//data//x.jpg",
        "100%.png",
    ]
    assert image_urls("https://s.example/shop", stored) == [
        "https://s.example/shop/image/catalog/%D0%A4%D0%BE%D1%82%D0%BE%201/a%2Bb%23.jpg",
        "https://s.example/shop/image/data/x.jpg",
        "HTTPS://cdn.example/%D1%97%201.jpg?a=%D1%97&b=5%25",
        "https://xn--80aairftm.example:8080/a.jpg",
        "https://cdn.example/a.jpg",
        "https://s.example/shop/image/data//x.jpg",
        "https://s.example/shop/image/100%25.png",
    ]


@pytest.mark.parametrize(
    ("prefix", "price", "adds"),
    [
        ("+", "5", 5),
        ("-", "5", -5),
        ("=", "5", None),
        ("u", "0", None),
        ("", "5", None),
        ("", "0", 0),
        (None, None, 0),
    ],
)
def test_a_prefix_other_than_plus_and_minus_is_unknown(prefix, price, adds):
    assert delta(prefix, Decimal(price) if price else None) == adds


def offer(kind="F", value="80", start=None, end=None, priority=1, own=1):
    return Offer(own, priority, kind, None if value is None else Decimal(value), start, end)


@pytest.mark.parametrize(
    ("kind", "value", "price", "deltas", "paid"),
    [
        ("F", "80", "100", "14", "94"),
        ("P", "10", "500", "0", "450"),
        ("P", "10", "100", "50", "135"),
        ("S", "100", "1000", "0", "900"),
        ("S", "100", "1000", "5", "905"),
        ("X", "777", "1", "0", "777"),
        ("F", "0", "100", "14", None),
        ("F", None, "100", "0", None),
        ("P", "10", None, "5", None),
        ("F", "7", None, "5", "12"),
    ],
)
def test_an_offer_follows_the_cart(kind, value, price, deltas, paid):
    found = offered(offer(kind, value), None if price is None else Decimal(price), Decimal(deltas))
    assert found == (None if paid is None else Decimal(paid))


def test_a_discount_for_one_piece_takes_the_prices_place_unless_it_is_zero():
    assert regular(Decimal(100), offer(value="90"), Decimal(5)) == 95
    assert regular(Decimal(100), offer(value="0"), Decimal(5)) == 105
    assert regular(None, None, Decimal(5)) is None


@pytest.mark.parametrize("taken_off", [-90, -91])
def test_a_discount_that_the_options_use_up_is_not_the_undiscounted_price(taken_off):
    found = regular(Decimal(100), offer(value="90"), Decimal(taken_off))
    assert found == 90 + taken_off
    with localcontext(EXACT):
        assert Currency("UAH").amount(found) is None


def test_with_one_unknown_delta_the_sum_is_unknown():
    assert total([Decimal(5), None]) is None
    assert total([Decimal(5), Decimal(-7)]) == -2
    assert total([]) == 0


@pytest.mark.parametrize(
    ("price", "rate", "places", "sent"),
    [
        ("0.005", "1", 2, "0.01"),
        ("0.0049", "1", 2, None),
        ("2.675", "1", 2, "2.68"),
        ("10.10", "41.125", 2, "415.36"),
        ("10.5", "1", 0, "11.00"),
        ("1.23456", "1", 4, "1.23"),
        ("0", "1", 2, None),
        ("-3", "1", 2, None),
        ("9999999999999999.99", "1", 2, "9999999999999999.99"),
        ("9999999999999999.995", "1", 2, None),
        ("99999999999.9999", "9999999", 2, None),
    ],
)
def test_an_amount_is_rounded_half_up_once_and_nothing_is_no_price(price, rate, places, sent):
    with localcontext(EXACT):
        found = Currency("UAH", Decimal(rate), places).amount(Decimal(price))
    assert str(found) == str(sent)


FIRST, LAST = date(2026, 7, 10), date(2026, 7, 20)


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (at("2026-07-10 00:00:00"), False),
        (at("2026-07-10 00:00:01"), True),
        (at("2026-07-19 23:59:59"), True),
        (at("2026-07-20 00:00:00"), False),
        (at("2026-07-20 12:00:00"), False),
    ],
)
def test_an_offer_begins_just_after_midnight_and_ends_at_its_last_one(now, holds):
    assert is_active(offer(start=FIRST, end=LAST), now) is holds


def test_dates_that_are_zero_empty_or_null():
    assert limit("0000-00-00", null_is_never=True) is limit("", null_is_never=True) is None
    assert limit("0000-00-00 00:00:00", null_is_never=False) is limit(None, null_is_never=False) is None
    assert limit(None, null_is_never=True) == "never"
    assert limit("2026-07-10 00:00:00", null_is_never=True) == FIRST
    for not_a_date in ("2026-13-10", "2026-07-32", "скоро", "2026-7-1"):
        with pytest.raises(ValueError, match="is not a date"):
            limit(not_a_date, null_is_never=False)


@pytest.mark.parametrize(
    ("stored", "day"),
    [
        ("2026-00-00", date(2026, 1, 1)),
        ("2026-00-15", date(2026, 1, 1)),
        ("2026-07-00", date(2026, 7, 1)),
        ("2026-02-30", date(2026, 3, 1)),
        ("2026-12-31", date(2026, 12, 31)),
        ("0000-05-00", date.min),
    ],
)
def test_a_day_that_no_calendar_has_limits_as_the_next_one_does(stored, day):
    assert limit(stored, null_is_never=False) == day


def test_priority_then_the_stored_value_choose_across_kinds_and_null_comes_first():
    now = at("2026-07-15 00:00:00")
    cheap, sold = offer(value="10", priority=2, own=1), offer(value="90", own=2)
    assert shown([cheap, sold], now) == sold
    assert shown([sold, offer("P", "15", own=3)], now).offer_id == 3
    assert shown([sold, offer(value="95", priority=None, own=4)], now).offer_id == 4
    assert shown([], now) is None


def test_the_next_offer_is_the_nearest_that_will_ever_hold():
    now = at("2026-07-01 03:00:00")
    empty = offer(start=date(2026, 7, 3), end=date(2026, 7, 3), own=1)
    later, nearer = offer(start=LAST, own=2), offer(start=FIRST, end=LAST, own=3)
    assert coming([empty, later, nearer, offer(own=4)], now) == nearer
    assert coming([], now) is None
    assert (last_day(LAST), last_day(LAST, raw=True), last_day(None)) == (date(2026, 7, 19), LAST, None)


@pytest.mark.parametrize(
    ("kind", "value", "nothing"),
    [("F", None, True), ("F", "0", True), ("F", "-1", True), ("P", "0", True), ("S", "-1", False)],
)
def test_an_offer_of_zero_is_none(kind, value, nothing):
    assert is_nothing(offer(kind, value)) is nothing


def test_what_another_outranks_on_its_own_day_is_not_coming():
    now = at("2026-07-01 03:00:00")
    next_one, after = offer(start=FIRST, own=2), offer(value="70", start=LAST, own=3)
    zero_until = offer(value="0", end=FIRST, own=1)
    assert coming([next_one, zero_until], now) == next_one
    assert coming([next_one, after, zero_until._replace(end=LAST)], now) is after
    assert coming([next_one, after, zero_until._replace(end=None)], now) is None
    assert coming([next_one, after, zero_until._replace(end=None, priority=2)], now) == next_one
    assert coming([next_one._replace(value=Decimal(0)), after], now) is None


def option(own, kind, *values, required=True, type="select"):
    listed = (
        OptionValue(own * 100 + place, one, f"v{one}", "+", Decimal(0)) for place, one in enumerate(values)
    )
    return Option(own, kind, type, required, f"o{kind}", tuple(listed))


def identities(*options, **settings):
    twice = repeated(options)
    made = list(combinations(options, **settings))
    assert len(made) == count(options, **settings)
    return [identity(7, combination, twice) for combination in made]


def test_required_options_are_combined_and_optional_ones_may_be_left_out():
    colour, size = option(1, 13, 2, 1), option(2, 5, 9, required=False)
    assert identities(colour) == ["7#13:2", "7#13:1"]
    assert identities(colour, size) == ["7#5:9,13:2", "7#13:2", "7#5:9,13:1", "7#13:1"]
    assert identities(size) == ["7#5:9"]
    assert identities(option(1, 13, 1, required=False), size) == ["7#5:9,13:1", "7#13:1", "7#5:9"]
    assert identities(option(1, 13), option(2, 5, type="text")) == []


def test_values_of_a_checkbox_are_variants_by_themselves_when_asked_for():
    boxes, colour = option(1, 2, 4, 5, type="checkbox"), option(2, 13, 1)
    assert identities(boxes, colour) == ["7#13:1"]
    assert identities(boxes, colour, checkbox_values=True) == ["7#13:1", "7#2:4", "7#2:5"]


def test_a_value_offered_twice_says_which_of_the_two():
    assert identities(option(1, 5, 9, 9)) == ["7#5:9:100", "7#5:9:101"]


def test_a_title_names_options_in_the_shops_order():
    (combination,) = combinations([option(1, 13, 1), option(2, 5, 9)])
    assert title("Назва", combination) == "Назва (o13: v1, o5: v9)"
    assert title("Назва", ()) == "Назва"


def test_the_deepest_enabled_category_is_exported_to_and_the_main_one_first():
    tree = CategoryTree(
        [
            Category(1, 0, "A", True),
            Category(2, 1, "B", True, 5),
            Category(3, 1, "C", True, 4),
            Category(4, 3, "D", False),
        ]
    )
    places = [Placement(own) for own in (1, 2, 3, 4, 99)]
    assert tree.exporting(places) == 3
    assert tree.exporting([*places, Placement(1, main=True)]) == 1
    assert (tree.exporting([Placement(4)]), tree.exporting([])) == (None, None)
    assert (tree.path(4), tree.is_under(4, [1]), tree.is_under(None, [1])) == (["A", "C", "D"], True, False)


def columns(**more):
    usual = {name: {"product_id"} for name in ("product_special", "product_discount", "seo_url")}
    usual["product"] = {"product_id", "sku"}
    usual["product_option_value"] = {"price_prefix"}
    return {**usual, **more}


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "3.0"),
        ({"product": {"sku", "noindex"}}, "ocStore 3.0"),
        ({"product": {"sku", "master_id"}}, "4.0"),
        ({"product_discount": {"special"}, "product": {"sku", "master_id"}}, "4.1"),
    ],
)
def test_the_line_is_told_by_the_tables(more, line):
    assert read_dialect(columns(**more)).line == line


def test_a_reader_decides_by_columns_and_refuses_what_it_does_not_know():
    dialect = read_dialect(
        columns(product_discount={"special"}, product_code={"code", "value"}, product={"x"})
    )
    assert (dialect.sku_in_codes, dialect.specials_in_discounts, dialect.orphan_specials) == (
        True,
        True,
        True,
    )
    assert "product_code" in LOOKED_AT
    with pytest.raises(UnsupportedShop):
        read_dialect(columns(product={"x"}, product_code={"identifier_id", "value"}))
    with pytest.raises(ConfigError, match="немає стовпця «code»"):
        read_dialect(columns(), "code")
    with_codes = columns(product_option_value={"price_prefix", "model", "code"})
    found = [read_dialect(with_codes, wanted).option_code for wanted in (None, "code", "off")]
    assert found == ["model", "code", None]
    nothing = columns()
    del nothing["product_special"]
    with pytest.raises(UnsupportedShop):
        read_dialect(nothing)
