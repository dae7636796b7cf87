"""A paint shop for each test. It brings in Airflow, so not before Airflow has its settings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from sandbox.control import Control, KeepinCRMControl
from sandbox.server import Credentials, running
from tests.shop_database import mariadb_database, postgres_database

if TYPE_CHECKING:
    from tests.opencart_catalog.nights import Shop
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


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeepinCRMControl]:
    """Return the KeepinCRM of a sandbox, to which the connection ``keepincrm`` leads."""
    from tests.plugins.steps.opencart_desk import KEY, connection_to

    with running(None, Credentials("demo", KEY)) as sandbox:
        monkeypatch.setenv("AIRFLOW_CONN_KEEPINCRM", connection_to(sandbox.url))
        yield Control(sandbox.url).keepincrm()


@pytest.fixture
def open_desk(warehouse_url: str, crm: KeepinCRMControl) -> "Iterator[Callable[..., Shop]]":
    """Return what opens a shop of plain rows, with settings of the test's own and an empty CRM."""
    from tests.opencart_catalog.nights import Shop

    with ExitStack() as stack:

        def opened(**sections: Any) -> "Shop":
            shop = Shop(warehouse_url, crm, **sections)
            stack.callback(shop.warehouse.connection.close)
            return shop

        yield opened


@pytest.fixture
def desk(open_desk: "Callable[..., Shop]") -> "Shop":
    """Return a shop of plain rows with the usual settings."""
    return open_desk()
