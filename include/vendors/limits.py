"""What a vendor allows, and how much of it is left."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

AUTOMATIC_SHARE = Decimal("0.8")  # the rest of a window stays for runs by hand (calltouch 6.23)


class Limits(NamedTuple):
    """The limits of one account. Zero and None mean unlimited; calls are counted all the same."""

    calls_per_second: float = 0  # of the vendor, whichever the account: rates are per address we call from
    hour_points: Decimal | None = None
    day_points: Decimal | None = None
    prices: Mapping[str, Decimal] = {}  # points a call by method; 1 where none is named
    zone: str = "UTC"  # whose midnight begins the vendor's day
    share: Decimal = AUTOMATIC_SHARE  # how much of each window may be used; 1 for runs by hand
    burst: int = 1  # calls that may begin at once, of an account that has rested

    @property
    def spacing(self) -> float:
        """Seconds between the beginnings of two calls."""
        return 1 / self.calls_per_second if self.calls_per_second else 0.0

    @property
    def slack(self) -> float:
        """Seconds by which calls may be ahead of their spacing."""
        return (self.burst - 1) * self.spacing

    @property
    def hour_allowance(self) -> Decimal | None:
        """Points to be spent in an hour, None for any number."""
        return self.hour_points * self.share if self.hour_points else None

    @property
    def day_allowance(self) -> Decimal | None:
        """Points to be spent in a day, None for any number."""
        return self.day_points * self.share if self.day_points else None

    def exceeded_by(self, points: Decimal) -> bool:
        """Say whether so many points are more than an hour or a day has, however little was spent of it."""
        allowances = (self.hour_allowance, self.day_allowance)
        return any(allowance is not None and points > allowance for allowance in allowances)

    def price(self, method: str) -> Decimal:
        """Tell what a call of a method costs."""
        return self.prices.get(method, Decimal(1))


class Room(NamedTuple):
    """What is left of an account's windows at a moment; None is any number of points."""

    now: datetime
    hour_left: Decimal | None
    hour_ends: datetime
    day_left: Decimal | None
    day_ends: datetime
    refused_until: datetime | None = None  # the vendor itself said that nothing will pass before it

    def opens_at(self, price: Decimal) -> datetime | None:
        """Tell when there will be room for a call of this price; None if there is now."""
        closed = (
            self.refused_until,
            self.hour_ends if self.hour_left is not None and self.hour_left < price else None,
            self.day_ends if self.day_left is not None and self.day_left < price else None,
        )
        return max((until for until in closed if until), default=None)


class Worked(NamedTuple):
    """What commands of one method have cost a vendor that counts the time it works on each."""

    method: str
    commands: int
    seconds: Decimal  # by the vendor's own clock
    operating: Decimal | None  # what the method has come to lately, as told
    resets_in: float | None  # seconds until the oldest part of that drops out
