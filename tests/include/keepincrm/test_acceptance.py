"""What was written is compared with what is read back, field by field."""

from decimal import Decimal
from typing import Any

import pytest

from include.keepincrm.acceptance import (
    address_stays,
    fields_not_accepted,
    fields_work,
    named_prices_work,
    not_accepted,
    shows_named_prices,
)

HELD: dict[str, Any] = {
    "id": 101,
    "sku": "OIL-1",
    "title": "Олива «5W»",
    "price": "1250,50",
    "price_amount": "1250.5",
    "currency": "UAH",
    "unit": "шт.",
    "category_id": 7,
    "asset_url": "https://files.keepincrm.example/1.jpg",
    "link_url": "https://shop.example.org/1",
    "irrelevant": False,
    "named_custom_prices": {"Опт": 10, "Акційна ціна": Decimal("999.9")},
    "custom_fields": {"Опис": "<p>Добра</p>", "Акція з": None},
}


@pytest.mark.parametrize(
    "sent",
    [
        {"title": "Олива  «5W» ", "sku": "OIL-1", "unit": "шт.", "link_url": "https://shop.example.org/1"},
        {"title": "Олива &laquo;5W&raquo;"},
        {"price": "1250.50", "currency": "UAH"},
        {"category_id": 7, "irrelevant": False},
        {"asset_url": "https://shop.example.org/image/1.jpg"},
        {"named_prices": {"Акційна ціна": "999.90", "Опт": "10.00"}},
        {"named_prices": {"Звичайна ціна": None}},
        {"shop_category_id": 3, "category_id": 8},
        {"category_id": None},
    ],
)
def test_what_is_held_as_it_was_sent_is_accepted(sent: dict[str, Any]) -> None:
    assert not_accepted(sent, HELD) == []


@pytest.mark.parametrize(
    "sent",
    [
        {"title": "Мастило"},
        {"price": "1250.51"},
        {"currency": "USD"},
        {"category_id": 8},
        {"irrelevant": True},
        {"asset_url": None},
        {"named_prices": {"Акційна ціна": "900.00"}},
        {"named_prices": {"Акційна ціна": None}},
        {"named_prices": {"Роздріб": "1.00"}},
    ],
)
def test_what_is_held_otherwise_is_named(sent: dict[str, Any]) -> None:
    assert not_accepted(sent, HELD) == list(sent)


def test_what_an_answer_does_not_show_is_not_judged() -> None:
    plain = {name: value for name, value in HELD.items() if not name.startswith(("named", "custom"))}
    assert not_accepted({"named_prices": {"Опт": "11.00"}}, plain) == []
    assert named_prices_work({"named_prices": {"Опт": "11.00"}}, plain) is None
    assert fields_not_accepted({"Опис": "інший"}, plain) == []
    assert fields_work({"Опис": "інший"}, plain) is None


def test_custom_fields_work_when_any_of_the_defined_ones_is_held() -> None:
    assert fields_work({"Опис": "<p>Добра</p>", "Акція з": "2026-11-22"}, HELD) is True
    assert fields_not_accepted({"Опис": "<p>Добра</p>", "Акція з": "2026-11-22"}, HELD) == ["Акція з"]
    assert fields_work({"Опис": "інший"}, HELD) is False
    assert fields_work({"Немає такого": "x"}, HELD) is None
    assert fields_work({"Акція з": None}, HELD) is None


def test_named_prices_and_addresses_tell_only_when_something_was_sent() -> None:
    assert named_prices_work({"named_prices": {"Опт": "10.00", "Стара": None}}, HELD) is True
    assert named_prices_work({"named_prices": {"Опт": "11.00"}}, HELD) is False
    assert named_prices_work({"named_prices": {"Опт": None}}, HELD) is None
    assert address_stays({"asset_url": HELD["asset_url"]}, HELD) is True
    assert address_stays({"asset_url": "https://shop.example.org/image/1.jpg"}, HELD) is False
    assert address_stays({"title": "x"}, HELD) is None


def test_a_field_that_is_defined_and_not_shown_after_it_was_written_was_not_taken() -> None:
    sent = {"Опис": "добра"}
    assert fields_work(sent, {"id": 1}) is None
    assert fields_work(sent, {"id": 1}, {"Опис": "opis_1"}) is False
    assert fields_work(sent, {"custom_fields": {"Опис": "добра"}}, {"Опис": "opis_1"}) is True


@pytest.mark.parametrize(
    ("answer", "shows"),
    [
        ({"named_custom_prices": {"Акція": 9.5, "Опт": 1}}, True),
        ({"named_custom_prices": {"Опт": 1}}, False),
        ({"id": 1}, False),
    ],
)
def test_an_answer_shows_the_named_prices_that_were_sent_or_does_not(
    answer: dict[str, Any], shows: bool
) -> None:
    assert shows_named_prices({"named_prices": {"Акція": "9.50"}}, answer) is shows
    assert shows_named_prices({"title": "x"}, answer) is False
