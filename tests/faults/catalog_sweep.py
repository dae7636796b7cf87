"""One case of a sweep over the CRM's calls: a disturbed run, those after it, and everything compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.books import Books, differences
from tests.faults.catalog_books import books, created_by, promises_broken
from tests.faults.catalog_shop import place_in
from tests.faults.fresh import Place, fresh
from tests.faults.lost_answers import LOST
from tests.faults.playing import stage
from tests.opencart_catalog.shop import PaintShop

MOST_RUNS = 6  # until nothing is left to be done
LATER = timedelta(days=3)  # between two runs: whatever the vendor has closed is open again

# What may happen to a call. «Applied»: its work was done all the same.
FAULTS: dict[str, dict[str, Any]] = {
    **LOST,
    "429 that says nothing": {"fault": "429"},
    "429, at once": {"fault": "429", "retry_after": 0},
    "429, in a second": {"fault": "429", "retry_after": 1},
    "429, at a date": {"fault": "429", "retry_after_date": 1},
    "429, tomorrow": {"fault": "429", "retry_after": 100_000},
    "a storm of 429": {"fault": "429", "times": 6},
    "503": {"fault": "503", "retry_after": 0},
    "402": {"fault": "402"},
    "422": {"fault": "422", "text": "Помилка перевірки"},
}
REFUSABLE = ("create", "update")  # a material may be refused for its values; all else would be another fault


class Case(NamedTuple):
    """Which call is disturbed, and how."""

    call: int
    fault: str


class Kept(NamedTuple):
    """Where the first run is kept: a database, a folder with what the CRM knows after it, and the shop."""

    place: Place
    vendors: Path
    shop_url: str


class Reference(NamedTuple):
    """What an undisturbed run calls, and what it and those after it leave."""

    calls: list[str]
    books: Books
    created: dict[str, int]


def undisturbed(kept: Kept) -> Reference:
    """Make the run that all others are compared with."""
    with shop_of(kept) as shop:
        made = shop.run("manual")
        assert made.state == "success", made.errors
        calls = [call["method"] for call in shop.crm.calls()]
        assert not until_quiet(shop)
        created = created_by(shop)
        assert not promises_broken(shop, created)
        return Reference(calls, books(shop), created)


def disturbed(kept: Kept, case: Case, expected: Reference) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with shop_of(kept) as shop:
        shop.crm.order(**_planned(case, expected))
        shop.run("manual")
        return compared(shop, expected)


def compared(shop: PaintShop, expected: Reference) -> list[str]:
    """Let the runs that follow do what is left to be done; say what is different then, a line each."""
    found = until_quiet(shop)
    return [*found, *promises_broken(shop, expected.created), *differences(books(shop), expected.books)]


def _planned(case: Case, expected: Reference) -> dict[str, Any]:
    """Spell the order; a fault of several calls begins after those of its method that go well."""
    fault = FAULTS[case.fault]
    if "times" not in fault:
        return {"call": case.call, **fault}
    method = expected.calls[case.call - 1]
    return {"method": method, "after": expected.calls[: case.call - 1].count(method), **fault}


def until_quiet(shop: PaintShop) -> list[str]:
    """Run until a run finds nothing to do; give what is wrong if none ever does."""
    for _ in range(MOST_RUNS):
        shop.time_passes(datetime.now(UTC) + LATER)
        made = shop.run("manual")
        opened = shop.rows("select 1 from ops.action where state in ('planned', 'sending', 'uncertain')")
        if made.state == "success" and not opened and not shop.actions(made):
            return []
    return [f"never quiet: {made.states} {made.errors} {shop.actions(made)}"]


@contextmanager
def shop_of(kept: Kept) -> Iterator[PaintShop]:
    """Open a copy of the shop before its second run."""
    with (
        stage("catalog") as folder,
        place_in(folder / "shop", fresh(kept.place), kept.shop_url, kept.vendors) as shop,
    ):
        yield shop
