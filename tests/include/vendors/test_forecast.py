"""What a number of calls will cost, worked out by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from include.vendors.forecast import forecast, in_words
from include.vendors.limits import Limits, Room

NOW = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
TEN, MIDNIGHT = NOW.replace(hour=10, minute=0), NOW.replace(hour=0, minute=0) + timedelta(days=1)
ONE = Decimal(1)


def room(hour_left: int | None = None, day_left: int | None = None, shut: datetime | None = None) -> Room:
    def points(left: int | None) -> Decimal | None:
        return None if left is None else Decimal(left)

    return Room(NOW, points(hour_left), TEN, points(day_left), MIDNIGHT, shut)


def test_nothing_to_do_takes_no_time() -> None:
    told = forecast(0, ONE, Limits(5), room())
    assert (told.seconds, told.windows, told.until) == (0, 0, NOW)


def test_without_a_budget_only_the_pace_counts() -> None:
    told = forecast(101, Decimal(2), Limits(5), room())
    assert (told.points, told.seconds, told.windows) == (Decimal(202), 20.0, 1)
    assert in_words(told) == "Запросов: 101, баллов: 202; займёт 20 с"


def test_what_does_not_fit_into_an_hour_goes_on_in_the_next_ones() -> None:
    limits = Limits(5, hour_points=Decimal(125))  # 100 an hour for automatic runs
    told = forecast(250, ONE, limits, room(hour_left=30))
    assert (told.windows, told.until) == (4, TEN + timedelta(hours=2, seconds=19 / 5))
    assert in_words(told).endswith("закончится около 22.11.2026 12:00 UTC, через 2 ч 20 мин")


def test_a_day_that_is_spent_is_waited_for() -> None:
    limits = Limits(5, day_points=Decimal(100), share=ONE)
    told = forecast(120, ONE, limits, room(day_left=20))
    assert (told.windows, told.until) == (2, MIDNIGHT + timedelta(seconds=99 / 5))


def test_a_vendors_refusal_is_waited_for() -> None:
    told = forecast(1, ONE, Limits(5), room(shut=TEN + timedelta(minutes=30)))
    assert (told.windows, told.until) == (1, TEN + timedelta(minutes=30))


def test_a_pace_can_fill_an_hour_by_itself() -> None:
    told = forecast(20 * 60 + 5, ONE, Limits(1), room())
    assert (told.windows, told.until) == (2, TEN + timedelta(seconds=4))


def test_what_a_year_is_not_enough_for_is_said_so() -> None:
    told = forecast(10**6, Decimal(2), Limits(5, hour_points=Decimal(2)), room(hour_left=0))
    assert told.until is None
    assert "дольше года" in in_words(told)


@pytest.mark.parametrize(
    ("left", "price", "until"),
    [
        ((None, None), 5, None),
        ((5, 5), 5, None),
        ((4, 9), 5, TEN),
        ((9, 4), 5, MIDNIGHT),
        ((4, 4), 5, MIDNIGHT),
    ],
)
def test_room_tells_when_it_opens(left: tuple[int | None, int | None], price: int, until: datetime) -> None:
    assert room(*left).opens_at(Decimal(price)) == until


def test_a_refusal_outlasts_an_open_window() -> None:
    shut = TEN + timedelta(minutes=1)
    assert room(9, 9, shut).opens_at(ONE) == shut
    assert room(0, 9, shut).opens_at(ONE) == shut
