"""In which order pages are asked for, before a list that other lists follow."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from include.amocrm.pages import Page
from include.errors import WindowSpent
from plugins.hooks.amocrm_ahead import WAITING, Ahead, Landed, Leg, Room
from plugins.hooks.amocrm_lists import Listing
from plugins.hooks.vendor_flights import MOST, Flight


class Vendor:
    """Lists by name with so many pages each; it keeps what was asked for, and what was waited for."""

    def __init__(self, pages: Mapping[str, int], most: int = 1000, answers_at_once: bool = False) -> None:
        self._answers_at_once = answers_at_once
        self.heard: list[str] = []
        self.most_in_air = 0
        self._pages, self._most, self._in_air = pages, most, 0

    def page(self, listing: Listing, page: int = 1) -> Page:
        """Answer at once."""
        self._hear(listing, page)
        return self._answer(listing, page)

    def send(self, listing: Listing, page: int) -> Flight:
        """Take a request; refuse it when there were too many."""
        self._hear(listing, page)
        sent: Future[Any] = Future()
        if self._answers_at_once:
            sent.set_result(None)
        else:
            self._in_air += 1
        self.most_in_air = max(self.most_in_air, self._in_air)
        return Flight(cast(Any, None), cast(Any, None), cast(Any, None), sent)

    def landed(self, listing: Listing, page: int, flight: Flight) -> Page:
        """Answer a request."""
        if not flight.sent.done():
            cast(Future[Any], flight.sent).set_result(None)
            self._in_air -= 1
        return self._answer(listing, page)

    def _hear(self, listing: Listing, page: int) -> None:
        if len(self.heard) == self._most:
            raise WindowSpent(datetime.now(UTC), "Довольно")
        self.heard.append(f"{listing.path}{page}")

    def _answer(self, listing: Listing, page: int) -> Page:
        return Page(({"id": page},), page < self._pages[listing.path])


def leg(name: str, thought: int = 0, first: int = 1) -> Leg:
    return Leg(Listing(name, "rows", {}), first, thought)


def read(
    vendor: Vendor, *legs: Leg, room: Callable[[Landed], Room | None] = lambda _: Room()
) -> list[tuple[int, int, int]]:
    first, *others = legs
    coming = iter(others)
    found = Ahead(vendor, first, room, lambda: next(coming, None))
    return [(landed.leg, landed.number, landed.requests) for landed in found]


def test_lists_come_one_after_the_other_and_each_from_its_page_on() -> None:
    vendor = Vendor({"a": 4, "b": 2})
    expected = [(0, 3, 1), (0, 4, 1), (1, 1, 1), (1, 2, 1)]
    assert read(vendor, leg("a", first=3), leg("b"), room=lambda _: None) == expected
    assert vendor.heard == ["a3", "a4", "b1", "b2"]


@pytest.mark.parametrize("pages", range(1, 9))
@pytest.mark.parametrize("thought", [0, 1, 5])
def test_what_is_known_to_be_there_is_never_asked_for_in_vain(pages: int, thought: int) -> None:
    vendor = Vendor({"a": pages, "b": 6 + pages, "c": 1})
    told = read(vendor, leg("a"), leg("b", thought), leg("c"))
    assert sorted(vendor.heard) == sorted(
        [*(f"a{page}" for page in range(1, pages + 1)), *(f"b{page}" for page in range(1, 7 + pages)), "c1"]
    )
    assert [requests for *_, requests in told] == [1] * len(vendor.heard)


def test_the_next_list_is_on_its_way_before_the_one_before_ends() -> None:
    vendor = Vendor({"a": 3, "b": 20})
    read(vendor, leg("a"), leg("b", thought=9))
    assert vendor.heard[:6] == ["a1", "a2", "b1", "b2", "b3", "a3"]


def test_pages_that_are_thought_to_be_there_fly_before_the_next_list_does() -> None:
    vendor = Vendor({"a": 9, "b": 1})
    read(vendor, leg("a"), leg("b"), room=lambda landed: Room(thought=9 - landed.number - 1))
    assert vendor.heard == [*(f"a{page}" for page in range(1, 10)), "b1"]


def test_a_risk_is_run_only_where_no_list_follows() -> None:
    vendor = Vendor({"a": 4, "b": 4})
    told = read(vendor, leg("a"), leg("b"), room=lambda _: Room(risked=2))
    assert sum(requests for *_, requests in told) == len(vendor.heard) == 10
    assert vendor.heard[-2:] == ["b5", "b6"]


def test_no_more_are_in_the_air_than_there_are_threads_for() -> None:
    vendor = Vendor({"a": 40, "b": 90})
    read(vendor, leg("a"), leg("b", thought=80), room=lambda _: Room())
    assert vendor.most_in_air == MOST
    vendor = Vendor({"a": 40, "b": 90})
    read(vendor, leg("a"), leg("b", thought=80), room=lambda _: Room(thought=80, risked=80))
    assert vendor.most_in_air == MOST
    alone = Vendor({"a": 40})
    told = read(alone, leg("a"), room=lambda _: Room(risked=80))
    assert (alone.most_in_air, told[-1]) == (MOST, (0, 40, MOST))


def test_of_the_next_list_only_so_many_wait_to_be_worked_on() -> None:
    vendor = Vendor({"a": 40, "b": 90}, answers_at_once=True)
    coming = iter([leg("b", thought=80)])
    pages = iter(Ahead(vendor, leg("a"), lambda _: Room(), lambda: next(coming, None)))
    for _ in range(30):
        next(pages)
    assert len([each for each in vendor.heard if each[0] == "b"]) == WAITING


@pytest.mark.parametrize("most", range(1, 9))
def test_when_the_gate_lets_no_more_pass_what_is_in_the_air_comes_first(most: int) -> None:
    vendor, coming = Vendor({"a": 3, "b": 6}, most), iter([leg("b", thought=3)])
    pages = iter(Ahead(vendor, leg("a"), lambda _: Room(), lambda: next(coming, None)))
    landed = []
    with suppress(WindowSpent):
        while True:
            each = next(pages)  # never StopIteration: there is more than the gate lets pass
            landed.append(f"{'ab'[each.leg]}{each.number}")
    of_a, of_b = (sorted(page for page in vendor.heard if page[0] == name) for name in "ab")
    assert landed == of_a + (of_b if len(of_a) == 3 else [])
