"""A material's answer becomes a row, whatever shapes the vendor chooses (keepincrm 4.1)."""

import json
from decimal import Decimal
from typing import Any

import pytest

from include.keepincrm.material import (
    CategoryRow,
    MaterialRow,
    category_row,
    material_row,
    named_prices,
    price,
)

ANSWER: dict[str, Any] = {
    "id": 300,
    "sku": " Oil 1 ",
    "title": "Олива  5W",
    "price": "1250,50",
    "price_amount": "1250.5",
    "currency": "uah",
    "category_id": "7",
    "asset_url": "https://shop.example/oil.jpg",
    "irrelevant": False,
    "named_custom_prices": {"Опт": 10, "Інтернет": "12 USD"},
    "custom_fields": {"Акція з": "2026-11-01", "Опис": None},
    "available": 3,
}


def key(sku: str | None) -> str | None:
    return sku.strip().lower() if sku else None


def test_a_material_becomes_a_row_with_its_article_as_typed() -> None:
    assert material_row(ANSWER, key) == MaterialRow(
        material_id=300,
        sku=" Oil 1 ",
        key="oil 1",
        title="Олива  5W",
        price=Decimal("1250.50"),
        currency="UAH",
        category_id=7,
        asset_url="https://shop.example/oil.jpg",
        irrelevant=False,
        named_prices='{"Інтернет": "12.00 USD", "Опт": "10.00"}',
        custom_fields='{"Акція з": "2026-11-01"}',
        raw_price="1250,50",
    )


def test_a_material_of_which_little_is_told_is_a_row_all_the_same() -> None:
    row = material_row({"id": "300", "irrelevant": "yes", "category": {"id": 8, "name": "Оливи"}}, key)
    assert row == MaterialRow(300, None, None, None, None, None, 8, None, None, "{}", "{}", None)


def test_what_postgres_cannot_hold_is_left_out() -> None:
    told = {"id": 1, "sku": "a\0b", "title": "\0", "custom_fields": {"a\0": "b\0"}}
    row = material_row(told | {"named_custom_prices": {"p\0": "x\0"}}, key)
    assert (row.sku, row.title) == ("ab", None)
    assert (json.loads(row.custom_fields), json.loads(row.named_prices)) == ({"a": "b"}, {"p": "x"})


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        ({"price": 1250}, "1250.00"),
        ({"price": Decimal("1250.5")}, "1250.50"),
        ({"price": Decimal("1.25E+3")}, "1250.00"),
        ({"price": 1250.505}, "1250.51"),
        ({"price": "1250,5"}, "1250.50"),
        ({"price": "1 250,50 грн."}, "1250.50"),
        ({"price": "1\u00a0250.50 ₴"}, "1250.50"),
        ({"price": "1,250.50"}, "1250.50"),
        ({"price": "1.250,50"}, "1250.50"),
        ({"price": "UAH 12"}, "12.00"),
        ({"price": "12", "price_amount": "12.5"}, "12.50"),
        ({"price": "12", "price_amount": None}, "12.00"),
        ({"price": "12", "price_amount": "?"}, "12.00"),
        ({"price": 0}, "0.00"),
        ({"price": "договірна"}, None),
        ({"price": ""}, None),
        ({"price": True}, None),
        ({"price": {"amount": 1}}, None),
        ({}, None),
    ],
)
def test_a_price_is_exact_in_every_spelling(told: dict[str, Any], amount: str | None) -> None:
    found = price(told)
    assert (None if found is None else str(found)) == amount


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"Опт": 10, "Роздріб": "10,5"}, {"Опт": "10.00", "Роздріб": "10.50"}),
        ({"Опт": "12.00 UAH"}, {"Опт": "12.00"}),
        ({"Опт": "12 USD"}, {"Опт": "12.00 USD"}),
        ({"Опт": "за запитом", "Ніяка": None, "Пуста": ""}, {"Опт": "за запитом"}),
        (None, {}),
        ([], {}),
    ],
)
def test_named_prices_tell_their_currency_only_when_it_is_another(told: Any, shown: dict[str, str]) -> None:
    assert named_prices({"named_custom_prices": told}, "UAH") == shown


def test_a_category_whose_parent_is_not_told_stands_alone() -> None:
    assert category_row({"id": 7, "name": "Оливи", "parent_id": 3}) == CategoryRow(7, 3, "Оливи")
    assert category_row({"id": "7", "name": "Оливи", "parent_id": None}) == CategoryRow(7, None, "Оливи")
    assert category_row({"id": 7}) == CategoryRow(7, None, "")


@pytest.mark.parametrize("nothing", [0, "0", None, ""])
def test_number_zero_is_no_category_and_no_parent(nothing: object) -> None:
    assert category_row({"id": 7, "name": "Фарби", "parent_id": nothing}).parent_id is None
    assert material_row({"id": 1, "category_id": nothing}, lambda sku: sku).category_id is None
