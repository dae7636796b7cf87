"""One case of a sweep over the calls of ``amocrm_statuses``: a disturbed run, those after it, compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tests.amocrm_account import PAID, AccountAtHand
from tests.faults.books import Books, differences
from tests.faults.fresh import Place, fresh
from tests.faults.funnel_account import begin, late_deeds, place_in
from tests.faults.funnel_books import books, promises_broken, pushed
from tests.faults.lost_answers import LOST
from tests.faults.playing import stage

AMO, HUB = "amocrm", "smart_data_hub"
BLOCKED = "<html><body><center><h1>403 Forbidden</h1></center><hr><center>nginx</center></body></html>"
OF_CALLS: dict[str, dict[str, Any]] = {
    **LOST,
    "too often": {"fault": "429"},
    "too often, told for how long": {"fault": "429", "retry_after": 1},
    "too often, a storm": {"fault": "429", "times": 8},
    "nothing found": {"fault": "204"},
    "not paid for": {"fault": "402"},
    "blocked, a page": {"fault": "403", "text": BLOCKED},
    "sent elsewhere": {"fault": "redirect"},
}
# What may happen to the account before a page of a list is read; ``put_right`` undoes it.
OF_PAGES: dict[str, dict[str, Any]] = {
    "people act": {},
    "rights lost": {"rights": {"leads": []}},
    "rights lost for some": {"rights": {"leads": list(range(41000001, 41000051))}},
    "filters switched off": {"account": {"filters": False}},
    "integration switched off": {"revoke": True},
    "not paid for any more": {"unpaid": True},
}
PAGED = ("leads", "deleted", "events", "contacts")
MOST_RUNS = 6  # until nothing is left to be done
LATER = timedelta(minutes=20)
MAYBE = ("sent", "unknown")
QUIET = ("unchanged", "filtered", "unknown_deleted")  # outcomes of which nothing was written
OPEN = "select 1 from ops.action where state in ('planned', 'sending', 'uncertain')"
LEFT_BY_TOKENS = "select state from ops.connection where state <> 'connected'"


class Kept(NamedTuple):
    """Where the first hour is kept: a database, a folder with what the vendors know; which account."""

    place: Place
    vendors: Path
    number: int


class Reference(NamedTuple):
    """What an undisturbed run calls, by vendor, and what it and those after it leave."""

    calls: dict[str, list[dict[str, Any]]]
    books: Books
    pushed: list[dict[str, Any]]


class Case(NamedTuple):
    """Which call of which vendor is disturbed, and how; or before which page of which list."""

    vendor: str
    call: int
    fault: str
    of: str = ""


def undisturbed(kept: Kept) -> Reference:
    """Make the run that all others are compared with."""
    with account_of(kept) as account:
        begin(account)
        made = account.run("manual")
        assert made.state == "success", made.errors
        calls = {AMO: account.crm.calls(), HUB: account.hub.calls()}
        wrong = [*until_quiet(account), *promises_broken(account)]
        assert not wrong, wrong
        return Reference(calls, books(account), pushed(account))


def disturbed(kept: Kept, case: Case, expected: Reference) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with account_of(kept) as account:
        if case.of:
            order = late_deeds() if case.fault == "people act" else OF_PAGES[case.fault]
            account.crm.order(at_page=case.call, of=case.of, **order)
        else:
            begin(account)
            vendor = account.crm if case.vendor == AMO else account.hub
            vendor.order(**order_of(case, expected.calls[case.vendor]))
        account.run("manual")
        put_right(account, kept.number)
        return compared(account, expected, is_push_lost=case.vendor == HUB)


def order_of(case: Case, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """Spell the order that plans it; ``calls`` are those of the undisturbed run."""
    fault = OF_CALLS[case.fault]
    if "times" not in fault:
        return {"call": case.call, **fault}
    method = calls[case.call - 1]["method"]
    alike = [other for other in calls[: case.call - 1] if other["method"] == method]
    return {"method": method, "after": len(alike), **fault}


def put_right(account: AccountAtHand, number: int) -> None:
    """Let the account be as it was before; let happen what has not happened yet."""
    account.crm.order(forget_faults=True)
    account.hub.order(forget_faults=True)
    account.crm.order(
        rights={"users": True, "leads": "all"}, unpaid=False, account={"filters": number == PAID}
    )
    begin(account)
    if not account.crm.read("tokens")["refresh"] or account.rows(LEFT_BY_TOKENS):
        account.let_in_anew()


def compared(account: AccountAtHand, expected: Reference, is_push_lost: bool = False) -> list[str]:
    """
    Let the runs that follow do what is left to be done; say what is different then, a line each.

    ``is_push_lost``: an answer to a push was lost, so that it may be unknown what became of it.
    """
    found = [*until_quiet(account), *promises_broken(account)]
    found += differences(books(account), expected.books)
    told, wanted = (_known_pushes(rows, is_push_lost) for rows in (pushed(account), expected.pushed))
    return [*found, *([] if told == wanted else [f"pushed: {told} instead of {wanted}"])]


def _known_pushes(rows: list[dict[str, Any]], is_lost: bool) -> list[dict[str, Any]]:
    """Give pushes; if an answer was lost, one that was sent is as good as one that nobody knows of."""
    return [
        {**row, "state": "sent, or unknown"} if is_lost and row["state"] in MAYBE else row for row in rows
    ]


def until_quiet(account: AccountAtHand) -> list[str]:
    """Run until a run finds nothing to do; give what is wrong if none ever does."""
    made: Any = None
    for _ in range(MOST_RUNS):
        account.time_passes(datetime.now(UTC) + LATER)
        made = account.run("manual")
        if made.state != "success" or account.rows(OPEN) or account.actions(made):
            continue
        if not account.counters(made).keys() - set(QUIET):
            return []
    return [f"never quiet: {made.states} {made.errors} {account.counters(made)} {account.actions(made)}"]


@contextmanager
def account_of(kept: Kept) -> Iterator[AccountAtHand]:
    """Open a copy of the account before its second hour."""
    with (
        stage("funnel") as folder,
        place_in(folder / "account", fresh(kept.place), kept.vendors, kept.number) as account,
    ):
        yield account


def all_cases(whole: Reference) -> list[Case]:
    """Give every fault of every call, and what else may happen before every page."""
    cases = [
        Case(vendor, number, fault)
        for vendor, calls in whole.calls.items()
        for number, _ in enumerate(calls, 1)
        for fault in OF_CALLS
    ]
    methods = [call["method"] for call in whole.calls[AMO]]
    return cases + [
        Case(AMO, page, fault, of)
        for of in PAGED
        for page in range(1, methods.count(of) + 1)
        for fault in OF_PAGES
    ]


def told(whole: Reference, case: Case) -> str:
    """Say what was disturbed, and how."""
    if case.of:
        return f"{case.fault} before page {case.call} of {case.of}"
    call = whole.calls[case.vendor][case.call - 1]
    return f"{case.fault} at call {case.call} of {case.vendor} ({call['method']} {call['about']})"
