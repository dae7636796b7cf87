"""What 0014 makes of a catalogue that was kept before accounts were told apart."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sql.alembic.migrate import migrate
from sql.alembic.numbered import SCHEMA_DIR
from tests.conftest import Server

RUNS = Path(__file__).parent / "before_accounts.sql"


@pytest.fixture
def migrated(postgres: Server, tmp_path: Path) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Return a database that had runs before 0014."""
    postgres.run("drop database if exists before_accounts", "create database before_accounts")
    url = postgres.url("before_accounts")
    for file in sorted(SCHEMA_DIR.glob("*.sql")):
        if file.name < "0014":
            shutil.copy(file, tmp_path)
    migrate(url, tmp_path)
    with psycopg.connect(url) as connection:
        connection.execute(RUNS.read_bytes())
    migrate(url)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection
    postgres.run("drop database before_accounts")


def test_what_was_kept_goes_to_the_account_and_the_shop_of_its_run(
    migrated: psycopg.Connection[tuple[object, ...]],
) -> None:
    def kept(query: str) -> list[tuple[object, ...]]:
        return migrated.execute(query).fetchall()

    with migrated:
        assert kept("select identity, source from mart.catalog_item order by 1") == [
            ("1", "opencart"),
            ("2", "opencart"),
            ("3", "opencart"),
        ]
        assert kept(
            "select material_id, source, account, material_sku from mart.catalog_link order by 1"
        ) == [
            (7, "opencart", "trial", "A 1"),
            (8, "opencart", "live", None),
            (9, "opencart", "live", None),  # of a run that wrote nothing: as the one before
        ]
        assert kept("select source, account from mart.catalog_category_link") == [("opencart", "trial")]
        assert kept("select account, material_id, field from mart.catalog_sent_value order by 2, 3") == [
            ("trial", 7, "named_prices:Роздріб"),  # found to be the same, never sent
            ("trial", 7, "title"),
            ("live", 8, "named_prices:Акційна ціна"),
        ]
        assert kept("select account from mart.catalog_picture") == [("live",)]
        assert kept("select name, source from ops.cursor order by 1") == [
            ("active_products", "opencart"),
            ("capabilities", "live"),
        ]
        assert kept("select facet, items from mart.catalog_facet order by 1") == [
            ("all", 2),
            ("new", 2),
            ("price", 1),
        ]
