"""One case of a sweep over vendors: a disturbed exchange, those after it, and everything compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tests.calltouch_orders.shop import Shop
from tests.faults.books import Books, differences
from tests.faults.fresh import Place, fresh
from tests.faults.lost_answers import LOST
from tests.faults.orders_books import books, promises_broken
from tests.faults.orders_shop import place_in
from tests.faults.playing import stage

MOST_RUNS = 6  # until nothing is left to be done
LATER = timedelta(days=3)  # between two runs: no window that a vendor has closed is still closed

# What may happen to a call. «Applied»: its work was done all the same.
FAULTS: dict[str, dict[str, Any]] = {
    **LOST,
    "429 that says nothing": {"fault": "429", "text": "Too many requests"},
    "429 about points": {"fault": "429", "text": "Превышен лимит баллов"},
    "429, at once": {"fault": "429", "text": "Too many requests", "retry_after": 0},
    "429, in a second": {"fault": "429", "text": "Too many requests", "retry_after": 1},
    "429, at a date": {"fault": "429", "text": "Too many requests", "retry_after_date": 1},
    "429, tomorrow": {"fault": "429", "text": "Too many requests", "retry_after": 100_000},
    "503": {"fault": "503", "text": "Обслуживание", "retry_after": 0},
    "an item is refused": {"fault": "item", "text": "Внутренняя ошибка"},
}
ITEMS = ("create", "update")  # calls whose answers judge items


class Case(NamedTuple):
    """Which call of which vendor is disturbed, and how. ``call`` 0: none."""

    vendor: str
    call: int
    fault: str


class Kept(NamedTuple):
    """Where the first exchange is kept: a database, and a folder with what vendors know after it."""

    place: Place
    vendors: Path


class Reference(NamedTuple):
    """What undisturbed runs call, by vendor, and what they leave."""

    calls: dict[str, list[str]]
    books: Books


def undisturbed(kept: Kept) -> Reference:
    """Make the exchange that all others are compared with."""
    with shop_of(kept) as shop:
        shop.run()
        calls = calls_of(shop)
        until_quiet(shop)
        assert not promises_broken(shop)
        return Reference(calls, books(shop))


def disturbed(kept: Kept, case: Case, expected: Books) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with shop_of(kept) as shop:
        shop.control.vendor(case.vendor).order(call=case.call, **FAULTS[case.fault])
        shop.run()
        if case.fault == "an item is refused":
            by_hand(shop)
        found = until_quiet(shop)
        return [*found, *promises_broken(shop), *differences(books(shop), expected)]


def until_quiet(shop: Shop) -> list[str]:
    """Run as the schedule does until a run finds nothing to do; give what is wrong if none ever does."""
    for _ in range(MOST_RUNS):
        shop.time_passes(datetime.now(UTC) + LATER)
        run = shop.run()
        planned = shop.rows(
            "select 1 from ops.action join ops.run using (run_id) where dag_run_id = %s", run.run_id
        )
        opened = shop.rows("select 1 from ops.action where state in ('planned', 'sending', 'uncertain')")
        whole = set(run.states.values()) == {"success"}
        if whole and not planned and not opened:
            return []
    return [f"never quiet: {run.states} {run.errors}"]


def by_hand(shop: Shop) -> None:
    """Let a person send again what Calltouch has refused (calltouch 5.2, 5)."""
    refused = "select account, order_ref from mart.calltouch_deal where state = 'rejected'"
    for row in shop.rows(refused):
        sent = shop.run("manual", mode="send_one", document=str(row["order_ref"]), account=row["account"])
        assert sent.state == "success", sent.errors


def calls_of(shop: Shop) -> dict[str, list[str]]:
    """Give the methods of the calls so far, by vendor."""
    onec = shop.onec.order(read="calls")["history"]
    return {
        "calltouch": [call["method"] for call in shop.calltouch.calls()],
        "onec": [call["method"] for call in onec],
    }


@contextmanager
def shop_of(kept: Kept) -> Iterator[Shop]:
    """Open a copy of the shop before its second exchange."""
    with stage("orders") as folder, place_in(folder / "shop", fresh(kept.place), kept.vendors) as shop:
        yield shop
