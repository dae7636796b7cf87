"""
Pages of lists in order, some of them in the air before the ones before them are worked on (amocrm 4).

What is sent first is what is known to be there: the page that the last one has named, the first page of the
list that follows. Then pages that are thought to be there; only where there is nothing better, a few that may
not be.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from include.amocrm.pages import Page
from include.errors import WindowSpent
from plugins.hooks.amocrm_lists import Listing
from plugins.hooks.vendor_flights import MOST, Flight

WAITING = 3 * MOST  # pages of the next list that may have landed while the one before ends


class Leg(NamedTuple):
    """A list to be read from a page on. ``thought``: pages after its first that are thought to be there."""

    listing: Listing
    first: int = 1
    thought: int = 0


class Landed(NamedTuple):
    """A page of a leg. ``requests``: how many it took, with those sent ahead that brought nothing."""

    number: int
    page: Page
    requests: int = 1
    leg: int = 0  # which one, from 0


class Room(NamedTuple):
    """How many pages may fly after the next one. ``risked``: those it would be no surprise not to find."""

    thought: int = 0
    risked: int = 0


class Asks(Protocol):
    """Who is asked for pages."""

    def page(self, listing: Listing, page: int = 1) -> Page:
        """Ask for a page."""

    def send(self, listing: Listing, page: int) -> Flight:
        """Send a request for a page. Raises WindowSpent."""

    def landed(self, listing: Listing, page: int, flight: Flight) -> Page:
        """Wait for its answer."""


class Ahead:
    """
    Pages of a list, then of those that follow it, in order.

    ``room``: says of a page that has landed what may fly while it is worked on; None: nothing does.
    ``following``: gives the next list; it is asked while the one before still has pages in the air.
    """

    def __init__(
        self,
        hook: Asks,
        leg: Leg,
        room: Callable[[Landed], Room | None],
        following: Callable[[], Leg | None],
    ) -> None:
        self._hook, self._room, self._following = hook, room, following
        self._lane = _Lane(hook, leg, 0)
        self._spare: _Lane | None = None
        self._ended: _Lane | None = None  # what was sent for it in vain may be in the air yet
        self._spent: WindowSpent | None = None

    def __iter__(self) -> Iterator[Landed]:
        while True:
            if self._spent is not None and not self._lane.flights:
                raise self._spent  # what was in the air has come first
            landed = self._lane.land()
            room = self._room(landed)
            if room is not None and self._spent is None:
                self._send(landed.page.has_next, room)
            if landed.page.has_next:
                yield landed
                continue
            yield landed._replace(requests=1 + len(self._lane.flights))
            if (following := self._coming()) is None:
                return
            self._ended, self._lane, self._spare = self._lane, following, None

    def _send(self, has_next: bool, room: Room) -> None:
        """Let as many fly as there is room for, the surest first; note it if the gate lets no more pass."""
        lane = self._lane
        try:
            if has_next:
                lane.fill(min(1 + room.thought, len(lane.flights) + self._free()))
            if self._free() and (spare := self._coming()) is not None:
                spare.fill(min(len(spare.flights) + self._free(), 1 + spare.leg.thought, WAITING))
            elif has_next:
                lane.fill(min(1 + room.risked, len(lane.flights) + self._free()))
        except WindowSpent as spent:
            self._spent = spent

    def _free(self) -> int:
        """Say how many more may be in the air: one that had to wait for a thread would leave out of turn."""
        lanes = [lane for lane in (self._ended, self._lane, self._spare) if lane is not None]
        return max(0, MOST - max(len(self._lane.flights), sum(lane.in_air for lane in lanes)))

    def _coming(self) -> "_Lane | None":
        if self._spare is None and (leg := self._following()) is not None:
            self._spare = _Lane(self._hook, leg, self._lane.place + 1)
        return self._spare


class _Lane:
    """A leg under way: the page that lands next, and it and others in the air."""

    def __init__(self, hook: Asks, leg: Leg, place: int) -> None:
        self.leg, self.place = leg, place
        self.flights = deque[Flight]()
        self._hook, self._number = hook, leg.first

    @property
    def in_air(self) -> int:
        """How many requests have no answer yet."""
        return sum(not flight.sent.done() for flight in self.flights)

    def fill(self, most: int) -> None:
        """Send requests until so many are in the air. Raises WindowSpent."""
        while len(self.flights) < most:
            self.flights.append(self._hook.send(self.leg.listing, self._number + len(self.flights)))

    def land(self) -> Landed:
        """Give the next page."""
        number, listing = self._number, self.leg.listing
        if self.flights:
            page = self._hook.landed(listing, number, self.flights.popleft())
        else:
            page = self._hook.page(listing, number)
        self._number += 1
        return Landed(number, page, leg=self.place)
