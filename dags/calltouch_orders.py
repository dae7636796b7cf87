"""
Tell Calltouch about orders of 1C: new deals, shipments, returns; write the lead's source back to the order.

- **Reads** orders, shipments and returns of 1C (OData), or rows that something else puts into `mart.erp_*`;
  deals, calls and requests of each account of `include/settings/calltouch_orders.yaml`.
- **Writes** deals to Calltouch and two fields of an order to 1C, each write planned in `ops.action` before it
  is sent; `mart.erp_*`, `mart.calltouch_*`, clients and deals with the document's GUID as `external_id`.
- **Safe to clear and rerun**: a create whose answer was lost is looked up before it is sent again.
- **Backfill** handles the orders of each data interval. **By hand**: one order or a period, or a check that
  writes nothing; such a run takes over from one that waits for the next window of its budget.
"""

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import CronDataIntervalTimetable, TriggerRule, chain, dag, task, task_group

from plugins.defaults import DEFAULT_ARGS, NAMED_BY_SOURCE, START, ZONE, is_dry_run
from plugins.operators.apply_actions import ApplyActionsOperator
from plugins.operators.match_clients import MatchClientsOperator
from plugins.operators.match_deals import MatchDealsOperator
from plugins.pipelines import calltouch_tasks as tasks
from plugins.pipelines.calltouch_orders import EXCHANGE, INTAKE
from plugins.pipelines.calltouch_params import PARAMS
from plugins.pipelines.calltouch_sending import to_calltouch, to_onec
from plugins.runs import begin, choose, finish, work_on
from plugins.steps.calltouch_intake import CREATE_WITH, SOURCE


@task
def choose_accounts() -> list[str]:
    return choose(EXCHANGE)


@task
def open_reading() -> int:
    return begin(INTAKE, SOURCE)


@task
def land_documents(run: int) -> None:
    with work_on(INTAKE, run) as work:
        tasks.land_documents(*work)


@task
def stage_documents(run: int) -> None:
    with work_on(INTAKE, run) as work:
        tasks.stage_documents(*work)


@task
def stage_deals(run: int) -> None:
    with work_on(INTAKE, run, needs_staged=True) as work:
        tasks.stage_deals(*work)


@task.skip_if(is_dry_run)
@task
def merge_documents(run: int) -> None:
    with work_on(INTAKE, run, may_be_done=True, needs_staged=True) as (warehouse, _, job):
        tasks.merge_documents(warehouse, job)


@task(trigger_rule=TriggerRule.NONE_FAILED)
def open_run(account: str, reading: int) -> int:
    return tasks.open_run(account, reading)


@task
def plan_deals(run: int, reading: int) -> None:
    with work_on(EXCHANGE, run) as (warehouse, opened, job):
        tasks.plan_deals(warehouse, opened, job._replace(intake=reading))


@task.skip_if(is_dry_run)
@task
def find_sources(run: int) -> None:
    with work_on(EXCHANGE, run) as work:
        tasks.find_sources(*work)


@task(trigger_rule=TriggerRule.ALL_DONE)
def report(account: str, reading: int) -> None:
    tasks.report(account, reading)


@task(trigger_rule=TriggerRule.ALL_DONE)
def report_reading() -> None:
    finish(INTAKE, SOURCE)


@task_group
def exchange(account: str, reading: int):
    run = open_run(account, reading)
    settle = ApplyActionsOperator(task_id="settle_deals", run_id=run, sending=to_calltouch, settle_only=True)
    send = ApplyActionsOperator(task_id="send_deals", run_id=run, sending=to_calltouch)
    write = ApplyActionsOperator(task_id="write_sources", run_id=run, sending=to_onec)
    chain(settle, plan_deals(run, reading), send, find_sources(run), write, report(account, reading))


@dag(
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("*/10 * * * *", timezone=ZONE),
    start_date=START,
    max_active_runs=4,
    default_args=DEFAULT_ARGS | NAMED_BY_SOURCE,
    params=PARAMS,
    tags=["calltouch", "1c", "deals"],
)
def calltouch_orders():
    accounts, reading = choose_accounts(), open_reading()
    match_clients = MatchClientsOperator(task_id="match_clients", run_id=reading, create_with=CREATE_WITH)
    match_deals = MatchDealsOperator(task_id="match_deals", run_id=reading)
    exchanges = exchange.partial(reading=reading).expand(account=accounts)
    chain(accounts, reading, land_documents(reading), stage_documents(reading), match_clients)
    chain(match_clients, stage_deals(reading), match_deals, merged := merge_documents(reading))
    chain([match_deals, merged], exchanges, reported := report_reading())
    chain([exchanges, reported], EmptyOperator(task_id="end"))  # a DAG run is as red as its last task


calltouch_orders()
