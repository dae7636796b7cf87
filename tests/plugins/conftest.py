"""Databases of shops, behind the connection ``opencart``."""

import pytest

from tests.shop_database import mariadb_database, postgres_database


@pytest.fixture
def mariadb(monkeypatch):
    with mariadb_database() as database:
        database.connect_airflow(monkeypatch)
        yield database


@pytest.fixture
def postgres_shop(postgres, monkeypatch):
    with postgres_database(postgres) as database:
        database.connect_airflow(monkeypatch)
        yield database


@pytest.fixture(params=["mariadb", "postgres_shop"])
def shop(request):
    """Run a test against both kinds of database."""
    return request.getfixturevalue(request.param)
