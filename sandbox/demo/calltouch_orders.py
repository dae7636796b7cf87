"""
The demo of calltouch_orders: three days of the motor-parts shop, told to Calltouch, and a check of one order.

What each run must count, and what Calltouch and 1C must hold after it, follows from the story that was worked
out by hand (``sandbox/demo/motor_shop_story.py``). ``python -m sandbox.demo.calltouch_orders 1`` lets the
first day pass in a running sandbox, without the demo.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.control import Control
from sandbox.demo.motor_shop import STATUSES, Becomes, day, expected
from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER, WORK_ORDER, order_key
from sandbox.demo.motor_shop_leads import SITES
from sandbox.demo.motor_shop_story import BEFORE_GO_LIVE, CREATED, EVENTS, TYPED, UNCHANGED
from sandbox.demo.steps import DemoStep, Seen

DAG_ID = "calltouch_orders"
FIRST_DAY = datetime.now(ZoneInfo("Europe/Moscow")).date() - timedelta(days=3)
CHECKED = 103  # shipped, and all of it returned
WORDS = {
    "new": "documents new",
    "created": "deals created",
    "shipped": "shipped",
    "changed": "changed",
    "unchanged": "unchanged",
    "source_written": "sources written back",
    "source_kept": "sources left as typed",
    "skipped_no_contact": "without contacts",
    "no_deal": "shipped without a deal",
    "skipped": "left out",
    "deleted": "marked for deletion",
}
_FAULTS = ("refused", "uncertain", "not_sent", "source_refused", "source_not_written")
_FIELDS = ("project", "status", "revenue", "margin", "funnel", "tags")
_TYPED = {order_key(number) for number in TYPED}
_OLD = order_key(BEFORE_GO_LIVE)  # not read at all: it is older than the exchange


def live(number: int, first_day: date = FIRST_DAY) -> Callable[[str], None]:
    """Return an order to the sandbox: let a day of the story pass, in 1C and in Calltouch."""

    def order(sandbox_url: str) -> None:
        control = Control(sandbox_url)
        control.vendor("onec").order(shop=number, first_day=first_day.isoformat())
        for site, leads in day(number, first_day).leads.items():
            control.calltouch(site).add_project()
            control.calltouch(site).add_leads(*leads)

    return order


def counters(number: int) -> dict[str, dict[str, int]]:
    """Return what a day's run counts for each account."""
    before, now = expected(number - 1), expected(number)
    found: dict[str, Counter[str]] = {name: Counter(dict.fromkeys((*WORDS, *_FAULTS), 0)) for name in SITES}
    for key, becomes in now.items():
        if key != _OLD:
            is_news = becomes.outcome != UNCHANGED and becomes != before.get(key)
            found[becomes.account][becomes.outcome if is_news else UNCHANGED] += 1
            if becomes.source and becomes.outcome == CREATED:
                found[becomes.account]["source_kept" if key in _TYPED else "source_written"] += 1
    return {name: dict(counts) for name, counts in found.items()}


def nothing_new(number: int) -> dict[str, dict[str, int]]:
    """Return what a run counts when nothing has happened since that day's."""
    quiet = dict.fromkeys((*WORDS, *_FAULTS), 0)
    return {name: quiet | {UNCHANGED: sum(_outcomes(counts))} for name, counts in counters(number).items()}


def held(number: int) -> Callable[[str], list[Seen]]:
    """Return a look at both vendors after a day's run, to compare with the story."""
    return lambda sandbox_url: [
        _in_calltouch(number, Control(sandbox_url)),
        _in_onec(number, Control(sandbox_url)),
    ]


def forget_requests(sandbox_url: str) -> None:
    """Let the sandbox forget what it was asked, so that ``only_read`` sees what a run asks."""
    Control(sandbox_url).forget_requests()


def only_read(sandbox_url: str) -> list[Seen]:
    """Look whether anything was written since ``forget_requests``."""
    requests = Control(sandbox_url).requests()
    asked = Counter(request["method"] for request in requests if request["vendor"] in ("onec", "calltouch"))
    counts = {"calls that read": asked.pop("GET", 0), "calls that write": asked.total()}
    problems = [f"{count} {method} where there is nothing to send" for method, count in asked.items()]
    return [Seen("vendors", counts, problems)]


def _outcomes(counts: Mapping[str, int]) -> Iterator[int]:
    return (count for outcome, count in counts.items() if not outcome.startswith("source_"))


def _in_calltouch(number: int, control: Control) -> Seen:
    wanted = {key: _deal(becomes) for key, becomes in expected(number).items() if becomes.status}
    found = {deal["orderNumber"]: _shown(deal) for deal in control.calltouch().deals()}
    returned = {order_key(event.number) for event in EVENTS if event.what == "return" and event.day <= number}
    counts = {
        "deals": len(found),
        "shipped": sum(deal["status"] == STATUSES[True] for deal in found.values()),
        "less what was returned": len(returned & found.keys()),
    }
    return Seen("Calltouch", counts, list(_differences(wanted, found)))


def _in_onec(number: int, control: Control) -> Seen:
    wanted = {key: becomes.source for key, becomes in expected(number).items()}
    base, full = control.vendor("onec"), "ПолноеНаименованиеИсточникаРекламы"
    orders = [row for name in (CUSTOMER_ORDER, WORK_ORDER) for row in base.order(read=name)["rows"]]
    found = {row["Ref_Key"]: row[full] or "" for row in orders if row["Ref_Key"] in wanted}
    with_source = {key for key, source in found.items() if source}
    counts = {
        "orders with the lead's source": len(with_source - _TYPED),
        "with one that a person has typed": len(with_source & _TYPED),
    }
    return Seen("1C", counts, list(_differences(wanted, found)))


def _deal(becomes: Becomes) -> dict[str, Any]:
    values = (SITES[becomes.account], *becomes[2:6], sorted(becomes.tags))
    return dict(zip(_FIELDS, values, strict=True))


def _shown(deal: Mapping[str, Any]) -> dict[str, Any]:
    return {name: deal.get(name) for name in _FIELDS}


def _differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(wanted.keys() | found.keys()):
        if wanted.get(key) != found.get(key):
            yield f"order {key}: {found.get(key)} instead of {wanted.get(key)}"


def _day(number: int, title: str) -> DemoStep:
    states = {"1C": "success", **dict.fromkeys(SITES, "success")}
    promised = {"1C": {"refused": 0}, **counters(number)}
    return DemoStep(title, {}, live(number), promised, states, held(number), WORDS)


STEPS = [
    _day(1, "A day of new orders: they become deals, the lead's source comes back to the order"),
    DemoStep(
        title="The same again: nothing is sent",
        conf={},
        before=forget_requests,
        expected=nothing_new(1),
        states={"1C": "success", **dict.fromkeys(SITES, "success")},
        after=lambda sandbox_url: [*only_read(sandbox_url), *held(1)(sandbox_url)],
        words=WORDS,
    ),
    _day(2, "The next day: new orders, shipments, an edit that sends nothing"),
    _day(3, "The third day: returns, the rest of an order, closed work orders"),
    DemoStep(
        title="A check of one order by hand: what Calltouch holds of it",
        conf={"mode": "check_one", "account": "main", "document": order_key(CHECKED)},
        before=forget_requests,
        expected={"main": dict.fromkeys((*WORDS, *_FAULTS), 0) | {UNCHANGED: 1}},
        states={"1C": "success", "main": "success"},
        after=only_read,
        words=WORDS,
    ),
]

if __name__ == "__main__":
    live(int(sys.argv[1]))(os.environ["DEALFLOW_SANDBOX_URL"])
