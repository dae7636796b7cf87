"""
The motor-parts shop of the demo: its 1C base day by day, its leads in Calltouch, and what must come of it.

``day(n, first_day)`` has everything of a day. Documents bear dates from ``first_day`` on, one day apart, so
a demo takes a day that lies three days back: nothing then lies ahead, and all of it in the window of orders.
"""

from datetime import date
from typing import Any, NamedTuple

from sandbox.demo import motor_shop_leads
from sandbox.demo.motor_shop_documents import Book, Change, order_key
from sandbox.demo.motor_shop_story import EVENTS, ORDERS, SHIPPED, TAGGED, UNCHANGED, Event, NewOrder

DAYS = 3
STATUSES = {True: "Заказ отгружен", False: "Оформлен заказ"}


class Becomes(NamedTuple):
    """What a day's run makes of an order, and what Calltouch holds after it. Empty: no deal."""

    account: str
    outcome: str
    status: str = ""
    revenue: str = ""
    margin: str | None = None
    funnel: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""  # the full name in the order after the run; empty: none was found


class Day(NamedTuple):
    """A day: rows to put into 1C, in order; leads by project; what must become of each order, by GUID."""

    changes: list[Change]
    leads: dict[str, list[dict[str, Any]]]
    expected: dict[str, Becomes]


def day(number: int, first_day: date) -> Day:
    """Return a day of the story, from 1 to ``DAYS``. Raises ValueError for another."""
    if not 1 <= number <= DAYS:
        raise ValueError(f"the shop's story has {DAYS} days")
    changes = list(Book(number, first_day).changes())
    return Day(changes, motor_shop_leads.leads(number, first_day), expected(number))


def expected(number: int) -> dict[str, Becomes]:
    """Return what must become of every order that is there on a day, by GUID; most old ones do not change."""
    found: dict[int, Becomes] = {}
    for today in range(1, number + 1):
        found = {order: _as_before(becomes) for order, becomes in found.items()}
        found |= {new.number: _created(new) for new in ORDERS if new.day == today and new.outcome}
        for event in EVENTS:
            if event.day == today and event.outcome != UNCHANGED:
                found[event.number] = _after(found.get(event.number), event)
    return {order_key(order): becomes for order, becomes in found.items()}


def _as_before(becomes: Becomes) -> Becomes:
    return becomes._replace(outcome=UNCHANGED) if becomes.status else becomes


def _created(new: NewOrder) -> Becomes:
    if not new.revenue:
        return Becomes(new.account, new.outcome)
    tags = tuple(filter(None, new.tags.split(", "))) if new.account == TAGGED else ()
    return Becomes(new.account, new.outcome, STATUSES[False], new.revenue, None, new.funnel, tags, new.source)


def _after(before: Becomes | None, event: Event) -> Becomes:
    if before is None or not before.status:
        return Becomes(before.account if before else "main", event.outcome)
    funnel = event.funnel or before.funnel
    outcome = SHIPPED if before.outcome == SHIPPED else event.outcome
    sent = before._replace(revenue=event.revenue, margin=event.margin, funnel=funnel)
    return sent._replace(outcome=outcome, status=STATUSES[True])
