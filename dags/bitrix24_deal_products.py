"""
Copy what a product says into the Bitrix24 deals it is attached to: name, days, article, chosen properties.

- **Reads** deals that have changed since the last run, once a day all that are open; their product rows, and
  the products and variations these name.
- **Writes** fields of open deals, differences only, each planned in `ops.action` before it is sent;
  `mart.bitrix24_deal_product`. A closed deal is left alone, unless a close date is to be repaired.
- **Safe to clear and rerun**: values are set, so that doing it twice does no harm. What people have changed
  stays until the product changes.
- **By schedule** every quarter of an hour. While a run waits for the portal's limits, others are skipped.
- **Backfill** knows only the present: it copies what products say now, and says so.
- **By hand**: a dry run, some deals, all open ones, or past the guard that has stopped a run.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, TriggerRule, chain, dag, task

from plugins.defaults import DEFAULT_ARGS, START, ZONE
from plugins.operators.apply_actions import ApplyActionsOperator
from plugins.operators.waiting import WaitingOperator
from plugins.pipelines import deal_products_tasks as tasks
from plugins.pipelines.bitrix24_deal_products import DEAL_PRODUCTS
from plugins.pipelines.deal_products_params import PARAMS
from plugins.pipelines.deal_products_sending import to_portal
from plugins.runs import choose, finish, work_on

LONGEST_SENDING = timedelta(hours=6)


@task
def choose_portal() -> str:
    [portal] = choose(DEAL_PRODUCTS)
    return portal


@task
def open_run(portal: str) -> int:
    return tasks.open_run(portal)


@task
def plan_copies(run: int) -> None:
    with work_on(DEAL_PRODUCTS, run, needs_staged=True) as (warehouse, _, job):
        tasks.plan_copies(warehouse, job)


@task(trigger_rule=TriggerRule.ALL_DONE)
def report(portal: str | None) -> None:
    finish(DEAL_PRODUCTS, portal)


@dag(
    doc_md=__doc__,
    schedule=CronTriggerTimetable("*/15 * * * *", timezone=ZONE),
    start_date=START,
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    params=PARAMS,
    tags=["bitrix24", "deals"],
)
def bitrix24_deal_products():
    portal = choose_portal()
    run = open_run(portal)
    sending = {"run_id": run, "sending": to_portal}
    waiting = {"run_id": run, "pipeline": DEAL_PRODUCTS, "waits_for": tasks.waited_for}
    settle = ApplyActionsOperator(task_id="settle_deals", settle_only=True, **sending)
    check_catalog = WaitingOperator(task_id="check_catalog", work=tasks.check_catalog, **waiting)
    stage_deals = WaitingOperator(task_id="stage_deals", work=tasks.stage_deals, **waiting)
    stage_products = WaitingOperator(task_id="stage_products", work=tasks.stage_products, **waiting)
    send = ApplyActionsOperator(task_id="send_copies", execution_timeout=LONGEST_SENDING, **sending)
    chain(run, settle, check_catalog, stage_deals, stage_products, plan_copies(run), send, report(portal))


bitrix24_deal_products()
