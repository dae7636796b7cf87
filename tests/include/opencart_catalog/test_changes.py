"""What a person is shown of a write to the CRM: fields, sums, words, letters."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.opencart_catalog.changes import LOOKS_SAME, ONLY_MARKUP, OTHER_FILE, Change, Names, changes
from include.opencart_catalog.marked_text import clipped, marked, plain, scripts

UAH = Names(images="Усі фото", currency="UAH", categories={50: "Фарби / Інтер'єрні"})
LETTERS = st.text(alphabet="абв АБ.,12-\n<>&é", max_size=60)


def shown(change: Change) -> tuple[str, str, str]:
    """Read a change as a person does: its name, what was, what comes."""
    old, new = ("".join(piece.text for piece in side.pieces) if side else "—" for side in change[2:4])
    return change.field, old, new


def marks(text_old: str, text_new: str) -> tuple[list[str], list[str]]:
    old, new = marked(text_old, text_new)
    return [piece.text for piece in old if piece.changed], [piece.text for piece in new if piece.changed]


def test_fields_stand_in_one_order_and_those_that_stay_are_left_out() -> None:
    found = changes(
        {"currency": "UAH", "price": "10.00", "title": "А"},
        {"currency": "UAH", "price": "12.50", "title": "Б"},
        UAH,
    )
    assert [shown(change) for change in found] == [
        ("Назва", "А", "Б"),
        ("Ціна", "10,00\u00a0₴", "12,50\u00a0₴"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("1250.00", "1050.00", "−200,00 (−16\u00a0%)"),
        ("100.00", "101.50", "+1,50 (+1,5\u00a0%)"),
        ("1.00", "1000.00", "+999,00 (+99\u202f900\u00a0%)"),
        ("0.00", "5.00", "+5,00"),
        (None, "5.00", ""),
        ("5.00", None, ""),
        ("NaN", "5.00", ""),
        ("на запит", "5.00", ""),
    ],
)
def test_a_sum_tells_by_how_much_it_changes(old: str | None, new: str | None, note: str) -> None:
    [change] = changes({"price": old}, {"price": new}, UAH)
    assert change.note == note


def test_only_our_named_prices_are_told_of_a_whole_map() -> None:
    found = changes(
        {"named_prices": {"Опт": "9.00", "Акційна ціна": None}},
        {"named_prices": {"Опт": "9.00", "Акційна ціна": "8.00"}},
        UAH,
    )
    assert [shown(change) for change in found] == [("Акційна ціна", "—", "8,00\u00a0₴")]


def test_a_named_price_and_a_custom_field_of_one_name_are_two_fields() -> None:
    found = changes({}, {"named_prices": {"Опт": "9.00"}, "Опт": "так"}, UAH)
    assert {shown(change) for change in found} == {("Опт", "—", "9,00\u00a0₴"), ("Опт", "—", "так")}


def test_a_price_in_another_currency_has_its_own_sign_and_no_difference() -> None:
    [price, currency] = changes(
        {"price": "10.00", "currency": "USD"}, {"price": "410.00", "currency": "UAH"}, UAH
    )
    assert shown(price) == ("Ціна", "10,00\u00a0$", "410,00\u00a0₴")
    assert price.note == ""
    assert shown(currency) == ("Валюта", "USD", "UAH")


def test_dates_categories_and_sale_are_told_as_people_say_them() -> None:
    found = changes(
        {"irrelevant": False, "category_id": 50, "Акція по": "2026-03-09"},
        {"irrelevant": True, "category_id": 51, "Акція по": None},
        UAH,
    )
    assert {shown(change) for change in found} == {
        ("У продажу", "так", "ні"),
        ("Категорія", "Фарби / Інтер'єрні", "№\u00a051"),
        ("Акція по", "09.03.2026", "—"),
    }


def test_pictures_are_addresses_however_they_are_joined() -> None:
    [change] = changes(
        {"Усі фото": "https://a.example/1,2.jpg, https://a.example/2.jpg"},
        {"Усі фото": "https://a.example/1,2.jpg\nhttps://a.example/3.jpg"},
        UAH,
    )
    assert change.kind == "pictures"
    assert change.old
    assert change.new
    assert change.old.urls == ("https://a.example/1,2.jpg", "https://a.example/2.jpg")
    assert change.new.urls == ("https://a.example/1,2.jpg", "https://a.example/3.jpg")


def test_a_picture_that_changed_behind_its_address_is_told() -> None:
    [change] = changes({"asset_url": "https://a.example/1.jpg"}, {"asset_url": "https://a.example/1.jpg"})
    assert change.note == OTHER_FILE


def test_letters_that_look_the_same_are_pointed_out() -> None:
    [change] = changes({"title": "Cупер"}, {"title": "Супер"})
    assert change.note == LOOKS_SAME


def test_a_description_whose_words_stay_is_called_so() -> None:
    [change] = changes({"Опис": "<p>Так</p>"}, {"Опис": "<div>Так</div>"})
    assert change.note == ONLY_MARKUP
    assert shown(change) == ("Опис", "<p>Так</p>", "<div>Так</div>")


def test_a_description_is_read_without_tags_and_scripts() -> None:
    assert plain("<p>A&amp;B &nbsp; <b>в</b>\nряд</p><ul><li>раз<li>два</ul><script>x()</script>") == (
        "A&B в ряд\n• раз\n• два"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Фарба 2,7 л", "Фарба 2,5 л", (["2,7"], ["2,5"])),
        ("Фарба біла", "Фарба біла матова", ([], ["матова"])),
        ("раз два три", "раз ДВА ТРИ", (["два три"], ["ДВА ТРИ"])),
        ("зовсім інше", "нічого спільного тут", (["зовсім інше"], ["нічого спільного тут"])),
        ("", "нове", ([], ["нове"])),
    ],
)
def test_marks_stand_on_whole_words_and_phrases(
    old: str, new: str, expected: tuple[list[str], list[str]]
) -> None:
    assert marks(old, new) == expected


@given(LETTERS, LETTERS)
def test_marked_texts_are_complete_and_what_is_not_marked_is_in_both(old: str, new: str) -> None:
    ours, theirs = marked(old, new)
    assert "".join(piece.text for piece in ours) == old
    assert "".join(piece.text for piece in theirs) == new
    kept = ["".join(piece.text for piece in side if not piece.changed) for side in (ours, theirs)]
    assert "".join(kept[0].split()) == "".join(kept[1].split())


def test_long_stretches_that_stay_are_clipped_and_marks_are_whole() -> None:
    same = "слово " * 200
    old, new = marked(f"{same}старе {same}", f"{same}нове {same}")
    assert "".join(piece.text for piece in clipped(old)).count("слово") < 30
    assert [piece.text for piece in clipped(new) if piece.changed] == ["нове"]


def test_huge_texts_that_differ_all_over_are_compared_at_once() -> None:
    began = time.process_time()
    marked(" ".join(map(str, range(30_000))), " ".join(map(str, range(30_000, 0, -1))))
    assert time.process_time() - began < 2


@pytest.mark.parametrize("value", [["x"], 7, None, "text", {"named_prices": 5}, {"price": {"a": [1]}}])
def test_values_of_any_shape_are_told_somehow(value: object) -> None:
    changes(value, {"title": "x"})
    changes({"title": "x"}, value)


def test_letters_of_two_alphabets_are_told_apart() -> None:
    assert [(part.text, part.script) for part in scripts("АA-1Б")] == [
        ("А", "cyrillic"),
        ("A", "latin"),
        ("-1Б", ""),
    ]
