"""What the tests of faults share: companies and shops before their second run, and processes for sweeps."""

import multiprocessing
import uuid
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import Server
from tests.faults.company import prepare
from tests.faults.fresh import Place, drop_all, fresh
from tests.faults.shop import Shop

if TYPE_CHECKING:
    from tests.faults.catalog_sweep import Kept as CatalogKept
    from tests.faults.catalog_sweep import Reference as CatalogReference
    from tests.faults.funnel_sweep import Kept as FunnelKept
    from tests.faults.funnel_sweep import Reference as FunnelReference
    from tests.faults.orders_sweep import Kept, Reference
    from tests.faults.portal_sweep import Kept as PortalKept
    from tests.faults.portal_sweep import Reference as PortalReference


PLAYERS = 2  # processes; much of a case is waiting for answers that do not come, and others test beside it
SCENES = ("sweep", "orders_kill", "catalog_kill", "portal_kill", "totals_sweep", "products_sweep")


@pytest.fixture(scope="session")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Return processes that play the cases of the sweeps of all files."""
    # Forks of a server without threads: each of them forks its victims. It imports Airflow once for all.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"tests.faults.{scene}" for scene in SCENES])
    with ProcessPoolExecutor(PLAYERS, context) as pool:
        yield pool


@pytest.fixture(scope="session")
def company(postgres: Server, warehouse_template: str) -> Iterator[Place]:
    """Return where a company lies that others are copied from."""
    name = "company_before"
    postgres.run(f"drop database if exists {name}", f"create database {name} template {warehouse_template}")
    prepare(postgres.url(name))
    place = Place(postgres.url(), name)
    yield place
    drop_all(place)
    postgres.run(f"drop database {name} with (force)")


@pytest.fixture
def url(company: Place) -> str:
    """Return the address of the company before its second import."""
    return fresh(company)


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder where files are landed."""
    monkeypatch.setenv("DEALFLOW_STORAGE", f"file://{tmp_path}/storage")
    return tmp_path / "storage"


@pytest.fixture
def shop(storage: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Return a web server whose files are landed in ``storage``."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with closing(Shop()) as shop:
        yield shop


@pytest.fixture(scope="session")
def orders(
    postgres: Server, warehouse_template: str, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Kept]":
    """Return where a shop lies after its first exchange of orders, for others to be copied from."""
    from tests.faults.orders_shop import prepare
    from tests.faults.orders_sweep import Kept

    name, folder = "orders_before", tmp_path_factory.mktemp("orders")
    postgres.run(f"drop database if exists {name}", f"create database {name} template {warehouse_template}")
    prepare(folder, postgres.url(name))
    kept = Kept(Place(postgres.url(), name), folder / "vendors")
    yield kept
    drop_all(kept.place)
    postgres.run(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def orders_reference(orders: "Kept") -> "Reference":
    """Return what an undisturbed second exchange does and leaves."""
    from tests.faults.orders_sweep import undisturbed

    return undisturbed(orders)


@pytest.fixture(scope="session")
def catalog(
    postgres: Server, warehouse_template: str, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[CatalogKept]":
    """Return where a paint shop lies after its first run of the catalogue, for others to be copied from."""
    from tests.faults.catalog_shop import prepare
    from tests.faults.catalog_sweep import Kept

    name, shop, folder = "catalog_before", "catalog_shop", tmp_path_factory.mktemp("catalog")
    for each, like in ((name, warehouse_template), (shop, "template1")):
        postgres.run(f"drop database if exists {each}", f"create database {each} template {like}")
    prepare(folder, postgres.url(name), postgres.url(shop))
    kept = Kept(Place(postgres.url(), name), folder / "vendors", postgres.url(shop))
    yield kept
    drop_all(kept.place)
    postgres.run(f"drop database {name} with (force)", f"drop database {shop} with (force)")


@pytest.fixture(scope="session")
def catalog_reference(catalog: "CatalogKept") -> "CatalogReference":
    """Return what an undisturbed second run of the catalogue does and leaves."""
    from tests.faults.catalog_sweep import undisturbed

    return undisturbed(catalog)


@pytest.fixture(scope="session")
def totals(
    postgres: Server, warehouse_template: str, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[PortalKept]":
    """Return where a portal lies after its totals were first written, for others to be copied from."""
    yield from portal_before("totals", postgres, warehouse_template, tmp_path_factory.mktemp("totals"))


@pytest.fixture(scope="session")
def totals_reference(totals: "PortalKept") -> "PortalReference":
    """Return what an undisturbed second day of the totals does and leaves."""
    from tests.faults.portal_sweep import undisturbed

    return undisturbed(totals)


@pytest.fixture(scope="session")
def products_reference(products: "PortalKept") -> "PortalReference":
    """Return what an undisturbed second run of deals' products does and leaves."""
    from tests.faults.portal_sweep import undisturbed

    return undisturbed(products)


@pytest.fixture(scope="session")
def products(
    postgres: Server, warehouse_template: str, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[PortalKept]":
    """Return where a portal lies after products were first copied to deals, for others to be copied from."""
    yield from portal_before("products", postgres, warehouse_template, tmp_path_factory.mktemp("products"))


@pytest.fixture(scope="session", params=["filters", "pages"])
def funnel(
    request: pytest.FixtureRequest,
    postgres: Server,
    warehouse_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[FunnelKept]":
    """Return where an account lies after its first hour: one that has paid for filters, one that has not."""
    from tests.amocrm_account import FREE, PAID
    from tests.faults.funnel_account import prepare
    from tests.faults.funnel_sweep import Kept

    # The account is made once for each file of tests; processes remember by its name what they have copied.
    name, folder = f"funnel_{request.param}_{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("funnel")
    number = PAID if request.param == "filters" else FREE
    postgres.run(f"create database {name} template {warehouse_template}")
    prepare(folder, postgres.url(name), number)
    kept = Kept(Place(postgres.url(), name), folder / "vendors", number)
    yield kept
    drop_all(kept.place)
    postgres.run(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def funnel_reference(funnel: "FunnelKept") -> "FunnelReference":
    """Return what an undisturbed second hour of an account does and leaves."""
    from tests.faults.funnel_sweep import undisturbed

    return undisturbed(funnel)


def portal_before(
    pipeline: str, postgres: Server, warehouse_template: str, folder: Path
) -> "Iterator[PortalKept]":
    """Make the first day of a pipeline's scene, and drop it afterwards."""
    from tests.faults.portal_sweep import Kept

    name = f"{pipeline}_before"
    postgres.run(f"drop database if exists {name}", f"create database {name} template {warehouse_template}")
    kept = Kept(Place(postgres.url(), name), folder / "vendors", f"tests.faults.{pipeline}_sweep")
    kept.of.prepare(folder, postgres.url(name))
    yield kept
    drop_all(kept.place)
    postgres.run(f"drop database {name} with (force)")
