"""Pace and budget on a real PostgreSQL. Time is moved by moving rows, never by sleeping an hour."""

import contextlib
import heapq
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from operator import sub
from typing import Any

import psycopg
import pytest

from include.errors import ConfigError, WindowSpent
from plugins.steps.budget import SQL, BudgetGate, Limits, room, spent_by_hour
from plugins.warehouse import Warehouse, statement
from tests.today import far_from_an_hours_end

MAX_A_SECOND = 5
RATE = 4.6  # what the settings say, a little under the vendor's 5


@pytest.fixture
def warehouse(connection: psycopg.Connection) -> Warehouse:
    return Warehouse(connection)


@pytest.fixture
def gate_of(warehouse: Warehouse) -> Callable[..., BudgetGate]:
    def gate(account: str = "calltouch", **limits: Any) -> BudgetGate:
        return BudgetGate(warehouse, "calltouch", account, Limits(**{"share": Decimal(1), **limits}))

    return gate


def hour_later(warehouse: Warehouse, hours: int = 1) -> None:
    warehouse.connection.execute(
        "update ops.budget set window_start = window_start - make_interval(hours => %s)", [hours]
    )


def points(warehouse: Warehouse) -> list[tuple[str, int, Decimal]]:
    return [(row.method, row.calls, row.points) for row in spent_by_hour(warehouse, "calltouch")]


def test_an_hour_is_spent_and_the_next_one_is_whole(
    gate_of: Callable[..., BudgetGate], warehouse: Warehouse
) -> None:
    far_from_an_hours_end()
    gate = gate_of(hour_points=Decimal(3))
    for _ in range(3):
        gate.enter("create")
    with pytest.raises(WindowSpent, match="лимит исчерпан") as raised:
        gate.enter("create")
    assert raised.value.until.minute == raised.value.until.second == 0
    assert timedelta() < raised.value.until - datetime.now(UTC) <= timedelta(hours=1)
    assert points(warehouse) == [("create", 3, Decimal(3))]
    hour_later(warehouse)
    gate.enter("create")


def test_windows_that_nobody_asks_about_any_more_go_with_the_next_call(
    gate_of: Callable[..., BudgetGate], warehouse: Warehouse
) -> None:
    far_from_an_hours_end()
    gate = gate_of(day_points=Decimal(9))
    for days in (39, 41, 400):
        gate.enter("create")
        warehouse.connection.execute(
            "update ops.budget set window_start = window_start - make_interval(days => %s)"
            " where window_start > now() - interval '1 day'",
            [days],
        )
    gate_of("other").enter("create")
    gate.enter("create")
    kept = warehouse.connection.execute(
        "select account, (now()::date - window_start::date) as days from ops.budget order by 1, 2"
    ).fetchall()
    assert [(account, days // 10) for account, days in kept] == [
        ("calltouch", 0),
        ("calltouch", 3),
        ("other", 0),
    ]


def test_an_accounts_history_is_not_read_with_every_call(warehouse: Warehouse) -> None:
    warehouse.connection.execute(
        """insert into ops.budget (target, account, method, window_start)
        select 'calltouch', 'calltouch', 'create', date_trunc('hour', now()) - make_interval(hours => past)
        from generate_series(0, 20000) as past"""
    )
    warehouse.analyze("ops.budget")
    for name in ("select_spent", "select_hindrance"):
        asked = {
            "target": "calltouch",
            "account": "calltouch",
            "zone": "Europe/Moscow",
            "since": datetime.now(UTC),
        }
        explained = "explain (analyze, format json) " + statement(SQL / f"{name}.sql")
        (plan,) = warehouse.connection.execute(explained, asked).fetchone() or ([],)
        assert "budget_window_idx" in str(plan)
        assert rows_read(plan[0]["Plan"]) < 100, name


def rows_read(node: dict[str, Any]) -> int:
    """Count the rows that a plan took from tables, and those it took in vain."""
    own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) if "Relation Name" in node else 0
    return int(own) + sum(rows_read(below) for below in node.get("Plans", []))


def test_a_day_is_that_of_the_vendors_zone(gate_of: Callable[..., BudgetGate], warehouse: Warehouse) -> None:
    far_from_an_hours_end()
    gate = gate_of(day_points=Decimal(2), zone="Asia/Kamchatka")
    gate.enter("create")
    gate.enter("update")
    with pytest.raises(WindowSpent) as raised:
        gate.enter("journal")
    midnight = warehouse.connection.execute(
        "select (date_trunc('day', now() at time zone 'Asia/Kamchatka') + interval '1 day') "
        "at time zone 'Asia/Kamchatka'"
    ).fetchone()
    assert midnight == (raised.value.until,)
    hour_later(warehouse, 24)
    gate.enter("journal")


def test_both_windows_count_and_the_later_end_is_told(gate_of: Callable[..., BudgetGate]) -> None:
    far_from_an_hours_end()
    gate = gate_of(hour_points=Decimal(1), day_points=Decimal(1))
    gate.enter("create")
    with pytest.raises(WindowSpent) as raised:
        gate.enter("create")
    assert raised.value.until.hour == 0


def test_automatic_runs_leave_a_fifth_to_runs_by_hand(
    gate_of: Callable[..., BudgetGate], warehouse: Warehouse
) -> None:
    far_from_an_hours_end()
    automatic = gate_of(hour_points=Decimal(10), share=Decimal("0.8"))
    by_hand = gate_of(hour_points=Decimal(10))
    for _ in range(8):
        automatic.enter("create")
    with pytest.raises(WindowSpent):
        automatic.enter("create")
    by_hand.enter("create")
    by_hand.enter("create")
    with pytest.raises(WindowSpent):
        by_hand.enter("create")


def test_methods_have_prices_and_a_call_may_stand_for_several(
    gate_of: Callable[..., BudgetGate], warehouse: Warehouse
) -> None:
    gate = gate_of(prices={"journal": Decimal("2.5")})
    gate.enter("journal")
    gate.enter("journal", Decimal(2))
    gate.enter("create")
    assert points(warehouse) == [("create", 1, Decimal(1)), ("journal", 2, Decimal("7.5"))]


def test_a_price_above_the_whole_window_is_a_fault_of_the_settings(
    gate_of: Callable[..., BudgetGate],
) -> None:
    gate = gate_of(hour_points=Decimal(4), share=Decimal("0.8"), prices={"journal": Decimal(4)})
    gate.enter("create")
    with pytest.raises(ConfigError, match="один запрос стоит 4"):
        gate.enter("journal")


def test_a_refund_gives_the_points_back_once_and_leaves_the_call(
    gate_of: Callable[..., BudgetGate], warehouse: Warehouse
) -> None:
    far_from_an_hours_end()
    gate = gate_of(hour_points=Decimal(2))
    gate.enter("create")
    leave = gate.enter("create")
    leave.refund()
    leave.refund()
    assert points(warehouse) == [("create", 2, Decimal(1))]
    gate.enter("create")
    with pytest.raises(WindowSpent):
        gate.enter("create")


def test_a_vendor_that_says_its_window_is_spent_shuts_it_for_all_workers_of_the_account(
    gate_of: Callable[..., BudgetGate], warehouse: Warehouse, warehouse_url: str
) -> None:
    far_from_an_hours_end()
    until = twice_refused(gate_of())
    with psycopg.connect(warehouse_url) as another:
        other_worker = BudgetGate(Warehouse(another), "calltouch", "calltouch", Limits())
        with pytest.raises(WindowSpent) as raised:
            other_worker.enter("journal")
    assert raised.value.until == until
    gate_of(account="second").enter("create")
    hour_later(warehouse)
    gate_of().enter("create")


def test_a_moment_named_by_the_vendor_is_kept_to_the_second(gate_of: Callable[..., BudgetGate]) -> None:
    far_from_an_hours_end()
    named = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)
    gate = gate_of()
    assert gate.enter("create").spent(named) == named
    with pytest.raises(WindowSpent) as raised:
        gate.enter("create")
    assert raised.value.until == named


def test_a_moment_that_has_passed_shuts_nothing(gate_of: Callable[..., BudgetGate]) -> None:
    gate_of().enter("create").spent(datetime.now(UTC))
    gate_of().enter("create")


def test_a_vendor_with_a_day_only_is_shut_until_midnight(gate_of: Callable[..., BudgetGate]) -> None:
    until = twice_refused(gate_of(day_points=Decimal(100)))
    assert until.astimezone(UTC).hour == 0


def test_a_vendor_that_refuses_once_may_have_meant_the_pace_and_is_left_alone_for_a_minute(
    gate_of: Callable[..., BudgetGate],
) -> None:
    far_from_an_hours_end()
    until = gate_of().enter("create").spent(None)
    assert timedelta(seconds=50) < until - datetime.now(UTC) <= timedelta(seconds=60)


def twice_refused(gate: BudgetGate) -> datetime:
    """Let the vendor say again that its budget is spent, by a call that had begun before it said so first."""
    first, second = gate.enter("create"), gate.enter("create")
    first.spent(None)
    return second.spent(None)


def test_accounts_have_budgets_of_their_own(gate_of: Callable[..., BudgetGate], warehouse: Warehouse) -> None:
    far_from_an_hours_end()
    gate_of("first", hour_points=Decimal(1)).enter("create")
    gate_of("second", hour_points=Decimal(1)).enter("create")
    assert [(r.account, r.calls) for r in spent_by_hour(warehouse, "calltouch")] == [
        ("first", 1),
        ("second", 1),
    ]
    assert [r.account for r in spent_by_hour(warehouse, "calltouch", "second")] == ["second"]


def test_what_is_left_is_told_by_window(gate_of: Callable[..., BudgetGate], warehouse: Warehouse) -> None:
    far_from_an_hours_end()
    limits = Limits(hour_points=Decimal(10), day_points=Decimal(50))
    BudgetGate(warehouse, "calltouch", "calltouch", limits).enter("create", Decimal(3))
    left = room(warehouse, "calltouch", "calltouch", limits)
    assert (left.hour_left, left.day_left, left.refused_until) == (Decimal("5.0"), Decimal("37.0"), None)
    assert left.hour_ends - left.now <= timedelta(hours=1)
    unlimited = room(warehouse, "calltouch", "calltouch", Limits())
    assert (unlimited.hour_left, unlimited.day_left) == (None, None)


def test_a_gate_inside_a_transaction_is_refused_before_it_holds_up_everybody(
    gate_of: Callable[..., BudgetGate], warehouse: Warehouse
) -> None:
    with warehouse.transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        gate_of().enter("create")


def test_a_budget_is_never_overspent_by_workers_side_by_side(
    warehouse_url: str, warehouse: Warehouse
) -> None:
    far_from_an_hours_end()
    refused = []

    def work() -> None:
        with psycopg.connect(warehouse_url) as own:
            limits = Limits(hour_points=Decimal(40), share=Decimal(1))
            gate = BudgetGate(Warehouse(own), "calltouch", "calltouch", limits)
            try:
                for _ in range(20):
                    gate.enter("create")
            except WindowSpent:
                refused.append(True)

    side_by_side(work, 4)
    assert points(warehouse) == [("create", 40, Decimal(40))]
    assert len(refused) >= 2


def side_by_side(work: Callable[[], None], workers: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


LIMITS = Limits(calls_per_second=RATE)
A_LITTLE = LIMITS.spacing / 16  # by which a call may be late, and its followers need not
WORKER = """
import sys, time
import psycopg
from plugins.steps.budget import BudgetGate, Limits
from plugins.warehouse import Warehouse
database, calls, rate = sys.argv[1:]
with psycopg.connect(database) as connection:
    gate = BudgetGate(Warehouse(connection), "calltouch", "calltouch", Limits(calls_per_second=float(rate)))
    began = time.time()
    for _ in range(int(calls)):
        gate.enter("create")
    print(began, time.time())
"""


@pytest.mark.parametrize("workers", [1, 3])
def test_worker_processes_keep_one_rate(workers: int, warehouse_url: str, warehouse: Warehouse) -> None:
    command = [sys.executable, "-c", WORKER, warehouse_url, str(12 // workers), str(RATE)]
    with contextlib.ExitStack() as ending:
        started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
        running = [ending.enter_context(worker) for worker in started]
        told = [worker.communicate(timeout=60)[0].split() for worker in running]
    assert [worker.returncode for worker in running] == [0] * workers
    took = max(float(ended) for _, ended in told) - min(float(began) for began, _ in told)
    assert took >= 11 * LIMITS.spacing - A_LITTLE


# The gate asks Postgres what time it is, which may be given another clock: how busy the machine is does not
# come into it then.
ANOTHER_CLOCK = """
create schema another;
create function another.clock_timestamp() returns timestamptz language sql
as $$ select current_setting('another.clock')::timestamptz $$;
set local search_path = another, pg_catalog;
"""


@pytest.fixture
def by_another_clock(warehouse: Warehouse) -> Iterator[Warehouse]:
    with warehouse.connection.transaction(force_rollback=True):
        warehouse.connection.execute(ANOTHER_CLOCK)
        yield warehouse


def turns(warehouse: Warehouse, workers: int, late: Iterator[float]) -> list[float]:
    """Give the moments, in seconds, at which workers that ask late each time are granted 36 calls."""
    pace = {"lane": "calltouch", "slack": LIMITS.slack, "spacing": LIMITS.spacing}
    asking, granted = [(0.0, worker) for worker in range(workers)], list[float]()
    while len(granted) < 36:
        at, worker = heapq.heappop(asking)
        moment = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=at)
        warehouse.connection.execute("select set_config('another.clock', %s, true)", [moment.isoformat()])
        wait = float(warehouse.select_one(SQL / "lock_pace.sql", pace).seconds)
        if wait <= 0:
            warehouse.run_file(SQL / "move_pace.sql", pace)
            granted.append(at)
        heapq.heappush(asking, (at + max(wait, 0) + next(late), worker))
    return granted


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_that_are_a_little_late_each_time_waste_no_time(
    workers: int, by_another_clock: Warehouse
) -> None:
    late = (A_LITTLE * 0.99 * (n % 5) / 4 for n in count())
    granted = turns(by_another_clock, workers, late)
    assert granted[-1] - granted[0] <= 35 / MAX_A_SECOND * 1.1


@pytest.mark.parametrize("workers", [1, 3])
def test_however_late_workers_are_no_more_calls_begin_in_a_second_than_the_vendor_takes(
    workers: int, by_another_clock: Warehouse
) -> None:
    late = (0.7 if n % 7 == 3 else A_LITTLE * (n % 3) for n in count())
    granted = turns(by_another_clock, workers, late)
    assert min(map(sub, granted[MAX_A_SECOND:], granted)) >= 1


def test_a_call_that_was_late_takes_another_turn_and_one_in_time_does_not(
    gate_of: Callable[..., BudgetGate], warehouse: Warehouse
) -> None:
    gate = gate_of(calls_per_second=0.01)
    leave = gate.enter("create")
    begun = next_at(warehouse)
    leave.made(time.monotonic() - 10, 0.1)  # left at once
    assert next_at(warehouse) == begun
    leave.made(time.monotonic() + 10, 0.1)
    assert next_at(warehouse) - begun == timedelta(seconds=100)
    leave.made(time.monotonic() - 10, 0.6)
    assert next_at(warehouse) - begun == timedelta(seconds=200)


def next_at(warehouse: Warehouse) -> datetime:
    (at,) = warehouse.connection.execute("select next_at from ops.pace").fetchone() or (None,)
    assert isinstance(at, datetime)
    return at


def test_a_turn_that_cannot_be_written_down_takes_no_answer_away(
    gate_of: Callable[..., BudgetGate], warehouse: Warehouse, warehouse_url: str, caplog: Any
) -> None:
    leave = gate_of(calls_per_second=0.01).enter("create")
    begun = next_at(warehouse)
    warehouse.connection.execute("set lock_timeout = 50")
    with psycopg.connect(warehouse_url) as another:
        another.execute("select 1 from ops.pace for update")
        leave.made(time.monotonic(), 9)
    assert next_at(warehouse) == begun
    assert "Темп запросов не записан" in caplog.text
