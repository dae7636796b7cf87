"""
What the marts have to say of one lead, in plain loops (smart-data-hub 5).

Moments are whole seconds. A status is a pair of numbers; a mapping tells which container it is in.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby, pairwise, permutations, product
from typing import NamedTuple

Status = tuple[int, int]


class Container(NamedTuple):
    """A container of a funnel."""

    funnel: str
    name: str
    position: int
    marker: str | None = None


class Move(NamedTuple):
    """An event: the lead went from one status to another."""

    event_id: str
    at: int
    before: Status
    after: Status


class Sale(NamedTuple):
    """An event: the price changed."""

    event_id: str
    at: int
    before: int | None
    after: int | None


class Lead(NamedTuple):
    """A lead as the account tells it, with its events in any order; ``seen_at``: when it was so for sure."""

    status: Status
    price: int | None
    created_at: int
    updated_at: int
    closed_at: int | None = None
    moves: Sequence[Move] = ()
    sales: Sequence[Sale] = ()
    seen_at: int | None = None


class Point(NamedTuple):
    """A status it had since a moment. ``seq`` counts points from 0."""

    seq: int
    at: int
    status: Status
    source: str


class Stay(NamedTuple):
    """A stay in a container; ``left``: None while it is there."""

    seq: int
    container: Container
    entered: int
    left: int | None
    source: str


class Passed(NamedTuple):
    """A container it counts as having passed."""

    kind: str
    at: int
    entries: int


class Standing(NamedTuple):
    """How it stands in a funnel."""

    container: str
    marker: str | None
    since: int
    is_outside: bool
    price: int | None
    sales: int
    success: int
    returned: int
    success_at: int | None
    refused_at: int | None
    refused_from: str | None


class Told(NamedTuple):
    """All that is said of a lead."""

    points: list[Point]
    stays: list[Stay]
    passed: dict[tuple[str, str], Passed]
    standing: dict[str, Standing]


class Rules(NamedTuple):
    """A mapping and its policies."""

    places: Mapping[Status, Container]
    funnels: Mapping[str, Sequence[Container]]
    backfill: str = "previous"
    price_basis: str = "current"


def tell(lead: Lead, rules: Rules) -> Told:
    """Say all that has to be said of a live lead that passes the filter."""
    points = path(lead)
    stays = visits(points, rules.places)
    passed: dict[tuple[str, str], Passed] = {}
    standing: dict[str, Standing] = {}
    for funnel in dict.fromkeys(stay.container.funnel for stay in stays):
        own = [stay for stay in stays if stay.container.funnel == funnel]
        standing[funnel] = stand(lead, own, rules.price_basis)
        for name, each in passes(own, rules.funnels[funnel], rules.backfill).items():
            passed[funnel, name] = each
    return Told(points, stays, passed, standing)


def path(lead: Lead) -> list[Point]:
    """Order its statuses: before the first event, the events, what it says itself (5.2)."""
    moves = ordered(lead)
    if not moves:
        return [Point(0, lead.created_at, lead.status, "snapshot")]
    points = [Point(0, min(lead.created_at, moves[0].at), moves[0].before, "first_event")]
    for move in moves:
        points.append(Point(len(points), move.at, move.after, "event"))
    last = moves[-1]
    was_read_before = max(lead.updated_at, lead.seen_at or 0) < last.at
    if last.after != lead.status and not was_read_before:
        at = max(lead.updated_at, last.at)
        points.append(Point(len(points), at, lead.status, "snapshot"))
    return points


def ordered(lead: Lead) -> Sequence[Move]:
    """
    Order events by second; within seconds try every order.

    The best is that in which most of them begin where the one before led to, and the last leads to where the
    lead stands; of several the one with the smaller ids first.
    """
    is_seen_since = max(lead.updated_at, lead.seen_at or 0) >= max(
        (move.at for move in lead.moves), default=0
    )
    return _best(tuple(lead.moves), lead.status if is_seen_since else None)


@lru_cache(100_000)
def _best(moves: tuple[Move, ...], now: Status | None) -> Sequence[Move]:
    by_id = sorted(moves, key=lambda move: (move.at, move.event_id))
    seconds = [list(some) for _, some in groupby(by_id, key=lambda move: move.at)]
    ways = product(*map(permutations, seconds))
    return max(([move for some in way for move in some] for way in ways), key=lambda way: _links(way, now))


def _links(way: Sequence[Move], now: Status | None) -> int:
    return sum(one.after == other.before for one, other in pairwise(way)) + bool(way and way[-1].after == now)


def visits(points: Sequence[Point], places: Mapping[Status, Container]) -> list[Stay]:
    """Merge consecutive points of one container; whatever is in none ends a stay (5.4)."""
    stays: list[Stay] = []
    here: Container | None = None
    for point in points:
        place = places.get(point.status)
        if point.seq and place == here:
            continue
        if here is not None:
            stays[-1] = stays[-1]._replace(left=point.at)
        if place is not None:
            stays.append(Stay(point.seq, place, point.at, None, point.source))
        here = place
    return stays


def passes(stays: Sequence[Stay], containers: Sequence[Container], backfill: str) -> dict[str, Passed]:
    """Say which containers of a funnel it has passed (5.7)."""
    visited: dict[str, Passed] = {}
    for stay in stays:
        known = visited.get(stay.container.name)
        first, entries = (known.at, known.entries) if known else (stay.entered, 0)
        visited[stay.container.name] = Passed("visited", first, entries + 1)
    been = [container for container in containers if container.name in visited]
    below = _implied_below(stays, been, backfill)
    passed = dict(visited)
    for container in containers:
        if container.marker is None and container.name not in visited and container.position < below:
            later = [
                visited[other.name].at
                for other in been
                if other.marker in (None, "success") and other.position > container.position
            ]
            passed[container.name] = Passed("implied", min(later), 0)
    return passed


def _implied_below(stays: Sequence[Stay], been: Sequence[Container], backfill: str) -> int:
    marker = stays[-1].container.marker
    success = [container.position for container in been if container.marker == "success"]
    if marker == "refusal":
        return 0
    if marker == "success" or (marker == "return" and success):
        return success[0]
    if backfill == "visited_only":
        return 0
    return max((container.position for container in been if container.marker is None), default=0)


def stand(lead: Lead, stays: Sequence[Stay], price_basis: str) -> Standing:
    """Say where it stands in a funnel, and what it has sold (5.6, 5.8)."""
    last = stays[-1]
    marker, is_outside = last.container.marker, last.left is not None
    success_at = _moment(lead, stays, "success")
    is_won = success_at is not None
    price = lead.price
    if is_won and price_basis == "at_success":
        price = _price_at(lead, success_at or 0)
    amount = price or 0
    opened = [stay.container.name for stay in stays if stay.container.marker is None]
    return Standing(
        last.container.name,
        marker,
        last.entered,
        is_outside,
        price,
        amount if marker == "success" and not is_outside else 0,
        amount if is_won else 0,
        amount if is_won and marker == "return" else 0,
        success_at,
        _moment(lead, stays, "refusal"),
        opened[-1] if marker == "refusal" and opened else None,
    )


def _moment(lead: Lead, stays: Sequence[Stay], marker: str) -> int | None:
    """Give the beginning of its last stay under a marker; what no event tells is when it was closed."""
    found = [stay for stay in stays if stay.container.marker == marker]
    if not found:
        return None
    if found[-1].source != "snapshot":
        return found[-1].entered
    return lead.updated_at if lead.closed_at is None else lead.closed_at


def _price_at(lead: Lead, moment: int) -> int | None:
    """Give the price it had at a moment: what the last change left, else what the first one found."""
    changes = sorted(lead.sales, key=lambda sale: (sale.at, sale.event_id))
    before = [sale.after for sale in changes if sale.at <= moment]
    after = [sale.before for sale in changes if sale.at > moment]
    return (before[-1:] or after[:1] or [lead.price])[0]
