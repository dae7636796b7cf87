"""The portal of the vectors and its warehouse. It brings in Airflow, so not before that has its settings."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.bitrix24_contact_totals.club import PIPELINE, SETTINGS, open_club

if TYPE_CHECKING:
    from tests.bitrix24_portal import Portal


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give the settings; a test names its own by ``indirect``."""
    return getattr(request, "param", SETTINGS)


@pytest.fixture
def portal(tmp_path: Path, warehouse_url: str, settings: dict[str, Any]) -> "Iterator[Portal]":
    """Give a portal with no deals."""
    from tests.bitrix24_contact_totals.dag_run import DagRun
    from tests.bitrix24_portal import NO_PACE, portal_in

    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    with portal_in(tmp_path, warehouse_url, DagRun, {PIPELINE: settings}) as opened:
        yield opened


@pytest.fixture
def club(portal: "Portal") -> "Portal":
    """Give the portal of the vectors."""
    open_club(portal.crm)
    return portal
