"""
``opencart_catalog`` on a running Airflow: a first load that is killed, a second night, a backfill.

The steps are one story, in order: each begins where the one before it ended.
"""

import os
import signal

import pytest

from sandbox.demo.opencart_catalog import AFTER, ALL_THERE, CREATED, PAST_GUARDS, SOURCE, UPDATED
from tests.e2e.airflow_user import backfill
from tests.e2e.paint_shop import DAG_ID, PACE, PaintShop
from tests.e2e.running import Running, wait_until
from tests.e2e.test_under_stress import client_of

SLOT = "2026-01-15T01:00:00+00:00"  # 03:00 in Kyiv
SEND = "send_changes"


@pytest.fixture(scope="module")
def shop(stack: Running) -> PaintShop:
    return PaintShop(stack)


def created(shop: PaintShop) -> int:
    return len(shop.crm.materials()) - (AFTER - CREATED)


def kill_while_it_sends(shop: PaintShop) -> None:
    """Kill the task's process as the system does when memory is short, some materials being there already."""
    wait_until(lambda: created(shop) >= 3, "nothing is created")
    with shop.stack.holding(PACE):
        task = client_of(shop.stack.port_of_waiting())
        os.kill(task.pid, signal.SIGKILL)
        wait_until(lambda: not task.is_running(), "the task is still there")


def test_a_first_load_that_is_killed_goes_on_and_makes_nothing_twice(shop: PaintShop) -> None:
    dag_run_id = shop.api.start(**PAST_GUARDS)
    kill_while_it_sends(shop)
    assert shop.api.ended(dag_run_id) == "success"
    assert shop.api.task(dag_run_id, SEND, -1)["try_number"] == 2
    run = shop.run(dag_run_id)
    assert (run["source"], run["counters"]["created"]) == (SOURCE, CREATED)
    assert run["counters"]["updated"] == UPDATED
    assert (created(shop), shop.counts().get("duplicates", 0)) == (CREATED, 0)
    told = shop.api.told(dag_run_id, "report", -1)
    assert any(line.startswith("Докладніше: сторінка «Каталог»") for line in told), told


def test_the_next_run_reads_everything_and_writes_nothing(shop: PaintShop) -> None:
    shop.crm.renumber()
    dag_run_id = shop.api.start()
    assert shop.api.ended(dag_run_id) == "success"
    counted = {name: count for name, count in shop.run(dag_run_id)["counters"].items() if count}
    assert counted == {name: count for name, count in ALL_THERE[SOURCE].items() if count}
    assert shop.crm.writes() == []


def test_a_backfill_sends_the_present_and_says_so(shop: PaintShop) -> None:
    backfill(shop.local, SLOT, SLOT, dag_id=DAG_ID)
    [planned] = shop.api.dag_runs(logical_date_gte=SLOT, logical_date_lte=SLOT)
    assert shop.api.ended(planned["dag_run_id"]) == "success"
    run = shop.run(planned["dag_run_id"])
    assert run["trigger"] == "backfill"
    assert "CATALOG_PRESENT_ONLY" in shop.codes(run["run_id"])
    assert shop.crm.writes() == []
