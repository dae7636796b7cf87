"""A motor-parts shop for each test. It brings in Airflow, so not before Airflow has its settings."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.calltouch_orders.shop import Shop


@pytest.fixture
def shop(
    tmp_path: Path, warehouse_url: str, airflow_db: str, monkeypatch: pytest.MonkeyPatch
) -> "Iterator[Shop]":
    """Return a shop before its first day."""
    from tests.calltouch_orders.shop import shop_in

    with shop_in(tmp_path, warehouse_url, monkeypatch) as opened:
        yield opened
