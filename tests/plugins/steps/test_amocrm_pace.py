"""amoCRM's seven requests a second are kept to though some come late, and hardly any is wasted (amocrm 3)."""

import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import psycopg
import pytest

from include.settings.amocrm_statuses import Account
from include.vendors.limits import Limits
from include.vendors.usual import Usual
from plugins.hooks.vendor_flights import MOST
from plugins.steps.budget import MUCH, BudgetGate, BudgetPass
from plugins.warehouse import Warehouse
from sandbox.arrivals import Arrivals
from tests.plugins.steps.simulated_time import SimulatedTime

CALLS, FASTEST = 150, 7
ANSWER = 0.1  # seconds an answer takes
USUALLY = (0.004, 0.012)  # seconds from a grant to the network, where a thread has to be woken first
NOTHING: Mapping[int, float] = {}
Stalls = Mapping[int, float]  # seconds by number of the request


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


class Sent(NamedTuple):
    leave: BudgetPass
    left: float
    ends: float


@dataclass
class Sender:
    """Who sends requests ahead, and tells the gate of those that are answered, as hooks do."""

    line: Line
    process: Stalls  # nothing goes on in it, just after a grant
    connecting: Stalls  # that request alone leaves late
    on_its_way: Stalls
    tells: bool
    in_air: deque[Sent] = field(default_factory=deque)
    untold: list[Sent] = field(default_factory=list)
    usual: Usual = field(default_factory=Usual)

    def work(self, url: str) -> None:
        """Send all requests, as early as the gate and the answers allow."""
        limits, draw = Limits(calls_per_second=Account().requests_per_second), random.Random(3)
        with psycopg.connect(url) as connection:
            gate = BudgetGate(Warehouse(connection), "amocrm", "amocrm", limits)
            for number in range(CALLS):
                if len(self.in_air) == MOST:
                    time.sleep(max(0.0, self.in_air.popleft().ends - time.monotonic()))
                self._tell()
                leave = gate.enter("get")
                time.sleep(self.process.get(number, 0.0))
                left = time.monotonic() + draw.uniform(*USUALLY) + self.connecting.get(number, 0.0)
                self.line.heard.append(left + self.on_its_way.get(number, 0.0))
                sent = Sent(leave, left, self.line.heard[-1] + ANSWER)
                self.in_air.append(sent)
                self.untold.append(sent)

    def _tell(self) -> None:
        answered = [sent for sent in self.untold if sent.ends <= time.monotonic()]
        self.untold = [sent for sent in self.untold if sent not in answered]
        for sent in answered if self.tells else ():
            sent.leave.made(sent.left, self.usual.note(sent.ends - sent.left))


Judge = Callable[..., tuple[int, float]]


@pytest.fixture
def judged(warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Give what says how many requests came too soon, and the share of the rate that was used."""

    def judge(
        process: Stalls = NOTHING,
        connecting: Stalls = NOTHING,
        on_its_way: Stalls = NOTHING,
        tells: bool = True,
    ) -> tuple[int, float]:
        line = Line()
        simulated = SimulatedTime(warehouse_url, line, 1, still=True)
        sender = Sender(line, process, connecting, on_its_way, tells)
        simulated.work(monkeypatch, lambda: sender.work(simulated.url))
        pace = line.pace()
        return int(str(pace["violations"])), float(str(pace["used"]))

    return judge


def stalled(many: int, late: float, first: int = 70) -> Stalls:
    return {first + place: late for place in range(many)}


def test_where_nothing_stalls_the_rate_is_used(judged: Judge) -> None:
    violations, used = judged()
    assert violations == 0
    assert used >= 0.96


@pytest.mark.parametrize("late", [0.02, 0.1, 0.3, 0.9, 1.0, 1.4, 5.0])
def test_after_a_process_has_stalled_a_turn_is_left_out(judged: Judge, late: float) -> None:
    assert judged(process=stalled(1, late))[0] == 0


@pytest.mark.parametrize("late", [0.02, 0.05, 0.1, 0.15, 0.3, 0.45, 1.0])
@pytest.mark.parametrize("many", range(1, MOST + 1))
@pytest.mark.parametrize("first", [0, 70])
def test_requests_that_have_to_open_a_connection_take_other_turns(
    judged: Judge, late: float, many: int, first: int
) -> None:
    assert judged(connecting=stalled(many, late, first))[0] == 0


@pytest.mark.parametrize("late", [0.6, 0.9, 1.0, 1.05, 1.4, 5.0])
@pytest.mark.parametrize("many", range(1, MOST + 1))
def test_requests_that_stall_for_long_on_their_way_take_other_turns(
    judged: Judge, late: float, many: int
) -> None:
    assert judged(on_its_way=stalled(many, late))[0] == 0


@pytest.mark.parametrize("seed", range(4))
def test_one_request_in_ten_may_stall_and_none_comes_too_soon(judged: Judge, seed: int) -> None:
    draw = random.Random(seed)

    def some(least: float, first: int = 0) -> Stalls:
        return {number: draw.uniform(least, 2) for number in draw.sample(range(first, CALLS), CALLS // 30)}

    assert judged(some(0.001), some(0.001), some(MUCH + 0.05, first=20))[0] == 0


@pytest.mark.parametrize(("what", "late"), [("process", 0.1), ("connecting", 0.1), ("on_its_way", 1.05)])
def test_without_other_turns_there_would_be_one_too_many(judged: Judge, what: str, late: float) -> None:
    assert judged(**{what: stalled(1, late)}, tells=False)[0] > 0
