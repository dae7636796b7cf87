from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.bitrix24_deal_products.properties import plain, texts


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, []),
        ([], []),
        ({"value": "", "valueId": "1"}, []),
        ({"value": None, "valueId": None}, []),
        ({"value": "2026-08-10T00:00:00+03:00", "valueId": "5001"}, ["2026-08-10T00:00:00+03:00"]),
        ({"value": "77", "valueEnum": "Отель «Север»", "valueId": "5002"}, ["Отель «Север»"]),
        ([{"value": "Михаил", "valueId": "3"}, {"value": "Анна", "valueId": "4"}], ["Михаил", "Анна"]),
        ([{"value": "7", "valueEnum": "Пешком"}, {"value": "8", "valueEnum": "Море"}], ["Пешком", "Море"]),
        ({"0": {"value": "Михаил"}, "2": {"value": "Анна"}}, ["Михаил", "Анна"]),
        ({"value": {"0": "7", "2": "8"}}, ["7", "8"]),
        ({"value": {"0": "7", "2": "8"}, "valueEnum": {"0": "Пешком", "2": "Море"}}, ["Пешком", "Море"]),
        ({}, []),
        ({"value": ["7", "8"], "valueEnum": ["Пешком", "Море"]}, ["Пешком", "Море"]),
        ({"value": "150000|RUB", "valueId": "5005"}, ["150000|RUB"]),
        ({"value": {"id": "9", "url": "/a", "urlMachine": "/b"}, "valueId": "6"}, []),
        ([{"value": {"id": "9", "url": "/a"}}, {"value": "схема"}], ["схема"]),
        ({"value": {"TEXT": "<p>Сплав&nbsp;по&nbsp;реке</p>", "TYPE": "HTML"}}, ["Сплав по реке"]),
        ({"value": Decimal("12.50")}, ["12.50"]),
        ({"value": 12}, ["12"]),
        ("просто текст", ["просто текст"]),
        ({"value": True}, []),
    ],
)
def test_each_shape_of_a_property_gives_its_texts(raw, expected):
    assert texts(raw) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<b>Камчатка</b><br>август", "Камчатка август"),
        ("Тур &laquo;Север&raquo; &amp; море", "Тур «Север» & море"),
        ("<script>alert('1')</script>Тур", "Тур"),
        ("<!-- скрыто -->Тур", "Тур"),
        ("меньше < больше > равно", "меньше < больше > равно"),
        ("5 < 7", "5 < 7"),
        ("  два \n слова\t", "два слова"),
        ("нуль\x00байт", "нульбайт"),
        ("&lt;b&gt;", "<b>"),
        ("   ", None),
        (None, None),
    ],
)
def test_markup_is_taken_off_and_entities_are_decoded(value, expected):
    assert plain(value) == expected


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(
                        ["value", "valueEnum", "valueId", "TEXT"]), inner)))  # fmt: skip
def test_whatever_comes_is_read_as_texts(raw):
    found = texts(raw)
    assert all(
        isinstance(text, str) and text == text.strip() and text and "\x00" not in text for text in found
    )
