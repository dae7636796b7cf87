"""A small shop of paints and brushes in Ukrainian, and how a test reads it."""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from include.opencart_catalog.categories import CatalogCategoryRow
from include.opencart_catalog.issues import Issue
from include.opencart_catalog.item import CatalogItemRow
from plugins.hooks.opencart import OpenCartHook
from plugins.steps.opencart_reader import read_shop
from tests.shop_database import catalogue_settings

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 7, 15, 3, 0, tzinfo=KYIV)
RED, BLUE, LITRE, BUCKET = 39, 40, 48, 49


class Read(NamedTuple):
    """What one reading gave."""

    items: dict[str, CatalogItemRow]
    categories: dict[int, CatalogCategoryRow]
    issues: list[Issue]

    def codes(self) -> list[str]:
        return [issue.code.removeprefix("CATALOG_") for issue in self.issues]

    def found(self, code: str) -> list[Issue]:
        return [issue for issue in self.issues if issue.code == f"CATALOG_{code}"]


def read(now: datetime = NOW, *, again: bool = False, **sections: Any) -> Read:
    """Read the shop behind the connection ``opencart``."""
    batches = list(read_shop(OpenCartHook(), catalogue_settings(**sections), now, again=again))
    return Read(
        {item.identity: item for batch in batches for item in batch.items},
        {row.category_id: row for batch in batches for row in batch.categories},
        [issue for batch in batches for issue in batch.issues],
    )


def small_shop(line: str, **more: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """
    Give the rows of a shop with a paint of two required colours and two optional packings, and a brush.

    ``more``: rows added to its tables.
    """
    paint = {"product_id": 1, "model": "ФАРБА-1", "price": "100.0000", "image": "catalog/фарба 1.jpg"}
    brush = {"product_id": 2, "model": " Щітка &amp; 2 ", "price": "35.5000"}
    rows: dict[str, list[dict[str, Any]]] = {
        **dictionaries(),
        "product": [paint, brush],
        "product_description": [
            {"product_id": 1, "name": "Фарба &quot;Літо&quot;", "description": "&lt;p&gt;Для стін&lt;/p&gt;"},
            {"product_id": 2, "name": "Щітка"},
        ],
        "product_to_store": [{"product_id": 1}, {"product_id": 2}],
        "product_to_category": [
            {"product_id": 1, "category_id": 10},
            {"product_id": 1, "category_id": 11},
            {"product_id": 2, "category_id": 12},
        ],
        "product_image": [
            {"product_image_id": 2, "product_id": 1, "image": "catalog/b.jpg", "sort_order": 1},
            {"product_image_id": 1, "product_id": 1, "image": "catalog/a.jpg", "sort_order": 2},
            {"product_image_id": 3, "product_id": 1, "image": "catalog/b.jpg", "sort_order": 3},
        ],
        "product_option": [
            {"product_option_id": 101, "product_id": 1, "option_id": 5, "required": 1},
            {"product_option_id": 102, "product_id": 1, "option_id": 6, "required": 0},
            {"product_option_id": 103, "product_id": 1, "option_id": 7, "required": 0},
        ],
        "product_option_value": [
            value(1001, 101, 5, RED, "4.0000"),
            value(1002, 101, 5, BLUE, "3.5000", "-"),
            value(1003, 102, 6, LITRE, "0.0000"),
            value(1004, 102, 6, BUCKET, "400.0000"),
        ],
    }
    return merged(rows, more)


def dictionaries() -> dict[str, list[dict[str, Any]]]:
    """Give what is the same for all products."""
    return {
        "setting": [
            {"key": "config_language", "value": "uk-ua"},
            {"key": "config_currency", "value": "UAH"},
            {"key": "config_customer_group_id", "value": "1"},
        ],
        "language": [{"language_id": 1}, {"language_id": 2, "code": "en-gb", "sort_order": 2}],
        "currency": [{"code": "UAH"}, {"code": "EUR", "value": 0.02}],
        "category": [
            {"category_id": 10, "sort_order": 1},
            {"category_id": 11, "parent_id": 10},
            {"category_id": 12, "sort_order": 2},
        ],
        "category_description": [
            {"category_id": 10, "name": "Фарби"},
            {"category_id": 11, "name": "Для стін &amp; стель"},
            {"category_id": 12, "name": "Щітки"},
        ],
        "option": [
            {"option_id": 5, "type": "radio", "sort_order": 1},
            {"option_id": 6, "type": "select", "sort_order": 2},
            {"option_id": 7, "type": "textarea", "sort_order": 3},
        ],
        "option_description": [{"option_id": 5, "name": "Колір"}, {"option_id": 6, "name": "Тара"}],
        "option_value": [
            {"option_value_id": RED, "option_id": 5, "sort_order": 1},
            {"option_value_id": BLUE, "option_id": 5, "sort_order": 2},
            {"option_value_id": LITRE, "option_id": 6, "sort_order": 1},
            {"option_value_id": BUCKET, "option_id": 6, "sort_order": 2},
        ],
        "option_value_description": [
            {"option_value_id": RED, "name": "Червоний"},
            {"option_value_id": BLUE, "name": "Синій"},
            {"option_value_id": LITRE, "name": "1 л"},
            {"option_value_id": BUCKET, "language_id": 2, "name": "bucket"},
        ],
    }


def value(own: int, option: int, kind: int, value_id: int, price: Any, prefix: Any = "+") -> dict[str, Any]:
    """Give a row of product_option_value of the paint."""
    return {
        **{"product_option_value_id": own, "product_option_id": option, "product_id": 1},
        **{"option_id": kind, "option_value_id": value_id, "price": price, "price_prefix": prefix},
    }


def merged(
    rows: dict[str, list[dict[str, Any]]], more: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """Put rows together table by table."""
    return {name: [*rows.get(name, []), *more.get(name, [])] for name in {**rows, **more}}
