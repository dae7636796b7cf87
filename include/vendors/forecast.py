"""How long a number of calls will take within a vendor's limits, said before the first of them is made."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from include.vendors.limits import Limits, Room

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_FARTHEST = 24 * 366  # windows looked ahead; who needs more should hear «more than a year» and think again


class Forecast(NamedTuple):
    """What a number of calls costs. ``until`` is None when a year of windows would not be enough."""

    calls: int
    points: Decimal
    seconds: float  # of work and waiting, from now to the last call
    windows: int  # hours in which calls are made
    until: datetime | None


def forecast(calls: int, price: Decimal, limits: Limits, room: Room) -> Forecast:
    """Tell when the last of ``calls`` of the same price will be made, if nobody else spends meanwhile."""
    left, windows = calls, 0
    for begins, fits in islice(_windows(price, limits, room), _FARTHEST):
        windows += bool(left and fits)
        if left <= fits:
            until = begins + timedelta(seconds=max(0, left - 1) * limits.spacing)
            return Forecast(calls, calls * price, (until - room.now).total_seconds(), windows, until)
        left -= fits
    return Forecast(calls, calls * price, float("inf"), windows, None)


def in_words(forecast: Forecast) -> str:
    """Say it in one Russian sentence, for the task log."""
    cost = f"Запросов: {forecast.calls}, баллов: {forecast.points.normalize():f}"
    if forecast.until is None:
        return f"{cost}; при нынешнем лимите это дольше года"
    if forecast.windows <= 1 and forecast.seconds < HOUR.total_seconds():
        return f"{cost}; займёт {_span(forecast.seconds)}"
    ends = f"{forecast.until:%d.%m.%Y %H:%M %Z}"
    return f"{cost}; лимита одного часа не хватит, закончится около {ends}, через {_span(forecast.seconds)}"


def _windows(price: Decimal, limits: Limits, room: Room) -> Iterator[tuple[datetime, int]]:
    """Give hour by hour when calls may begin and how many fit, by pace and by points."""
    now, hour_left, day_left = room.now, room.hour_left, room.day_left
    hour_ends, day_ends, shut = room.hour_ends, room.day_ends, room.refused_until
    while True:
        begins = max(now, min(shut, hour_ends)) if shut else now
        by_pace = _by_pace(hour_ends - begins, limits)
        fits = min(by_pace, _by_points(hour_left, price), _by_points(day_left, price))
        yield begins, fits
        day_left = day_left - fits * price if day_left is not None else None
        if hour_ends >= day_ends:
            day_left, day_ends = limits.day_allowance, day_ends + DAY
        now, hour_left, hour_ends = hour_ends, limits.hour_allowance, hour_ends + HOUR


def _by_pace(time_left: timedelta, limits: Limits) -> int:
    return int(time_left.total_seconds() / limits.spacing) if limits.spacing else 10**12


def _by_points(points: Decimal | None, price: Decimal) -> int:
    return 10**12 if points is None or not price else max(0, int(points / price))


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} с"
    minutes = round(seconds / 60)
    return f"{minutes} мин" if minutes < 60 else f"{minutes // 60} ч {minutes % 60} мин"
