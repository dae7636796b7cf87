"""
Nights of the demo shops of real OpenCart, where they lie beside the project (keepincrm 13, opencart 13).

They are not ours to ship, so on a plain clone there are no such tests; what they check is checked elsewhere
with rows of our own.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pymysql
import pytest
from pymysql.constants import CLIENT

from tests.opencart_catalog.nights import Shop, settings_of
from tests.plugins.steps.opencart_rows import read
from tests.shop_database import mariadb_database, mariadb_server, real_databases

FILES = sorted(real_databases().glob("opencart-*.sql"))
BASE_ONLY = {"items": {"base_only_categories": [20]}}


@pytest.fixture
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Load a demo shop; return its version."""
    file: Path = request.param
    with mariadb_database() as loaded:
        name = loaded.url.rpartition("/")[2].partition("?")[0]
        address = {"host": "127.0.0.1", "port": mariadb_server().port, "user": "root", "database": name}
        with pymysql.connect(**address, client_flag=CLIENT.MULTI_STATEMENTS) as connection:
            with connection.cursor() as cursor:
                cursor.execute(file.read_text(encoding="utf-8"))
                while cursor.nextset():
                    pass
            connection.commit()
        loaded.connect_airflow(monkeypatch)
        yield file.stem.removeprefix("opencart-")


def offer(desk: Shop, **sections: Any) -> None:
    """Offer what the demo shop offers, under settings of one's own."""
    found = read(**sections)
    desk.items, desk.categories, desk.issues = found.items, found.categories, found.issues
    desk.settings = settings_of(**sections)


if FILES:
    of_each = pytest.mark.parametrize("database", FILES, ids=lambda path: path.stem, indirect=True)

    @of_each
    def test_thirty_six_are_created_and_a_second_night_sends_nothing(database: str, desk: Shop) -> None:
        offer(desk)
        night = desk.night()
        kinds = [action.kind for action in night.actions]
        assert kinds.count("create_material") == 36
        assert (night.state, night.counters["created"]) == ("success", 36)
        assert desk.night().writes == {}
        desk.change("40", price=Decimal("102.00"))
        [changed] = desk.night().actions
        assert changed.after["price"] == "102.00"
        assert set(changed.after) == {"price", "currency"}
        titles = {material["sku"]: material["title"] for material in desk.crm.materials.values()}
        assert any(title.startswith('Apple Cinema 30" (') for title in titles.values())

    @of_each
    def test_variants_of_base_only_categories_leave_the_plan_and_not_the_crm(
        database: str, desk: Shop
    ) -> None:
        offer(desk, **BASE_ONLY)
        assert desk.night().counters["created"] == 31
        offer(desk)
        assert desk.night().counters["created"] == 5
        offer(desk, **BASE_ONLY)
        for _ in range(4):
            night = desk.night()
            assert (night.writes, night.counters) == ({}, {"unlisted": 5, "unchanged": 31})
        assert len(desk.crm.materials) == 36
