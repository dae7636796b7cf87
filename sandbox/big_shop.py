"""
A shop of any size, for benchmarks: paints in two colours and two packings, five items a product.

Values past those four are of a checkbox option, which makes no items: they are read all the same.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine

from sandbox.opencart_schema import Line, fill, shop_tables

ITEMS = 5  # a product, and its four combinations
VALUES = 4  # of options, a product
CATEGORIES = 500
_AT_A_TIME = 1000
_TEXT = "&lt;p&gt;Матова фарба для стін і стель, швидко сохне, не має запаху.&lt;/p&gt;\n" * 15
Row = dict[str, Any]


def write_shop(engine: Engine, line: Line, products: int, values: int = VALUES) -> None:
    """Make the tables of a line anew, and fill them by thousands of products; ``values``: of a product."""
    with engine.begin() as connection:
        shop_tables(line).drop_all(connection)
        shop_tables(line).create_all(connection)
        fill(connection, line, _dictionaries(range(30, 30 + values - VALUES)))
    for first in range(1, products + 1, _AT_A_TIME):
        numbers = range(first, min(first + _AT_A_TIME, products + 1))
        with engine.begin() as connection:
            fill(connection, line, dict(_goods(line, numbers)))
            fill(connection, line, _extras(numbers, values - VALUES))


def _dictionaries(extras: range) -> dict[str, list[Row]]:
    """Give what all products share; ``extras``: values of the checkbox option."""
    categories, values = range(1, CATEGORIES + 1), {11: 1, 12: 1, 21: 2, 22: 2, **dict.fromkeys(extras, 3)}
    kinds = {1: "radio", 2: "select", 3: "checkbox"}
    return {
        "setting": [{"key": "config_language", "value": "uk-ua"}, {"key": "config_currency", "value": "UAH"}],
        "language": [{}],
        "currency": [{}],
        "category": [{"category_id": own, "parent_id": own // 10} for own in categories],
        "category_description": [{"category_id": own, "name": f"Категорія {own}"} for own in categories],
        "option": [{"option_id": own, "type": kind} for own, kind in kinds.items()],
        "option_description": [{"option_id": own, "name": f"Опція {own}"} for own in kinds],
        "option_value": [{"option_value_id": own, "option_id": kind} for own, kind in values.items()],
        "option_value_description": [
            {"option_value_id": own, "option_id": kind, "name": f"Значення {own}"}
            for own, kind in values.items()
        ],
    }


def _extras(numbers: range, values: int) -> dict[str, list[Row]]:
    """Give rows of the checkbox option, which lie apart from those of the others."""
    if not values:
        return {}
    far = 10**8
    return {
        "product_option": [
            {"product_option_id": far + own, "product_id": own, "option_id": 3} for own in numbers
        ],
        "product_option_value": [
            {
                **{"product_option_value_id": far + own * values + place, "product_option_id": far + own},
                **{"product_id": own, "option_id": 3, "option_value_id": 30 + place},
            }
            for own in numbers
            for place in range(values)
        ],
    }


def _goods(line: Line, numbers: range) -> Iterator[tuple[str, list[Row]]]:
    """Give the rows of products by table; every tenth has a special."""
    offers, marks = ("product_discount", {"special": 1}) if line == "4.1" else ("product_special", {})
    yield "product", [_product(own) for own in numbers]
    yield "product_description", [_text(own) for own in numbers]
    yield "product_to_store", [{"product_id": own} for own in numbers]
    yield "product_to_category", [_place(own, more) for own in numbers for more in (0, 7)]
    yield "product_image", [_image(own, place) for own in numbers for place in (0, 1)]
    yield "product_option", [_option(own, kind) for own in numbers for kind in (1, 2)]
    kinds = [(own, kind) for own in numbers for kind in (1, 2)]
    yield "product_option_value", [_value(own, kind, place) for own, kind in kinds for place in (1, 2)]
    yield offers, [{f"{offers}_id": own, "product_id": own, "price": 9, **marks} for own in numbers[::10]]


def _product(own: int) -> Row:
    code = {"product_id": own, "model": f"ФАРБА-{own}", "price": f"{own % 900 + 10}.5000"}
    return {**code, "image": f"catalog/фарба {own}.jpg"}


def _text(own: int) -> Row:
    return {"product_id": own, "name": f"Фарба &quot;Літо&quot; № {own}", "description": _TEXT}


def _place(own: int, more: int) -> Row:
    return {"product_id": own, "category_id": 1 + (own + more) % CATEGORIES}


def _image(own: int, place: int) -> Row:
    path = f"catalog/фарба {own}-{place}.jpg"
    return {"product_image_id": 2 * own + place, "product_id": own, "image": path}


def _option(own: int, kind: int) -> Row:
    return {"product_option_id": 2 * own + kind, "product_id": own, "option_id": kind, "required": 1}


def _value(own: int, kind: int, place: int) -> Row:
    option = 2 * own + kind
    return {
        **{"product_option_value_id": 2 * option + place, "product_option_id": option, "product_id": own},
        **{"option_id": kind, "option_value_id": 10 * kind + place, "price": f"{place * 10}.0000"},
    }
