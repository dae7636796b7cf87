"""
The demo of bitrix24_deal_products: tours come into the travel club's deals, and one that moves comes again.

``python -m sandbox.demo.bitrix24_deal_products`` puts the tours and the deals into a running sandbox, without
the demo.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.control import Control
from sandbox.demo import travel_club, travel_club_tours
from sandbox.demo.steps import DemoStep, Seen
from sandbox.demo.travel_club_tours import MOVED, REQUESTS, becomes, tour_of

DAG_ID = "bitrix24_deal_products"
SOURCE = "bitrix24"
WORDS = {
    "copied": "tour copied",
    "unchanged": "unchanged",
    "conflict": "two tours",
    "no_product": "no tour",
}
_FAULTS = ("product_missing", "unreadable", "repaired", "frozen", "failed", "gone", "uncertain", "not_sent")
SERVED = [request for request in REQUESTS if tour_of(request)]
OF_MOVED = [request for request in SERVED if MOVED in request.products]


def open_requests(sandbox_url: str) -> None:
    """Let the portal have the tours, and the deals in work with the tours that people have put into them."""
    portal = Control(sandbox_url).vendor("bitrix24")
    portal.order(funnels=travel_club.funnels(), catalogs=travel_club_tours.catalogs())
    portal.order(properties=travel_club_tours.properties(), fields=travel_club_tours.deal_fields())
    portal.order(products=list(travel_club_tours.products()))
    portal.order(deals=list(travel_club_tours.request_rows()))
    portal.order(rows=travel_club_tours.product_rows())


def move_tour(sandbox_url: str) -> None:
    """Let a tour begin and end a week later from now on."""
    changed = {"product": {str(MOVED): travel_club_tours.moved_days()}}
    Control(sandbox_url).vendor("bitrix24").order(change=changed)


def held(writes: int, moved: bool = False) -> Callable[[str], list[Seen]]:
    """Return a look at the portal: what its deals hold of their tours; how often they were written."""

    def look(sandbox_url: str) -> list[Seen]:
        portal = Control(sandbox_url).vendor("bitrix24")
        found = {deal["id"]: deal for deal in portal.read("deals")}
        written = sum(write["record"].startswith("deal:") for write in portal.read("writes"))
        problems = [text for request in REQUESTS for text in _differences(request, found, moved)]
        if written != writes:
            problems.append(f"deals written so far: {written} instead of {writes}")
        alike = sum(not list(_differences(request, found, moved)) for request in SERVED)
        counts = {"deals as their tour says": alike, "deals written so far": written}
        return [Seen("portal", counts, problems)]

    return look


def counted(**counts: int) -> dict[str, dict[str, int]]:
    """Return the counters of a run; those not named are 0."""
    return {SOURCE: dict.fromkeys((*WORDS, *_FAULTS), 0) | counts}


def _differences(request: Any, found: Mapping[int, Any], moved: bool) -> Iterator[str]:
    deal = found.get(request.number, {})
    for name, wanted in becomes(request, moved).items():
        if (deal.get(name) or None) != wanted:
            yield f"deal {request.number}, {name}: {deal.get(name)!r} instead of {wanted!r}"


STATES = {SOURCE: "success"}
LEFT_ALONE = {"conflict": 1, "no_product": 1}
STEPS = [
    DemoStep(
        title="The first run copies each tour into its deals: name, days, article, guides",
        conf={},
        before=open_requests,
        expected=counted(copied=len(SERVED), **LEFT_ALONE),
        states=STATES,
        after=held(len(SERVED)),
        words=WORDS,
    ),
    DemoStep(
        title="The same again, all open deals looked at: nothing is sent",
        conf={"all_open": True},
        before=None,
        expected=counted(unchanged=len(SERVED), **LEFT_ALONE),
        states=STATES,
        after=held(len(SERVED)),
        words=WORDS,
    ),
    DemoStep(
        title="A tour moves by a week: its deals get the new days",
        conf={"all_open": True},
        before=move_tour,
        expected=counted(copied=len(OF_MOVED), unchanged=len(SERVED) - len(OF_MOVED), **LEFT_ALONE),
        states=STATES,
        after=held(len(SERVED) + len(OF_MOVED), moved=True),
        words=WORDS,
    ),
]

if __name__ == "__main__":
    open_requests(os.environ["DEALFLOW_SANDBOX_URL"])
