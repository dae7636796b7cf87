"""One case of a sweep over a portal's calls: a disturbed run, those after it, and everything compared."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, cast

from tests.bitrix24_portal import Portal
from tests.faults.books import Books, differences
from tests.faults.fresh import Place, fresh
from tests.faults.playing import stage
from tests.faults.portal_faults import Case, order_of

DELETING = {"delete", "delete_contacts"}  # orders by which what is left to happen happens during the run
MOST_RUNS = 6  # until nothing is left to be done
LATER = timedelta(minutes=20)  # between two runs: whatever the vendor has closed is open again
OPEN = "select 1 from ops.action where state in ('planned', 'sending', 'uncertain')"


class Scene(NamedTuple):
    """What a sweep of one pipeline is made of."""

    prepare: Callable[[Path, str], None]
    place_in: Callable[[Path, str, Path | None], AbstractContextManager[Portal]]
    begin: Callable[[Portal], None]  # what is left to happen before the run, unless it has happened
    disturbances: Mapping[str, Mapping[str, Any]]  # orders that are neither faults of calls nor of commands
    torn: Mapping[
        str, Callable[[Books], Books]
    ]  # those that a reading is of two moments after: what is compared
    books: Callable[[Portal], Books]
    promises_broken: Callable[[Portal, bool], list[str]]
    created_by: Callable[[Portal], int]


class Kept(NamedTuple):
    """Where the first day is kept: a database, a folder with what the portal knows; the scene's module."""

    place: Place
    vendors: Path
    scene: str

    @property
    def of(self) -> Scene:
        """Give the scene; processes of a pool find it by its name."""
        return cast(Scene, import_module(self.scene).SCENE)


class Reference(NamedTuple):
    """What an undisturbed run calls, and what it and those after it leave."""

    calls: list[dict[str, Any]]
    books: Books
    created: int


def undisturbed(kept: Kept) -> Reference:
    """Make the run that all others are compared with."""
    with portal_of(kept) as portal:
        kept.of.begin(portal)
        made = portal.run("manual")
        assert made.state == "success", made.errors
        calls = portal.crm.calls()
        assert not until_quiet(portal)
        assert not kept.of.promises_broken(portal, False)
        return Reference(calls, kept.of.books(portal), kept.of.created_by(portal))


def disturbed(kept: Kept, case: Case, expected: Reference) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with portal_of(kept) as portal:
        special = kept.of.disturbances.get(case.fault)
        if special is None or not special.keys() & DELETING:
            kept.of.begin(portal)
        order = order_of(case, expected.calls) if special is None else dict(special)
        portal.crm.order(**order | ({"at_page": case.call} if "at_page" in order else {}))
        portal.run("manual")
        if special is not None:
            put_right(kept, portal)
        compare = kept.of.torn.get(case.fault, lambda books: books)
        return compared(kept, portal, expected, case.may_repeat, compare)


def put_right(kept: Kept, portal: Portal) -> None:
    """Let the portal be as it was before; let happen what has not happened yet."""
    portal.crm.order(rights={"funnels": "all", "admin": True}, ways={"field_creation": "ok", "seconds": {}})
    kept.of.begin(portal)


def compared(
    kept: Kept,
    portal: Portal,
    expected: Reference,
    may_repeat: bool,
    compare: Callable[[Books], Books] = lambda books: books,
) -> list[str]:
    """Let the runs that follow do what is left to be done; say what is different then, a line each."""
    found = until_quiet(portal)
    created = kept.of.created_by(portal)
    found += (
        [f"fields created: {created} instead of {expected.created}"] if created != expected.created else []
    )
    found += kept.of.promises_broken(portal, may_repeat)
    return [*found, *differences(compare(kept.of.books(portal)), compare(expected.books))]


def until_quiet(portal: Portal) -> list[str]:
    """Run until a run finds nothing to do; give what is wrong if none ever does."""
    portal.crm.order(forget_faults=True)
    for _ in range(MOST_RUNS):
        portal.time_passes(datetime.now(UTC) + LATER)
        made = portal.run("manual")
        if made.state == "success" and not portal.rows(OPEN) and not portal.actions(made):
            return []
    return [f"never quiet: {made.states} {made.errors} {portal.actions(made)}"]


@contextmanager
def portal_of(kept: Kept) -> Iterator[Portal]:
    """Open a copy of the portal before its second run."""
    with (
        stage("portal") as folder,
        kept.of.place_in(folder / "portal", fresh(kept.place), kept.vendors) as portal,
    ):
        yield portal
