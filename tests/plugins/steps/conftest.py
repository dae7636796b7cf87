"""What tests of several steps share: a simulated KeepinCRM, and a desk between it and a warehouse."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from plugins.warehouse import Warehouse
from sandbox.control import Control, KeepinCRMControl
from sandbox.server import Credentials, running

if TYPE_CHECKING:
    from tests.plugins.steps.opencart_desk import Desk


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """Return a sandbox whose KeepinCRM the connection ``keepincrm`` leads to."""
    from tests.plugins.steps.opencart_desk import KEY, connection_to

    with running(tmp_path, Credentials("demo", KEY)) as sandbox:
        monkeypatch.setenv("AIRFLOW_CONN_KEEPINCRM", connection_to(sandbox.url))
        yield Control(sandbox.url)


@pytest.fixture
def crm(account: Control) -> KeepinCRMControl:
    """Return the KeepinCRM of that sandbox; it has no pace to be kept."""
    crm = account.keepincrm()
    crm.set_ways(per_minute=0)
    return crm


@pytest.fixture
def open_desk(crm: KeepinCRMControl, warehouse_url: str) -> "Iterator[Callable[..., Desk]]":
    """Return what opens a desk with settings of the CRM."""
    from tests.plugins.steps.opencart_desk import Desk

    with psycopg.connect(warehouse_url, autocommit=True) as connection:
        yield lambda **settings: Desk(Warehouse(connection), crm, **settings)


@pytest.fixture
def desk(open_desk: "Callable[..., Desk]") -> "Desk":
    """Return a desk."""
    return open_desk()
