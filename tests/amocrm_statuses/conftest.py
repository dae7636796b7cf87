"""The small account, with filters and without: readings differ, what they come to may not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.amocrm_account import FREE, PAID, AccountAtHand
from tests.amocrm_statuses.a_few_leads import opened


@pytest.fixture(params=[PAID, FREE], ids=["filters", "pages"])
def account(request: pytest.FixtureRequest, tmp_path: Path, warehouse_url: str) -> Iterator[AccountAtHand]:
    with opened(tmp_path, warehouse_url, number=request.param) as account:
        yield account
