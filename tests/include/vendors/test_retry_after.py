"""``Retry-After`` in all its forms."""

from datetime import UTC, datetime, timedelta

import pytest

from include.vendors.retry_after import retry_at

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("0", timedelta()),
        (" 30 ", timedelta(seconds=30)),
        ("Sun, 22 Nov 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Sunday, 22-Nov-26 09:10:00 GMT", timedelta(minutes=10)),
        ("Sun Nov 22 09:10:00 2026", timedelta(minutes=10)),
        ("Sun, 22 Nov 2026 12:10:00 +0300", timedelta(minutes=10)),
        ("Sun, 22 Nov 2026 08:00:00 GMT", timedelta()),
        ("Sun, 22 Nov 2099 08:00:00 GMT", timedelta(days=7)),
        ("9" * 40, timedelta(days=7)),
    ],
)
def test_a_moment_is_read_and_kept_within_reason(header: str, wait: timedelta) -> None:
    assert retry_at(header, NOW) == NOW + wait


@pytest.mark.parametrize("header", [None, "", " ", "soon", "-5", "1.5", "٣", "Sun, 99 Nov 2026 09:10:00 GMT"])
def test_nothing_is_made_of_a_header_that_says_nothing(header: str | None) -> None:
    assert retry_at(header, NOW) is None
