"""Requests are as long as the portal bears, and no longer (bitrix24 6)."""

from decimal import Decimal

import pytest

from include.bitrix24.sizes import BatchSize


def requests(commands: int, seconds: str, first: int) -> list[int]:
    """Send so many commands, each of which takes so long; give the sizes of the requests."""
    size, sent = BatchSize(first), []
    while commands:
        sent.append(min(size.now, commands))
        commands -= sent[-1]
        size.told(sent[-1], sent[-1] * Decimal(seconds))
    return sent


@pytest.mark.parametrize(
    ("seconds", "first", "sizes"),
    [
        ("0.3", 20, [20, 40, 50, 50, 50, 50, 40]),
        ("2", 20, [20] * 15),
        ("0", 20, [20, 40, *[50] * 4, 40]),
        ("3", 20, [20, *[10] * 28]),
        ("50", 20, [20, *[1] * 280]),
    ],
)
def test_three_hundred_updates_take_as_many_requests_as_they_need(
    seconds: str, first: int, sizes: list[int]
) -> None:
    assert requests(300, seconds, first) == sizes


def test_a_slow_spell_passes() -> None:
    size = BatchSize(50)
    size.told(50, Decimal(50))
    assert size.now == 30
    size.told(30, Decimal(3))
    assert size.now == 50


def test_a_request_that_came_to_nothing_halves_and_one_is_the_least() -> None:
    size = BatchSize(20)
    sizes = [size.halve() or size.now for _ in range(6)]
    assert sizes == [10, 5, 2, 1, 1, 1]


def test_nothing_is_learnt_from_nothing() -> None:
    size = BatchSize(20)
    size.told(0, Decimal(0))
    assert size.now == 20
