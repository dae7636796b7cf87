"""
Map amoCRM statuses to funnels, and tell which stages every lead has passed and what it has sold for.

- **Reads** leads, the bin, events and contacts that have changed; dictionaries of the account every hour.
- **Writes** `mart.amocrm_*`: what was read, transitions, stays, passes, states, sales; clients of contacts;
  leads to Smart Data Hub, if the settings say so, each once.
- **Safe to clear and rerun**: reading goes on at the next page, publishing is one transaction that writes
  differences only.
- **Edited settings** build all funnels anew from what was read; a wrong mapping stops before any list is.
- **Backfill** reads the events of its interval again, and nothing else.
- **By hand**: a dry run, everything anew, marts alone, or an *operation* with the connection.
"""

from datetime import timedelta

from airflow.sdk import CronDataIntervalTimetable, TriggerRule, chain, dag, task

from plugins.defaults import AMOCRM_CRON, DEFAULT_ARGS, LEADS, LEADS_WRITTEN, START, ZONE
from plugins.operators.apply_actions import ApplyActionsOperator
from plugins.operators.match_clients import MatchClientsOperator
from plugins.operators.waiting import WaitingOperator
from plugins.pipelines import amocrm_tasks as tasks
from plugins.pipelines.amocrm_account import waits_for
from plugins.pipelines.amocrm_params import PARAMS
from plugins.pipelines.amocrm_sending import to_smart_data_hub
from plugins.pipelines.amocrm_statuses import STATUSES
from plugins.runs import choose, finish, work_on

HOURS_OF_A_FIRST_LOAD = timedelta(hours=6)


@task
def choose_account() -> str:
    tasks.renew_tokens()
    [account] = choose(STATUSES)
    return account


@task
def open_run(account: str) -> int:
    return tasks.open_run(account)


@task(outlets=[LEADS_WRITTEN])
def publish(run: int, *, outlet_events) -> None:
    with work_on(STATUSES, run, may_be_done=True, needs_staged=True) as (warehouse, _, job):
        if tasks.publish(warehouse, job):
            outlet_events[LEADS_WRITTEN].add(LEADS)


@task(trigger_rule=TriggerRule.ALL_DONE)
def report(account: str | None) -> None:
    finish(STATUSES, account)


@dag(
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable(AMOCRM_CRON, timezone=ZONE),
    start_date=START,
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    params=PARAMS,
    tags=["amocrm", "funnel"],
)
def amocrm_statuses():
    account = choose_account()
    run = open_run(account)
    of_run = {"run_id": run, "pipeline": STATUSES, "waits_for": waits_for}
    long = {**of_run, "execution_timeout": HOURS_OF_A_FIRST_LOAD}
    to_hub = {"run_id": run, "sending": to_smart_data_hub}
    settle_push = ApplyActionsOperator(task_id="settle_push", settle_only=True, **to_hub)
    operate = WaitingOperator(task_id="operate", work=tasks.operate, may_be_done=True, **of_run)
    check_account = WaitingOperator(task_id="check_account", work=tasks.check_account, **of_run)
    stage_leads = WaitingOperator(task_id="stage_leads", work=tasks.stage_leads, **long)
    stage_deleted = WaitingOperator(task_id="stage_deleted", work=tasks.stage_deleted, **long)
    stage_events = WaitingOperator(task_id="stage_events", work=tasks.stage_events, **long)
    stage_contacts = WaitingOperator(task_id="stage_contacts", work=tasks.stage_contacts, **long)
    match_clients = MatchClientsOperator(task_id="match_clients", run_id=run, create_with=("phone", "email"))
    send_push = ApplyActionsOperator(task_id="send_push", **to_hub)
    chain(
        run,
        operate,
        settle_push,
        check_account,
        stage_leads,
        stage_deleted,
        stage_events,
        stage_contacts,
    )
    chain(stage_contacts, match_clients, publish(run), send_push, report(account))


amocrm_statuses()
