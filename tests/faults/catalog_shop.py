"""
A paint shop whose second run makes every kind of call to the CRM: what the sweeps disturb.

``prepare`` makes the first run; then the shop's owner adds two categories and goods in them, renames a
category, changes a price and a text, and switches a product off.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from sandbox.opencart_schema import fill
from tests.calltouch_orders.shop import NO_PACE, environment
from tests.faults.lost_answers import TIME_OUT
from tests.opencart_catalog.shop import FIRST, PaintShop, shop_in
from tests.shop_database import ShopDatabase

EXTRA = {"retry_pauses": [0, 0, 0], "timeout": TIME_OUT, "lookup_pause": 0}
# What people edit stays, so that what was sent has to be remembered: else it looks like an edit of theirs.
OF_THE_CRM = {
    **{"on_absent": "irrelevant", "rename_categories": True},
    **{"respect_manual": ["title", "price", "currency"]},
}
# The runs are about faults of the vendor, not about how much may change.
OPEN: dict[str, Any] = {
    **{"min_share_of_last": 0, "max_share_without_article": 1, "max_share_created": 1},
    **{"max_share_updated": 1, "absent_after_runs": 1, "max_share_absent": 1},
}
ROLLER, PRIMER, FACADES = 105, 103, 22
NEW: dict[str, list[dict[str, Any]]] = {
    "category": [{"category_id": 40, "parent_id": 30}, {"category_id": 41, "parent_id": 40}],
    "category_description": [
        {"category_id": 40, "name": "Вимірювання"},
        {"category_id": 41, "name": "Рівні"},
    ],
    "product": [
        {"product_id": 120, "sku": "RV-60", "price": "310.0000"},
        {"product_id": 121, "sku": "KT/3.5", "price": "85.0000"},
    ],
    "product_description": [
        {"product_id": 120, "name": "Рівень 60 см", "description": "&lt;p&gt;Точний&lt;/p&gt;"},
        {"product_id": 121, "name": "Кутник"},
    ],
    "product_to_store": [{"product_id": 120}, {"product_id": 121}],
    "product_to_category": [
        {"product_id": 120, "category_id": 41},
        {"product_id": 121, "category_id": 40},
    ],
}


def database_at(url: str) -> ShopDatabase:
    """Give the shop's database."""
    address = url.replace("postgresql://", "postgresql+psycopg://")
    return ShopDatabase(create_engine(address, poolclass=NullPool), url)


def second_day(shop: PaintShop) -> None:
    """Let happen what the disturbed run finds."""
    with shop.database.write() as connection:
        fill(connection, "3.0", NEW)
    shop.change(104, price="65.0000")
    shop.change(ROLLER, status=0)
    texts = "update oc_product_description set description = 'Новий опис'"
    names = "update oc_category_description set name = 'Фасади'"
    shop.database.run(
        f"{texts} where product_id = {PRIMER}",
        f"{names} where category_id = {FACADES} and language_id = 1",
    )


def prepare(folder: Path, url: str, shop_url: str) -> None:
    """Make the first run in ``folder`` and the database behind ``url``; leave what the CRM then knows."""
    with psycopg.connect(url) as connection:
        connection.execute(NO_PACE)
    with place_in(folder, url, shop_url) as shop:
        shop.open()
        shop.crm.set_ways(sku_path="rails")  # one of the new articles is never found by its path
        for _ in range(2):
            made = shop.run("manual", **FIRST)
            assert made.state == "success", made.errors
        second_day(shop)


@contextmanager
def place_in(folder: Path, url: str, shop_url: str, vendors: Path | None = None) -> Iterator[PaintShop]:
    """Open the shop in an empty folder, with a CRM that knows what is in ``vendors``."""
    state = folder / "vendors"
    if vendors:
        shutil.copytree(vendors, state)
    folder.mkdir(parents=True, exist_ok=True)
    changes: dict[str, Any] = {"crm": OF_THE_CRM, "guards": OPEN}
    with shop_in(folder, url, database_at(shop_url), state, **changes) as shop:
        known = json.loads(os.environ["AIRFLOW_CONN_KEEPINCRM"])
        with environment({"AIRFLOW_CONN_KEEPINCRM": json.dumps(known | {"extra": EXTRA})}):
            yield shop
