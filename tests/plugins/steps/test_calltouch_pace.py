"""Calltouch's five requests a second are never exceeded, and nine tenths of them used (calltouch 5.1)."""

from collections.abc import Callable

import psycopg
import pytest

from include.settings import calltouch_orders
from include.vendors.limits import Limits
from plugins.steps.budget import BudgetGate
from plugins.warehouse import Warehouse
from sandbox.arrivals import Arrivals
from tests.plugins.steps.simulated_time import SimulatedTime

CALLS = 100  # ten thousand orders
FASTEST = 5  # requests a second, by the vendor


class Watching:
    """A vendor that watches every second."""

    def __init__(self) -> None:
        self.arrivals = Arrivals(FASTEST)
        self._now = 0.0

    def advance(self, seconds: float) -> None:
        self._now += seconds

    def take(self) -> None:
        self.arrivals.note("", self._now)


def sender(url: str, vendor: Watching, account: str, calls: int) -> Callable[[], None]:
    """Return a worker that sends what an account has planned."""
    limits = Limits(calls_per_second=calltouch_orders.Limits().requests_per_second)

    def send() -> None:
        with psycopg.connect(url) as connection:
            gate = BudgetGate(Warehouse(connection), "calltouch", account, limits)
            for _ in range(calls):
                gate.enter("create")
                vendor.take()

    return send


@pytest.mark.parametrize("workers", [1, 2])
def test_ten_thousand_orders_are_sent_as_fast_as_the_limit_allows(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    vendor = Watching()
    simulated = SimulatedTime(warehouse_url, vendor, workers, still=True)
    works = [
        sender(simulated.url, vendor, f"calltouch_{number}", CALLS // workers) for number in range(workers)
    ]
    simulated.work(monkeypatch, *works)
    pace = vendor.arrivals.report()
    assert (pace["requests"], pace["violations"], pace["busiest"]) == (CALLS, 0, FASTEST)
    assert float(str(pace["seconds"])) <= CALLS / FASTEST * 1.1
