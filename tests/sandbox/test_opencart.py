"""The simulated shop's owner: a real database that a reader may only read, pictures, changes on order."""

import os
from collections.abc import Iterator
from datetime import date
from urllib.request import ProxyHandler, build_opener

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from sandbox.control import Control, OrderRefused
from sandbox.demo import paint_shop
from sandbox.opencart import READER, VARIABLE
from tests.shop_database import ShopDatabase, postgres_database

PASSWORD = "x"  # of the sandbox in tests/sandbox/conftest.py
ROWS = paint_shop.rows(date(2026, 3, 2))
_direct = build_opener(ProxyHandler({}))


@pytest.fixture
def database(postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopDatabase]:  # type: ignore[no-untyped-def]
    with postgres_database(postgres) as opened:
        monkeypatch.setenv(VARIABLE, opened.url)
        yield opened


def prices(database: ShopDatabase) -> dict[int, str]:
    with psycopg.connect(database.url) as connection:
        return {
            own: str(price) for own, price in connection.execute("select product_id, price from oc_product")
        }


def test_a_shop_is_opened_anew_with_the_rows_that_were_ordered(url: str, database: ShopDatabase) -> None:
    for _ in range(2):
        Control(url).vendor("opencart").order(open=ROWS)
        assert prices(database) == {product.product_id: product.price for product in paint_shop.PRODUCTS}


def test_the_owner_changes_a_price(url: str, database: ShopDatabase) -> None:
    shop = Control(url).vendor("opencart")
    shop.order(open=ROWS)
    changed = shop.order(change={"product": [{"product_id": paint_shop.BRUSH, "price": "65.0000"}]})
    assert changed == {"changed": 1}
    assert prices(database)[paint_shop.BRUSH] == "65.0000"


def test_the_reader_reads_and_does_nothing_else(url: str, database: ShopDatabase) -> None:
    Control(url).vendor("opencart").order(open=ROWS)
    address = psycopg.conninfo.make_conninfo(database.url, user=READER, password=PASSWORD)
    with psycopg.connect(address) as connection:
        [(products,)] = connection.execute("select count(*) from oc_product").fetchall()
        assert products == len(paint_shop.PRODUCTS)
        with pytest.raises(InsufficientPrivilege):
            connection.execute("update oc_product set price = 0")


@pytest.mark.parametrize("order", [{"read": "products"}, {"open": ROWS}])
def test_an_order_that_cannot_be_done_is_refused(url: str, order: dict[str, object]) -> None:
    assert VARIABLE not in os.environ
    with pytest.raises(OrderRefused):
        Control(url).vendor("opencart").order(**order)


def test_each_product_has_a_picture_that_bears_its_name(url: str) -> None:
    with _direct.open(f"{url}/shop/image/catalog/LG-100.jpg") as answer:
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert b">LG-100<" in answer.read()
    with _direct.open(f"{url}/shop/index.php?route=product/product&product_id=101") as answer:
        assert "product_id=101" in answer.read().decode()
