"""The demo of deal_import: a first import, the same files again, and a later export."""

import json
from collections.abc import Callable
from urllib.request import ProxyHandler, Request, build_opener

from sandbox.demo.steps import DemoStep

DAG_ID = "deal_import"
SOURCES = ("main", "admitad", "commerceml")
_DIRECT = build_opener(ProxyHandler({}))  # the sandbox is on this machine, whatever proxy the shell names


def publish(version: int) -> Callable[[str], None]:
    """Return an order to the owners of the exports: show that version at your links."""

    def order(sandbox_url: str) -> None:
        for source in SOURCES:
            url = f"{sandbox_url}/_sandbox/deal_export/{source}"
            body = json.dumps({"version": version}).encode()
            _DIRECT.open(Request(url, body, {"Content-Type": "application/json"}), timeout=10).close()

    return order


def counters(**counts: int) -> dict[str, int]:
    """Return all counters of a run; those not named are 0."""
    words = ("created", "bound", "overwritten", "status_set", "unchanged", "ignored", "duplicate", "refused")
    return dict.fromkeys(words, 0) | counts


LATER_MAIN = counters(
    created=5, bound=5, overwritten=9, unchanged=97, ignored=4, duplicate=3, refused=1
)  # 124 records; the refused one has letters in its sum

STEPS = [
    DemoStep(
        title="A first export",
        conf={},
        before=publish(1),
        expected={
            "main": counters(created=36, bound=71, ignored=6, duplicate=3),
            "admitad": counters(created=20, bound=9, ignored=2),
            "commerceml": counters(created=20, bound=18),
        },
        states={"main": "success", "admitad": "success", "commerceml": "success"},
    ),
    DemoStep(
        title="The same export again: nothing changes",
        conf={},
        before=None,
        expected={
            "main": counters(unchanged=107, ignored=6, duplicate=3),
            "admitad": counters(unchanged=29, ignored=2),
            "commerceml": counters(unchanged=38),
        },
        states={"main": "success", "admitad": "success", "commerceml": "success"},
    ),
    DemoStep(
        title="A later export as a dry run: only the plan",
        conf={"source": "main", "dry_run": True},
        before=publish(2),
        expected={"main": LATER_MAIN},
        states={"main": "partial"},
    ),
    DemoStep(
        title="The later export: one record cannot be read, the others are taken",
        conf={},
        before=None,
        expected={
            "main": LATER_MAIN,
            "admitad": counters(created=3, overwritten=4, unchanged=25, ignored=1),
            "commerceml": counters(created=2, bound=2, overwritten=1, unchanged=37),
        },
        states={"main": "partial", "admitad": "success", "commerceml": "success"},
    ),
]
