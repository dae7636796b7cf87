"""
The demo rows of real OpenCart, where they lie beside the project: golden numbers (opencart 13).

They are not ours to ship, so on a plain clone there are no such tests; what they check is checked by
``test_opencart.py`` with rows of our own.
"""

from decimal import Decimal

import pymysql
import pytest
from pymysql.constants import CLIENT

from tests.plugins.steps.opencart_rows import read
from tests.shop_database import mariadb_database, mariadb_server, real_databases

FILES = sorted(real_databases().glob("opencart-*.sql"))
RADIO = {"Small": 10, "Medium": 20, "Large": 30}
SELECT = {"Red": 4, "Blue": 3, "Green": 1, "Yellow": 2}


@pytest.fixture(scope="module")
def loaded(request):
    """Load a file once for all tests that read it."""
    with mariadb_database() as database:
        name = database.url.rpartition("/")[2].partition("?")[0]
        address = {"host": "127.0.0.1", "port": mariadb_server().port, "user": "root", "database": name}
        with pymysql.connect(**address, client_flag=CLIENT.MULTI_STATEMENTS) as connection:
            with connection.cursor() as cursor:
                cursor.execute(request.param.read_text(encoding="utf-8"))
                while cursor.nextset():
                    pass
            connection.commit()
        yield request.param.stem.removeprefix("opencart-"), database


@pytest.fixture
def line(loaded, monkeypatch):
    """Point the connection at the loaded database; give its version."""
    version, database = loaded
    database.connect_airflow(monkeypatch)
    return version


if FILES:

    @pytest.mark.parametrize("loaded", FILES, ids=lambda path: path.stem, indirect=True)
    class TestRealDatabase:
        def test_numbers_of_items(self, line):
            items = read().items
            by_product = {own: sum(item.product_id == own for item in items.values()) for own in (30, 35, 42)}
            assert (len(items), by_product) == (36, {30: 3, 35: 4, 42: 13})
            assert sum("#" not in identity for identity in items) == 19
            assert len(read(items={"base_with_variants": False}).items) == 33
            assert len(read(items={"checkbox_values": True}).items) == 40
            assert len(read(items={"base_only_categories": [20]}).items) == 31
            keys = [item.key for item in items.values()]
            assert len(set(keys)) == len(keys)
            assert all(item.active for item in items.values())

        def test_prices_and_specials(self, line):
            items, has_specials = read().items, not line.startswith("4.1")
            small = {
                item.title: (item.price, item.special) for item in items.values() if item.product_id == 42
            }
            for radio, more in RADIO.items():
                for select, still_more in SELECT.items():
                    price = Decimal(100 + more + still_more)
                    title = f'Apple Cinema 30" (Radio: {radio}, Select: {select})'
                    assert small[title] == (price, price - 10 if has_specials else None)
            thirty = {(item.price, item.special) for item in items.values() if item.product_id == 30}
            assert thirty == {(Decimal(100), Decimal(80) if has_specials else None)}
            sizes = {item.title: (item.price, item.special, item.images) for item in items.values()}
            for size, price in {"Small": 105, "Medium": 110, "Large": 115}.items():
                assert sizes[f"Product 8 (Size: {size})"] == (Decimal(price), None, [])

        def test_articles_categories_and_what_is_ignored(self, line):
            found = read()
            assert found.items["48"].article == ("product 20" if line.startswith("4.1") else "test 1")
            assert len(found.categories) == 38
            exporting = {own: found.items[str(own)].shop_category_id for own in (28, 30, 33, 42, 43, 48)}
            assert exporting == {28: 20, 30: 20, 33: 28, 42: 28, 43: 20, 48: 20}
            assert found.items["42"].category_path == ["Components", "Monitors"]
            assert not any(row.orphan for row in found.categories.values())
            assert found.items["28"].category_path == ["Desktops"]
            assert {"OPTIONS_IGNORED", "TIERS_IGNORED", "SHOP_CAN_WRITE"} == set(found.codes())
            assert sum(len(item.images) for item in found.items.values() if "#" not in item.identity) == 79
