"""How far a window of events has been read, and how long the next one is."""

from datetime import UTC, datetime, timedelta

import pytest

from include.amocrm.windows import (
    GROWTH,
    LONGEST,
    PAGES,
    SHORTEST,
    first_length,
    next_length,
    progress,
    shorter,
)

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
TEN_DAYS = (JANUARY, JANUARY + timedelta(days=10))


def at(day: float) -> datetime:
    return JANUARY + timedelta(days=day)


@pytest.mark.parametrize(
    ("page", "whole", "left"),
    [
        ((at(0), at(1)), 10, 9),  # the oldest first
        ((at(10), at(9)), 10, 9),  # the newest first
        ((at(9.5), at(10)), 1, 0),
        ((at(0.8), at(1)), 10, 9),  # denser lately: as all pages were
        ((at(-5), at(1)), 10, 1.5),  # thinner lately: as this one was
    ],
)
def test_how_much_is_left_is_told_by_the_moments_of_a_page(
    page: tuple[datetime, datetime], whole: float, left: float
) -> None:
    assert progress(1, page, TEN_DAYS) == pytest.approx((whole, left))


@pytest.mark.parametrize("page", [(at(5), at(5)), (at(11), at(12)), (at(-1), at(-2)), (at(10), at(10))])
def test_a_page_that_tells_nothing_promises_nothing(page: tuple[datetime, datetime]) -> None:
    assert progress(3, page, TEN_DAYS) == (3, 0)


def test_a_window_is_as_long_as_it_takes_for_so_many_pages() -> None:
    week = timedelta(days=7)
    assert next_length(week, PAGES) == week
    assert next_length(week, PAGES * 7) == timedelta(days=1)
    assert next_length(week, PAGES / 2) == 2 * week
    assert next_length(week, 1) == GROWTH * week
    assert next_length(LONGEST, 1) == LONGEST
    assert next_length(SHORTEST, 10**6) == SHORTEST


def test_the_first_window_is_shorter_the_more_leads_there_are() -> None:
    year = timedelta(days=360)
    assert first_length(year, 20_000) == timedelta(days=36)
    assert first_length(year, 12) == LONGEST
    assert first_length(year, 0) == LONGEST
    assert first_length(timedelta(0), 5) == SHORTEST


def test_a_window_with_too_many_pages_gives_way_to_much_shorter_ones() -> None:
    assert shorter(LONGEST, 4000) == next_length(LONGEST, 4000)
    assert shorter(TEN_DAYS[1] - TEN_DAYS[0], 3) == timedelta(days=10) / GROWTH
    assert shorter(2 * SHORTEST, 4000) == SHORTEST
    assert shorter(SHORTEST / 2, 4000) == SHORTEST / 2
