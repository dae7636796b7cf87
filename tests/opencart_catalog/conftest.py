"""A paint shop for each test. It brings in Airflow, so not before Airflow has its settings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.shop_database import mariadb_database, postgres_database

if TYPE_CHECKING:
    from tests.opencart_catalog.shop import PaintShop


@pytest.fixture
def open_shop(tmp_path: Path, warehouse_url: str, postgres: Any) -> "Iterator[Callable[..., PaintShop]]":
    """Return what opens a shop on the embedded PostgreSQL with settings of the test's own."""
    from tests.opencart_catalog.shop import NO_PACE, shop_in

    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    with ExitStack() as stack:
        database = stack.enter_context(postgres_database(postgres))

        def opened(**changes: Any) -> "PaintShop":
            shop = stack.enter_context(shop_in(tmp_path, warehouse_url, database, **changes))
            shop.open()
            return shop

        yield opened


@pytest.fixture
def shop(open_shop: "Callable[..., PaintShop]") -> "PaintShop":
    """Return a shop on the embedded PostgreSQL, before its first run."""
    return open_shop()


@pytest.fixture
def shop_on_mariadb(tmp_path: Path, warehouse_url: str) -> "Iterator[PaintShop]":
    """Return a shop on a MariaDB, before its first run."""
    from tests.opencart_catalog.shop import NO_PACE, shop_in

    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    with mariadb_database() as database, shop_in(tmp_path, warehouse_url, database) as opened:
        opened.open()
        yield opened
