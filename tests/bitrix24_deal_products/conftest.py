"""A travel club for each test. It brings in Airflow, so not before Airflow has its settings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.bitrix24_portal import Portal


@pytest.fixture
def open_portal(tmp_path: Path, warehouse_url: str) -> "Iterator[Callable[..., Portal]]":
    """Return what opens a portal with a catalogue and settings of the test's own."""
    from tests.bitrix24_deal_products.club import COPIED, PIPELINE, open_club
    from tests.bitrix24_deal_products.dag_run import DagRun
    from tests.bitrix24_portal import FAST, NO_PACE, portal_in

    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    extra = {**FAST, "patience": 0, "timeout": 3}
    with ExitStack() as stack:

        def opened(**settings: Any) -> "Portal":
            told = {PIPELINE: {"fields": COPIED, "reading": {"overlap_minutes": 0}, **settings}}
            portal = stack.enter_context(portal_in(tmp_path, warehouse_url, DagRun, told, extra=extra))
            open_club(portal.crm)
            return portal

        yield opened


@pytest.fixture
def portal(open_portal: "Callable[..., Portal]") -> "Portal":
    """Return a portal before its first run."""
    return open_portal()
