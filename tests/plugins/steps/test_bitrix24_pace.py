"""The bucket of a portal never runs over, whoever works: forty at once, then two a second (bitrix24 1.5)."""

import threading
import time
from collections.abc import Callable
from itertools import pairwise

import psycopg
import pytest

from include.errors import ConfigError
from include.settings.bitrix24_portal import Portal
from include.vendors.limits import Limits
from plugins.pipelines.bitrix24_portal import TARGET, limits_of
from plugins.steps.budget import BudgetGate
from plugins.warehouse import Warehouse
from tests.plugins.steps.simulated_time import SimulatedTime

LANE = "bitrix24:portal.example"


class Bucket:
    """A vendor's leaky bucket: what is in it leaks, and what makes it run over is a violation."""

    def __init__(self, threshold: int = 50, leak: float = 2.0) -> None:
        self.threshold, self.leak = threshold, leak
        self.now = self.level = 0.0
        self.violations = 0
        self.arrivals: list[float] = []
        self._last = 0.0
        self._lock = threading.Lock()

    def advance(self, seconds: float) -> None:
        self.now += seconds

    def take(self) -> None:
        with self._lock:
            self.level = max(0.0, self.level - (self.now - self._last) * self.leak) + 1
            self._last = self.now
            self.violations += self.level > self.threshold
            self.arrivals.append(self.now)


def caller(
    url: str, bucket: Bucket, calls: int, account: str, limits: Limits, lane: str | None = LANE
) -> Callable[[], None]:
    def call() -> None:
        with psycopg.connect(url) as connection:
            gate = BudgetGate(Warehouse(connection), TARGET, account, limits, lane=lane)
            for _ in range(calls):
                gate.enter("batch")
                bucket.take()

    return call


def simulate(url: str, bucket: Bucket, workers: int) -> SimulatedTime:
    """Let no time pass but that which is slept."""
    return SimulatedTime(url, bucket, workers, still=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_forty_go_at_once_and_then_two_a_second(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    bucket = Bucket()
    simulated, each = simulate(warehouse_url, bucket, workers), 100 // workers
    accounts = [f"bitrix24_{number}" for number in range(workers)]
    works = [caller(simulated.url, bucket, each, account, limits_of(Portal())) for account in accounts]
    simulated.work(monkeypatch, *works)
    assert bucket.violations == 0
    times = sorted(bucket.arrivals)
    assert len(times) == 100
    assert sum(at == 0 for at in times) == 40
    assert {round(later - earlier, 5) for earlier, later in pairwise(times[40:])} == {0.5}
    assert times[-1] == pytest.approx(29.97, abs=0.01)  # the other sixty, two a second


def test_an_enterprise_portal_gives_more(warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = Bucket(250, 5)
    simulated = simulate(warehouse_url, bucket, 1)
    simulated.work(
        monkeypatch, caller(simulated.url, bucket, 220, "bitrix24", limits_of(Portal(), "enterprise"))
    )
    assert bucket.violations == 0
    assert sum(at == 0 for at in bucket.arrivals) == 200
    assert max(bucket.arrivals) == pytest.approx(4, abs=0.02)


def test_who_has_rested_may_hurry_again_but_not_more_than_before(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After ten idle seconds twenty calls are free; a library lets 350 through (bitrix24 5)."""
    bucket, limits = Bucket(), limits_of(Portal())
    simulated = simulate(warehouse_url, bucket, 1)

    def call() -> None:
        caller(simulated.url, bucket, 40, "bitrix24", limits)()
        time.sleep(10)
        caller(simulated.url, bucket, 30, "bitrix24", limits)()

    simulated.work(monkeypatch, call)
    assert bucket.violations == 0
    assert sum(at == 10 for at in bucket.arrivals) == 20


def test_two_portals_do_not_wait_for_each_other(warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    buckets, limits = [Bucket(), Bucket()], Limits(calls_per_second=2, burst=1)
    simulated = simulate(warehouse_url, buckets[0], 1)

    def call() -> None:
        for number, bucket in enumerate(buckets):
            bucket.now = buckets[0].now
            caller(simulated.url, bucket, 1, "bitrix24", limits, f"bitrix24:{number}")()

    simulated.work(monkeypatch, call)
    assert buckets[1].arrivals == [0.0]


def test_a_share_of_the_bucket_is_left_to_others() -> None:
    assert limits_of(Portal(bucket_share=0.5)).burst == 25
    assert limits_of(Portal(bucket_share=0.001)).burst == 1
    assert limits_of(Portal()).slack == 19.5
    assert Limits(calls_per_second=2).slack == 0


def test_an_unknown_tariff_is_a_mistake_in_the_connection() -> None:
    with pytest.raises(ConfigError, match=r"bitrix24.*gold"):
        limits_of(Portal(), "gold")
