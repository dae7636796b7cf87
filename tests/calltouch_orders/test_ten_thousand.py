"""
Ten thousand new orders: in the fewest calls, at one pace, and window by window.

That the pace uses the limit almost whole is shown by ``tests/plugins/steps/test_calltouch_pace.py``.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.demo.motor_shop_leads import SITES

pytestmark = pytest.mark.timeout(900)
ORDERS = 10_000
FEWEST_CALLS = 101  # two thirds of the orders go to one project, a hundred a call
FASTEST = 5  # requests a second, by the vendor
SLOWER = 2.5  # the accounts here: what a busy machine sends late is not too much, and a call ends in its time
SENDER = "tests.calltouch_orders.sender"
ROOT = Path(__file__).resolve().parents[2]
CREATED = """
    select count(*)::int as orders, count(distinct sent_at)::int as calls,
        extract(epoch from max(done_at) - min(sent_at))::float as seconds
    from ops.action where kind = 'create' and state = 'done'
"""


@pytest.fixture
def big_shop(tmp_path: Path, warehouse_url: str) -> Iterator[Any]:
    """Return a shop with ten thousand orders, whose Calltouch watches every second."""
    from tests.calltouch_orders.shop import FIRST_DAY, account, shop_in

    first_day = (FIRST_DAY - timedelta(days=3)).isoformat()
    accounts = [account(name, limits={"requests_per_second": SLOWER}) for name in SITES]
    with shop_in(tmp_path, warehouse_url, go_live_date=first_day, accounts=accounts) as shop:
        shop.calltouch.set_ways(per_second=FASTEST)
        shop.onec.order(orders=ORDERS, first_day=first_day)
        yield shop


def test_two_workers_at_once_send_ten_thousand_orders_and_keep_one_pace(big_shop: Any) -> None:
    from tests.calltouch_orders.dag_run import DagRun

    dag_run = DagRun()
    dag_run.go_on(until="send_deals")
    runs = [run for source, run in big_shop.runs_of(dag_run).items() if source in SITES]
    big_shop.calltouch.renumber()  # the pace is measured from here
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.calltouch_orders.sender", str(run["run_id"])], cwd=ROOT
        )
        for run in runs
    ]
    assert [worker.wait(250) for worker in workers] == [0, 0]
    (created,) = big_shop.rows(CREATED)
    pace = big_shop.calltouch.pace()
    assert (created["orders"], created["calls"]) == (ORDERS, FEWEST_CALLS)
    assert (pace["violations"], pace["busiest"] <= FASTEST) == (0, True)
    assert created["seconds"] >= (FEWEST_CALLS - 5) / SLOWER, f"{created['seconds']:.1f} s"
    dag_run.go_on()
    assert dag_run.state == "success"
    assert len(big_shop.deals()) == ORDERS


def test_a_run_stops_when_the_hours_points_are_spent_and_goes_on_in_the_next_hour(
    tmp_path: Path, warehouse_url: str
) -> None:
    import psycopg

    from tests.calltouch_orders.shop import FIRST_DAY, NO_PACE, account, shop_in

    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    first_day = (FIRST_DAY - timedelta(days=3)).isoformat()
    limits = {"hour_points": 50}
    accounts = [account(name, limits=limits) for name in SITES]
    with shop_in(tmp_path, warehouse_url, go_live_date=first_day, accounts=accounts) as shop:
        for site in SITES.values():
            shop.control.calltouch(site).set_points(hour=50)
        shop.onec.order(orders=ORDERS, first_day=first_day)
        dag_run = shop.run()
        assert (dag_run.state, dag_run.errors) == ("success", {})
        assert dag_run.waits >= 1
        hours = shop.calltouch.points().values()
        spent = [sum(float(points) for _, points in by_method.values()) for by_method in hours]
        assert max(spent) <= 40  # four fifths of fifty: the rest is for runs by hand
        assert len(shop.deals()) == ORDERS
        assert shop.rows(CREATED)[0]["calls"] == FEWEST_CALLS
        assert shop.rows("select count(*)::int as n from ops.run where waits_until is not null") == [{"n": 0}]
