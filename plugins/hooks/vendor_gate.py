"""What every call to a vendor passes: the gate that keeps its pace and its budget, and time of methods."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from include.vendors.limits import Worked

__all__ = ["A_WHILE", "Gate", "MethodTime", "OpenGate", "OpenTime", "Pass", "Worked"]

A_WHILE = timedelta(minutes=1)  # how long a vendor that names no moment is left alone


class Pass(Protocol):
    """Leave to make one call; its price is taken already."""

    def refund(self) -> None:
        """Give the points back: the vendor did not take them."""

    def spent(self, until: datetime | None) -> datetime:
        """
        Take down that the vendor says its budget is spent, so that nobody calls before ``until``.

        Without a moment the window ends when the gate thinks it does. Gives the moment.
        """

    def made(self, left: float, beyond: float) -> None:
        """
        Take down that the call was made; one that may have come out of its turn takes another. Never raises.

        ``left``: when it was given to an open connection, by ``time.monotonic``; ``beyond``: seconds its
        answer took beyond what is usual.
        """


class Gate(Protocol):
    """Whoever keeps to a vendor's limits; all workers stand before the same one."""

    def enter(self, method: str, points: Decimal = Decimal(1)) -> Pass:
        """
        Wait for the turn and take the price of a call: that of the method times ``points``.

        Raises WindowSpent when there is no room before the window ends; nothing is taken then.
        """


class OpenGate:
    """A gate without limits, for vendors that have none."""

    def enter(self, method: str, points: Decimal = Decimal(1)) -> Pass:
        """Let everybody pass at once."""
        return _FreePass()


class _FreePass:
    def refund(self) -> None:
        """Give back nothing: nothing was taken."""

    def spent(self, until: datetime | None) -> datetime:
        return until or datetime.now(UTC) + A_WHILE

    def made(self, left: float, beyond: float) -> None:
        """Forget it: there are no turns."""


class MethodTime(Protocol):
    """Whoever keeps to a vendor's limit on the time it works on each method; all workers share it."""

    def assert_open(self, methods: Collection[str]) -> None:
        """
        Wait until all of these methods are open, if that is soon.

        Raises WindowSpent with the moment when it is not.
        """

    def note(self, worked: Sequence[Worked]) -> None:
        """Take down what commands have cost. Never raises: the calls have been made."""

    def block(self, method: str, until: datetime | None) -> datetime:
        """Take down that the vendor has refused a method; without a moment, as far as is known. Gives it."""


class OpenTime:
    """Time without limits, for vendors that do not count it."""

    def assert_open(self, methods: Collection[str]) -> None:
        """Let everybody pass at once."""

    def note(self, worked: Sequence[Worked]) -> None:
        """Forget it: nobody asks."""

    def block(self, method: str, until: datetime | None) -> datetime:
        return until or datetime.now(UTC) + A_WHILE
