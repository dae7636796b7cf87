"""The trigger in asyncio, against a real PostgreSQL."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import psycopg
import pytest
from airflow.serialization.serialized_objects import BaseSerialization
from airflow.triggers.base import TriggerEvent

from include.errors import WindowSpent
from plugins.steps.budget import BudgetGate, Limits
from plugins.triggers.budget import BudgetTrigger
from plugins.warehouse import Warehouse

LOOK = 0.1


@pytest.fixture
def warehouse(
    connection: psycopg.Connection, warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> Warehouse:
    connect(monkeypatch, warehouse_url)
    return Warehouse(connection)


def connect(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    parts = urlsplit(url)
    connection = {
        "conn_type": "postgres",
        "host": parts.hostname,
        "port": parts.port,
        "login": parts.username,
        "password": parts.password,
        "schema": parts.path.strip("/"),
        "extra": {"sslmode": "prefer", "cursor": "dictcursor"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(connection))


def trigger(until: datetime) -> BudgetTrigger:
    return BudgetTrigger(target="calltouch", account="calltouch", until=until, look_every=LOOK)


def in_seconds(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def fired(waiting: BudgetTrigger) -> tuple[str, float]:
    """Wait for the trigger; give its reason and how long it took."""
    started = time.monotonic()
    event: TriggerEvent = await asyncio.wait_for(anext(aiter(waiting.run())), 60)
    return event.payload["reason"], time.monotonic() - started


async def fired_after(waiting: BudgetTrigger, change: str, warehouse: Warehouse) -> tuple[str, float]:
    """Change something in the warehouse while the trigger waits: when it has looked for the first time."""
    before = sessions(warehouse)
    task = asyncio.create_task(fired(waiting))
    while sessions(warehouse) == before and not task.done():
        await asyncio.sleep(0.05)
    assert not task.done()
    await asyncio.to_thread(warehouse.connection.execute, change)
    return await task


def sessions(warehouse: Warehouse) -> int:
    """Count the sessions of the warehouse so far: each look is one, and is counted when it is over."""
    found = warehouse.connection.execute(
        "select pg_stat_clear_snapshot(), sessions from pg_stat_database where datname = current_database()"
    ).fetchone()
    return int(found[1]) if found else 0


def test_it_wakes_when_the_window_ends(warehouse: Warehouse) -> None:
    BudgetGate(warehouse, "calltouch", "calltouch", Limits()).enter("create")
    reason, took = asyncio.run(fired(trigger(in_seconds(1))))
    assert reason == "window ended"
    assert 0.9 <= took < 30


def test_a_moment_that_has_passed_wakes_at_once(warehouse: Warehouse) -> None:
    assert asyncio.run(fired(trigger(in_seconds(-5))))[0] == "window ended"


def test_it_wakes_early_when_the_window_is_moved_away(warehouse: Warehouse) -> None:
    gate = BudgetGate(warehouse, "calltouch", "calltouch", Limits(hour_points=Decimal(1), share=Decimal(1)))
    gate.enter("create")
    with pytest.raises(WindowSpent) as spent:
        gate.enter("create")
    change = "update ops.budget set window_start = window_start - interval '1 hour'"
    assert asyncio.run(fired_after(trigger(spent.value.until), change, warehouse))[0] == "room again"


def test_it_wakes_early_when_points_are_given_back(warehouse: Warehouse) -> None:
    BudgetGate(warehouse, "calltouch", "calltouch", Limits()).enter("create")
    change = "update ops.budget set points = 0"
    assert asyncio.run(fired_after(trigger(in_seconds(7200)), change, warehouse))[0] == "room again"


def test_it_wakes_early_when_a_refusal_is_taken_away(warehouse: Warehouse) -> None:
    until = in_seconds(5 * 3600)
    BudgetGate(warehouse, "calltouch", "calltouch", Limits()).enter("create").spent(until)
    change = "delete from ops.budget where method = 'refused'"
    assert asyncio.run(fired_after(trigger(until), change, warehouse))[0] == "room again"


def test_more_spending_does_not_wake_it(warehouse: Warehouse) -> None:
    BudgetGate(warehouse, "calltouch", "calltouch", Limits()).enter("create")
    change = "update ops.budget set points = points + 1"
    assert asyncio.run(fired_after(trigger(in_seconds(4)), change, warehouse))[0] == "window ended"


def test_without_a_warehouse_it_waits_for_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, "postgresql://nobody:nothing@127.0.0.1:9/none")
    assert asyncio.run(fired(trigger(in_seconds(0.6))))[0] == "window ended"


def test_it_is_made_anew_from_what_the_triggerer_keeps(warehouse: Warehouse) -> None:
    path, kept = trigger(in_seconds(0.3)).serialize()
    assert path == "plugins.triggers.budget.BudgetTrigger"
    again = BudgetTrigger(**BaseSerialization.deserialize(BaseSerialization.serialize(kept)))
    assert again.serialize() == (path, kept)
    assert asyncio.run(fired(again))[0] == "window ended"


def test_the_time_of_methods_wakes_nobody_early(warehouse: Warehouse) -> None:
    """Its old rows go while a task waits, which gives back nothing that it waits for."""
    warehouse.connection.execute(
        "insert into ops.budget (target, account, method, window_start, calls, points)"
        " values ('calltouch', 'calltouch', 'time:crm.item.list', date_trunc('minute', now()), 5, 400)"
    )
    forgotten = "delete from ops.budget where method like 'time:%'"
    reason, _ = asyncio.run(fired_after(trigger(in_seconds(4)), forgotten, warehouse))
    assert reason == "window ended"
