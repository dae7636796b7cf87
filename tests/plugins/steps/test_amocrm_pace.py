"""amoCRM's seven requests a second are kept to though some come late, and hardly any is wasted (amocrm 3)."""

import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

import psycopg
import pytest

from include.settings.amocrm_statuses import Account
from include.vendors.limits import Limits
from include.vendors.usual import Usual
from plugins.hooks.vendor_flights import MOST
from plugins.steps.budget import BudgetGate, BudgetPass
from plugins.warehouse import Warehouse
from sandbox.arrivals import Arrivals
from tests.plugins.steps.simulated_time import SimulatedTime

CALLS, FASTEST = 150, 7
ANSWER, DELAY = 0.1, 0.0005  # seconds an answer takes; from a grant to the network


class Line:
    """Time goes on, and what is heard when is written down."""

    def __init__(self) -> None:
        self.heard: list[float] = []

    def advance(self, seconds: float) -> None:
        """Have no clock."""

    def pace(self) -> dict[str, object]:
        """Judge what was heard, in the order in which it was."""
        arrivals = Arrivals(FASTEST)
        for at in sorted(self.heard):
            arrivals.note("", at)
        return arrivals.report()


class InAir(NamedTuple):
    leave: BudgetPass
    left: float
    ends: float


def reader(
    url: str, line: Line, before: Mapping[int, float], after: Mapping[int, float], tells: bool
) -> Callable[[], None]:
    """
    Return who sends requests ahead and works on their answers in order.

    ``before``, ``after``: seconds by which requests, by number, are late in leaving, and on their way.
    """
    limits = Limits(calls_per_second=Account().requests_per_second)

    def land(flight: InAir, usual: Usual) -> None:
        time.sleep(max(0.0, flight.ends - time.monotonic()))
        if tells:
            flight.leave.came(flight.left, usual.later(flight.ends - flight.left))

    def read() -> None:
        with psycopg.connect(url) as connection:
            gate, usual = BudgetGate(Warehouse(connection), "amocrm", "amocrm", limits), Usual()
            in_air = deque[InAir]()
            for number in range(CALLS):
                if len(in_air) == MOST:
                    land(in_air.popleft(), usual)
                leave = gate.enter("get")
                time.sleep(DELAY + before.get(number, 0.0))
                left = time.monotonic()
                line.heard.append(left + after.get(number, 0.0))
                in_air.append(InAir(leave, left, line.heard[-1] + ANSWER))

    return read


def judged(
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    before: Mapping[int, float] = {},
    after: Mapping[int, float] = {},
    tells: bool = True,
) -> tuple[int, float]:
    """Give how many came too soon, and the share of the rate that was used."""
    line = Line()
    simulated = SimulatedTime(url, line, 1, still=True)
    simulated.work(monkeypatch, reader(simulated.url, line, before, after, tells))
    pace = line.pace()
    return int(str(pace["violations"])), float(str(pace["used"]))


def test_where_nothing_stalls_the_rate_is_used(warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    violations, used = judged(warehouse_url, monkeypatch)
    assert violations == 0
    assert used >= 0.96


@pytest.mark.parametrize("late", [0.02, 0.1, 0.3, 0.9, 1.0, 1.4, 5.0])
def test_a_request_that_leaves_late_takes_another_turn(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch, late: float
) -> None:
    assert judged(warehouse_url, monkeypatch, before={70: late})[0] == 0


@pytest.mark.parametrize("late", [0.6, 0.9, 1.0, 1.05, 1.4, 5.0])
@pytest.mark.parametrize("many", range(1, MOST + 1))
def test_requests_that_are_heard_late_take_other_turns(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch, late: float, many: int
) -> None:
    stalled = {70 + place: late for place in range(many)}
    assert judged(warehouse_url, monkeypatch, after=stalled)[0] == 0


@pytest.mark.parametrize("seed", range(4))
def test_one_request_in_fifteen_may_stall_and_none_comes_too_soon(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    draw = random.Random(seed)
    before = {number: draw.uniform(0.001, 2) for number in draw.sample(range(CALLS), CALLS // 30)}
    after = {number: draw.uniform(0.55, 2) for number in draw.sample(range(20, CALLS), CALLS // 30)}
    assert judged(warehouse_url, monkeypatch, before=before, after=after)[0] == 0


def test_without_another_turn_there_would_be_one_too_many(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judged(warehouse_url, monkeypatch, after={70: 1.05}, tells=False)[0] > 0
