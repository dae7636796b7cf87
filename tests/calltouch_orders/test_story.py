"""The shop's three days: after each, logs, mart, Calltouch and 1C hold what was worked out by hand."""

from typing import Any

from sandbox.demo.motor_shop import DAYS
from tests.calltouch_orders.dag_run import DagRun
from tests.calltouch_orders.shop import Shop

WRITTEN = """
    select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int as rows
    from pg_stat_user_tables where schemaname = 'mart'
"""
PLANNED = """
    select run.source as account, action.seq, action.kind, action.key, action.before, action.after
    from ops.action join ops.run using (run_id)
    where run.dag_run_id = %s and action.target = 'calltouch' order by 1, 2
"""
DECIDED = """
    select run.source, record_key, outcome, codes, run_log.details
    from ops.run_log join ops.run using (run_id)
    where run.dag_run_id = %s and outcome is not null and outcome not like 'source%%' and run.source <> '1C'
    order by 1, run_log.seq
"""


def test_each_day_becomes_what_was_worked_out_by_hand(shop: Shop) -> None:
    from tests.calltouch_orders.expectations import wrong

    for number in range(1, DAYS + 1):
        shop.live(number)
        dag_run = shop.run()
        assert (dag_run.state, dag_run.errors) == ("success", {})
        assert not wrong(shop, dag_run, number), "\n".join([f"day {number}", *wrong(shop, dag_run, number)])
    assert shop.calltouch.counts().get("duplicates", 0) == 0


def test_airflow_itself_makes_of_the_first_days_what_was_worked_out_by_hand(
    shop: Shop, airflow_db: str
) -> None:
    from tests.calltouch_orders.expectations import wrong
    from tests.calltouch_orders.in_airflow import run_in_airflow

    for number in (1, 2):
        shop.live(number)
        dag_run = run_in_airflow()
        assert str(dag_run.state) == "success"
        assert not wrong(shop, dag_run, number), "\n".join([f"day {number}", *wrong(shop, dag_run, number)])


def test_a_run_on_unchanged_orders_sends_nothing_and_writes_nothing(shop: Shop) -> None:
    for number in range(1, DAYS + 1):
        shop.live(number)
        shop.run()
    shop.run()  # takes in what was written into orders: 1C has given them another version
    rows, calls, patches = written(shop), writing_calls(shop), shop.onec.order(read="calls")["done"]
    again = shop.run()
    assert again.state == "success"
    assert written(shop) == rows
    assert writing_calls(shop) == calls
    assert shop.onec.order(read="calls")["done"] == patches
    counters = {name: run["counters"] for name, run in shop.runs_of(again).items()}
    assert {name: {k for k, n in counted.items() if n} for name, counted in counters.items()} == {
        "1C": {"unchanged", "deleted"},
        "main": {"unchanged"},
        "service": {"unchanged"},
    }


def test_a_dry_run_plans_what_the_run_after_it_does_record_by_record_and_changes_nothing(shop: Shop) -> None:
    for number in range(1, DAYS + 1):
        shop.live(number)
        rows, calls = written(shop), writing_calls(shop)
        dry = shop.run(dry_run=True)
        assert (dry.state, written(shop), writing_calls(shop)) == ("success", rows, calls)
        plan, decided = told(shop, dry)
        assert (plan, decided) == told(shop, shop.run())
        assert plan
        assert decided


def told(shop: Shop, dag_run: DagRun) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Read what a run planned for Calltouch, and what it said of each order."""
    return shop.rows(PLANNED, dag_run.run_id), shop.rows(DECIDED, dag_run.run_id)


def written(shop: Shop) -> int:
    """Count the rows of the mart that were ever written, as the server counts them."""
    shop.rows("select pg_stat_force_next_flush()")
    return int(shop.rows(WRITTEN)[0]["rows"])


def writing_calls(shop: Shop) -> int:
    """Count the calls that wrote to Calltouch."""
    return sum(call["method"] in ("create", "update") for call in shop.calltouch.calls())
