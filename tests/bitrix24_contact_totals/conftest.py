"""The portal of the vectors, and the warehouse beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.bitrix24_contact_totals.club import PIPELINE, open_club
from tests.bitrix24_contact_totals.dag_run import DagRun
from tests.bitrix24_portal import NO_PACE, Portal, portal_in

# A club of four deals: each of them is much of all.
SETTINGS: dict[str, Any] = {"writes": {"repair_days": 0}, "guards": {"max_drop": 1, "min_seen_again": 0}}


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give the settings; a test names its own by ``indirect``."""
    return getattr(request, "param", SETTINGS)


@pytest.fixture
def portal(tmp_path: Path, warehouse_url: str, settings: dict[str, Any]) -> Iterator[Portal]:
    """Give a portal with no deals."""
    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    with portal_in(tmp_path, warehouse_url, DagRun, {PIPELINE: settings}) as opened:
        yield opened


@pytest.fixture
def club(portal: Portal) -> Portal:
    """Give the portal of the vectors."""
    open_club(portal.crm)
    return portal
