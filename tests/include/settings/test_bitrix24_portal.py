"""The portal of the settings: its limits leave the vendor room to breathe."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from include.settings.bitrix24_portal import Portal


def test_the_usual_portal_pauses_before_the_vendor_does() -> None:
    portal = Portal()
    assert (portal.connection, portal.pause) == ("bitrix24", Decimal(400))


def test_a_portal_of_ones_own_counts_no_time() -> None:
    assert Portal(method_seconds=0, pause_at=9999).pause is None


@pytest.mark.parametrize(
    "values",
    [
        {"pause_at": 421},
        {"method_seconds": 100},
        {"pause_at": 0},
        {"bucket_share": 0},
        {"bucket_share": 1.1},
        {"connection": ""},
        {"method_seconds": -1},
        {"tier": "enterprise"},
    ],
)
def test_limits_that_cannot_be_kept_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Portal(**values)
