"""What the tests of faults share: a company before its second import."""

from collections.abc import Iterator

import pytest

from tests.conftest import Server
from tests.faults.company import prepare
from tests.faults.sweep import Place


@pytest.fixture(scope="session")
def company(postgres: Server, warehouse_template: str) -> Iterator[Place]:
    """Return where a company lies that others are copied from."""
    name = "company_before"
    postgres.run(f"drop database if exists {name}", f"create database {name} template {warehouse_template}")
    prepare(postgres.url(name))
    yield Place(postgres.url(), name)
    postgres.run(f"drop database {name} with (force)")
