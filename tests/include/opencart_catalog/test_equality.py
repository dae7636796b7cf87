import pytest

from include.opencart_catalog.equality import same_amount, same_day, same_markup, same_text
from include.opencart_catalog.title_shape import title_shape, title_shapes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        ("  а\u00a0 б\n", "а б"),
        ("Кабель 30&quot;", 'Кабель 30"'),
        ("и\u0306", "й"),
    ],
)
def test_texts_that_people_cannot_tell_apart_are_the_same(one: str | None, other: str | None) -> None:
    assert same_text(one, other)


def test_letter_case_is_a_difference() -> None:
    assert not same_text("Фарба", "фарба")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("<p class=a id='b'>Так</p>", '<p id="b" class="a">\nТак\n</p>', True),
        ("<br/>", "<br>", True),
        ("<b>Так</b>", "<i>Так</i>", False),
        ('<a href="/1">тут</a>', '<a href="/2">тут</a>', False),
        ("<p>Так</p><!-- ні -->", "<p>Так</p>", True),
        ("<p>a</p>b", "<p>ab</p>", False),
        (None, "", True),
        ("<p>&lt;b&gt;Увага&lt;/b&gt;</p>", "<p><b>Увага</b></p>", False),
        ("&lt;p&gt;Так&lt;/p&gt;", "<p>Так</p>", False),
        ("<p>&amp;lt;b&amp;gt;</p>", "<p>&lt;b&gt;</p>", False),
        ("<p>a &amp; b&nbsp;c</p>", "<p>a & b  c</p>", True),
        ('<a title="&amp;quot;">я</a>', '<a title="&quot;">я</a>', False),
        ("<p>и\u0306</p>", "<p>й</p>", True),
    ],
)
def test_markup_is_compared_by_its_texts_and_tags(one: str | None, other: str | None, same: bool) -> None:
    assert same_markup(one, other) is same


@pytest.mark.parametrize(
    "shown", ["2026-07-20", "2026-07-20T00:00:00.000+03:00", "20.07.2026", " 2026-07-20 "]
)
def test_a_day_is_a_day_however_it_is_written(shown: str) -> None:
    assert same_day("2026-07-20", shown)
    assert not same_day("2026-07-21", shown)
    assert not same_day(None, shown)


def test_amounts_are_compared_to_the_hundredth() -> None:
    assert same_amount("10.00", "10")
    assert same_amount(None, None)
    assert not same_amount("10.00", None)
    assert not same_amount("10.00", "10.01")
    assert not same_amount("12.00", "12.00 USD")


@pytest.mark.parametrize("told", [None, "", "0", "0.00", "-0", "0,00", "0.00 USD"])
def test_a_price_that_was_taken_away_may_be_told_as_zero(told: str | None) -> None:
    assert same_amount(None, told)
    assert not same_amount("0.01", told)


def test_a_word_is_not_nothing() -> None:
    assert not same_amount(None, "на запит")
    assert not same_amount(None, "-")


def test_titles_that_look_alike_have_a_shape_in_common() -> None:
    variant = "Фарба (Колір: Біла, Об'єм: 1 л)"
    assert title_shape("біла ФАРБА, 1л") in title_shapes(variant, is_variant=True)
    assert title_shape("Фарба біла 2 л") not in title_shapes(variant, is_variant=True)
    assert title_shapes("Фарба (біла)", is_variant=False) == ["біла фарба"]
