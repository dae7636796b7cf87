"""A motor-parts shop for each test. It brings in Airflow, so not before Airflow has its settings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.calltouch_orders.shop import Shop


@pytest.fixture
def shop(tmp_path: Path, warehouse_url: str) -> "Iterator[Shop]":
    """Return a shop before its first day."""
    from tests.calltouch_orders.shop import NO_PACE, shop_in

    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    with shop_in(tmp_path, warehouse_url) as opened:
        yield opened


@pytest.fixture
def open_shop(tmp_path: Path, warehouse_url: str) -> "Iterator[Callable[..., Shop]]":
    """Return what opens a shop with settings of the test's own."""
    from tests.calltouch_orders.shop import NO_PACE, shop_in

    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    with ExitStack() as stack:
        yield lambda **changes: stack.enter_context(shop_in(tmp_path, warehouse_url, **changes))
