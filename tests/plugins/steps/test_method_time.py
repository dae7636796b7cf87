"""The time of methods on a real PostgreSQL: who waits, until when, and that only they do (bitrix24 1.5)."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from include.errors import WindowSpent
from include.vendors.limits import Limits, Worked
from plugins.steps.budget import BudgetGate, room, spent_by_hour
from plugins.steps.method_time import MethodTimeGate
from plugins.warehouse import Warehouse

UPDATE, LIST = "crm.item.update", "crm.item.list"


@pytest.fixture
def warehouse(connection: psycopg.Connection) -> Warehouse:
    return Warehouse(connection)


@pytest.fixture
def gate(warehouse: Warehouse) -> MethodTimeGate:
    return MethodTimeGate(warehouse, "bitrix24", "bitrix24", patience=0.0)


def told(
    operating: int | None, resets_in: float | None = 300, seconds: int = 30, method: str = UPDATE
) -> Worked:
    return Worked(method, 20, Decimal(seconds), None if operating is None else Decimal(operating), resets_in)


def passes(warehouse: Warehouse, **span: Any) -> None:
    """Let time pass, by moving what was written."""
    warehouse.connection.execute(
        """update ops.budget set window_start = window_start - %(span)s,
        resets_at = resets_at - %(span)s, blocked_until = blocked_until - %(span)s""",
        {"span": timedelta(**span)},
    )


def opens_in(gate: MethodTimeGate, *methods: str) -> float | None:
    """Tell in how many seconds methods are open; None: now."""
    try:
        gate.assert_open(methods or [UPDATE])
    except WindowSpent as spent:
        return (spent.until - datetime.now(UTC)).total_seconds()
    return None


def test_a_method_that_nobody_has_used_is_open(gate: MethodTimeGate) -> None:
    assert opens_in(gate) is None
    gate.note([])
    assert opens_in(gate) is None


def test_from_400_seconds_on_a_method_waits_until_the_portal_resets_it(gate: MethodTimeGate) -> None:
    gate.note([told(399)])
    assert opens_in(gate) is None
    gate.note([told(401, 240)])
    assert opens_in(gate) == pytest.approx(240, abs=10)


def test_others_go_on(gate: MethodTimeGate) -> None:
    gate.note([told(450), told(5, method=LIST)])
    assert opens_in(gate, LIST, "profile") is None
    assert opens_in(gate, LIST, UPDATE) is not None


def test_the_message_says_what_is_waited_for(gate: MethodTimeGate) -> None:
    gate.note([told(450)])
    with pytest.raises(WindowSpent, match=r"crm\.item\.update уже работал 450 с") as raised:
        gate.assert_open([UPDATE])
    assert raised.value.http_status is None


def test_after_the_reset_only_the_oldest_minute_is_gone_so_it_is_asked_again(
    gate: MethodTimeGate, warehouse: Warehouse
) -> None:
    gate.note([told(450, 60)])
    passes(warehouse, seconds=70)
    assert opens_in(gate) is None
    gate.note([told(440, 60)])
    assert opens_in(gate) == pytest.approx(60, abs=10)


def test_what_is_told_is_never_added_up(gate: MethodTimeGate) -> None:
    """``operating`` is cumulative; a library adds it (bitrix24 5)."""
    for operating in range(10, 390, 20):
        gate.note([told(operating, seconds=100)])
    assert opens_in(gate) is None


def test_a_portal_that_tells_nothing_is_counted_for(gate: MethodTimeGate, warehouse: Warehouse) -> None:
    gate.note([told(None, None, 250)])
    assert opens_in(gate) is None
    passes(warehouse, minutes=4)
    gate.note([told(None, None, 150)])
    wait = opens_in(gate)
    assert wait is not None
    assert 4 * 60 < wait <= 6 * 60
    passes(warehouse, minutes=7)
    assert opens_in(gate) is None


def test_a_method_of_a_portal_that_names_no_moment_waits_until_what_we_did_drops_out(
    gate: MethodTimeGate, warehouse: Warehouse
) -> None:
    gate.note([told(100, None)])
    passes(warehouse, minutes=4)
    gate.note([told(479, None)])
    wait = opens_in(gate)
    assert wait is not None
    assert 4 * 60 < wait <= 6 * 60
    passes(warehouse, minutes=11)
    assert opens_in(gate) is None


def test_a_refused_method_is_closed_until_the_reset_or_for_a_minute(gate: MethodTimeGate) -> None:
    until = gate.block(UPDATE, None)
    assert (until - datetime.now(UTC)).total_seconds() == pytest.approx(60, abs=10)
    gate.note([told(10, 200, method=LIST)])
    until = gate.block(LIST, None)
    assert (until - datetime.now(UTC)).total_seconds() == pytest.approx(200, abs=10)
    assert opens_in(gate, LIST) == pytest.approx(200, abs=10)
    named = datetime.now(UTC) + timedelta(seconds=500)
    assert gate.block("profile", named) == named


def test_a_block_ends_by_itself(gate: MethodTimeGate, warehouse: Warehouse) -> None:
    gate.block(UPDATE, None)
    assert opens_in(gate) is not None
    passes(warehouse, seconds=61)
    assert opens_in(gate) is None


def test_a_short_wait_is_slept_and_a_long_one_is_not(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        passes(warehouse, seconds=seconds + 0.001)

    gate = MethodTimeGate(warehouse, "bitrix24", "bitrix24")
    gate.note([told(450, 55)])
    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", sleep)
        gate.assert_open([UPDATE])
        gate.note([told(450, 75)])
        with pytest.raises(WindowSpent):
            gate.assert_open([UPDATE])
    assert slept == [pytest.approx(55, abs=10)]


def test_accounts_have_their_own_time_and_workers_share_it(warehouse: Warehouse, warehouse_url: str) -> None:
    with psycopg.connect(warehouse_url) as second:
        MethodTimeGate(Warehouse(second), "bitrix24", "bitrix24").note([told(450)])
    assert opens_in(MethodTimeGate(warehouse, "bitrix24", "bitrix24", patience=0)) is not None
    assert opens_in(MethodTimeGate(warehouse, "bitrix24", "other", patience=0)) is None


def test_a_smaller_allowance_pauses_earlier(warehouse: Warehouse) -> None:
    gate = MethodTimeGate(warehouse, "bitrix24", "bitrix24", pause_at=Decimal(100), patience=0)
    gate.note([told(120)])
    assert opens_in(gate) is not None


def test_noting_never_stops_the_work(
    warehouse: Warehouse, gate: MethodTimeGate, caplog: pytest.LogCaptureFixture
) -> None:
    warehouse.connection.execute("alter table ops.budget rename to budget_away")
    gate.note([told(1)])
    assert "не записано" in caplog.text
    warehouse.connection.close()
    gate.note([told(1)])


def test_time_of_methods_is_no_spent_point_and_old_time_goes(
    warehouse: Warehouse, gate: MethodTimeGate
) -> None:
    for hours in (0, 2):
        gate.note([told(300)])
        passes(warehouse, hours=hours)
    gate.note([told(300)])
    limits = Limits(hour_points=Decimal(5))
    budget = BudgetGate(warehouse, "bitrix24", "bitrix24", limits)
    budget.enter("batch")
    assert [(row.method, row.points) for row in spent_by_hour(warehouse, "bitrix24")] == [("batch", 1)]
    assert room(warehouse, "bitrix24", "bitrix24", limits).hour_left == 3
    kept = warehouse.connection.execute(
        "select count(*) from ops.budget where method like 'time:%'"
    ).fetchone()
    assert kept == (1,)


def test_methods_are_noted_in_one_statement(gate: MethodTimeGate, warehouse: Warehouse) -> None:
    far_from_a_minutes_end()
    gate.note([told(10, 5), told(20, None, method=LIST), told(None, None, method="profile")])
    gate.note([told(12, 7), told(None, None, method=LIST)])
    rows = warehouse.connection.execute(
        "select method, calls, points, operating, resets_at is null from ops.budget order by 1"
    ).fetchall()
    assert rows == [
        ("time:crm.item.list", 40, 60, 20, True),
        ("time:crm.item.update", 40, 60, 12, False),
        ("time:profile", 20, 30, None, True),
    ]


def far_from_a_minutes_end() -> None:
    while datetime.now(UTC).second > 54:
        time.sleep(0.5)
