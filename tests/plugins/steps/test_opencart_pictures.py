"""What the files behind the main pictures are is staged, some at a time, however the web server behaves."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from include.settings.opencart_catalog import OpencartCatalogSettings
from plugins.steps import ledger
from plugins.steps import opencart_catalog_staging as staging
from plugins.steps.opencart_catalog import PIPELINE, Catalog
from plugins.warehouse import Warehouse
from tests.plugins.hooks.web import Web, web_server

SETTINGS = {"shop": {"url": "https://shop.example.org"}, "crm": {"image_check": "head"}}
ITEM = (
    "insert into stage.opencart_catalog_item"
    " (run_id, identity, product_id, option_value_ids, title, category_path, images, currency,"
    " link_url, active, content_hash)"
    " select %(run)s, number::text, number, '{}', 'Товар', '{}',"
    " array[format('%%s/many/%%s.jpg', %(url)s::text, number)], 'UAH', '', true, ''"
    " from generate_series(1, %(number)s) as number"
)


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as web:
        yield web


@pytest.fixture
def connection(warehouse_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(warehouse_url, autocommit=True) as connection:
        yield connection


def open_run(warehouse: Warehouse) -> Catalog:
    run_id = ledger.open_run(warehouse, ledger.Occasion(PIPELINE, "opencart", "manual", "manual"))
    assert run_id is not None
    settings = OpencartCatalogSettings.model_validate(SETTINGS)
    return Catalog(run_id, settings, ledger.run(warehouse, run_id).started_at)


def staged(connection: psycopg.Connection[Any]) -> set[str]:
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute("select address from stage.opencart_catalog_picture")
        return {row["address"] for row in rows}


def test_pictures_that_were_told_of_stay_when_the_server_falls_silent(
    web: Web, connection: psycopg.Connection[Any]
) -> None:
    """No question is put while a COPY is open: what was told before is there already."""
    job = open_run(Warehouse(connection))
    connection.execute(ITEM, {"run": job.run_id, "url": web.url, "number": 700})
    seen = []

    def look(number: int) -> int | None:
        if number == 580:
            with psycopg.connect(connection.info.dsn, password=connection.info.password) as other:
                seen.append(len(staged(other)))
                seen.append(connection.info.transaction_status.name)
        return 503 if number > 600 else None

    web.statuses = look
    assert staging.stage_pictures(Warehouse(connection), job) == 600
    assert seen == [500, "IDLE"]
    assert len(staged(connection)) == 600
    assert web.paths[:50] != sorted(web.paths[:50])  # in another order each night
