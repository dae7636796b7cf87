"""
Write on every Bitrix24 contact how much it bought, by year and direction.

- **Reads** all won deals of the portal, whole, every day; contacts whose totals differ, and a part of the
  others by turns.
- **Writes** `mart.contact_year_total` with its history, clients of contacts, and fields of contacts in
  Bitrix24: differences only, each write planned in `ops.action` before it is sent.
- **Safe to clear and rerun**: totals are worked out anew from one reading, values are set, fields looked up.
- **Totals fall**: of a deal reopened, deleted, moved, or that lost a contact. Far fewer deals than the day
  before stop the run, and so does a sum that more than doubled: see *allow_drop*, *allow_growth*.
- **Backfill** knows only the present: it recomputes the years of its dates, once for all of them.
- **By hand**: a dry run, some years or contacts, or past a guard that has stopped a run.
"""

from datetime import timedelta

from airflow.sdk import CronDataIntervalTimetable, TriggerRule, chain, dag, task

from plugins.defaults import CONTACT_TOTALS_CRON, DEFAULT_ARGS, START, ZONE
from plugins.operators.apply_actions import ApplyActionsOperator
from plugins.operators.match_clients import MatchClientsOperator
from plugins.operators.waiting import WaitingOperator
from plugins.pipelines import contact_totals_tasks as tasks
from plugins.pipelines.bitrix24_contact_totals import TOTALS, waits_for
from plugins.pipelines.contact_totals_params import PARAMS
from plugins.pipelines.contact_totals_sending import to_portal
from plugins.runs import choose, finish, work_on

HOURS_OF_A_FIRST_DAY = timedelta(hours=6)  # thousands of contacts, half a second of the portal's time each


@task
def choose_portal() -> str:
    [portal] = choose(TOTALS)
    return portal


@task
def open_run(portal: str) -> int:
    return tasks.open_run(portal)


@task
def plan_totals(run: int) -> None:
    with work_on(TOTALS, run) as (warehouse, _, job):
        tasks.plan_totals(warehouse, job)


@task
def plan_writes(run: int) -> None:
    with work_on(TOTALS, run, needs_staged=True) as (warehouse, _, job):
        tasks.plan_writes(warehouse, job)


@task(trigger_rule=TriggerRule.ALL_DONE)
def report(portal: str | None) -> None:
    finish(TOTALS, portal)


@dag(
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable(CONTACT_TOTALS_CRON, timezone=ZONE),
    start_date=START,
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    params=PARAMS,
    tags=["bitrix24", "contacts"],
)
def bitrix24_contact_totals():
    portal = choose_portal()
    run = open_run(portal)
    of_run = {"run_id": run, "pipeline": TOTALS, "waits_for": waits_for}
    to_contacts = {"run_id": run, "sending": to_portal}
    settle_totals = ApplyActionsOperator(task_id="settle_totals", settle_only=True, **to_contacts)
    check_portal = WaitingOperator(task_id="check_portal", work=tasks.check_portal, **of_run)
    stage_deals = WaitingOperator(task_id="stage_deals", work=tasks.stage_deals, **of_run)
    stage_contacts = WaitingOperator(task_id="stage_contacts", work=tasks.stage_contacts, **of_run)
    match_clients = MatchClientsOperator(task_id="match_clients", run_id=run, create_with=("phone", "email"))
    send_totals = ApplyActionsOperator(
        task_id="send_totals", execution_timeout=HOURS_OF_A_FIRST_DAY, **to_contacts
    )
    read_back = WaitingOperator(task_id="read_back", work=tasks.read_back, **of_run)
    chain(run, settle_totals, check_portal, stage_deals, plan_totals(run), stage_contacts, match_clients)
    chain(match_clients, plan_writes(run), send_totals, read_back, report(portal))


bitrix24_contact_totals()
