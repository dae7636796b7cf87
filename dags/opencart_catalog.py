"""
Keep the goods of KeepinCRM as the OpenCart shop has them: names, texts, pictures, prices, specials.

- **Reads** the shop's database (OpenCart 2.3 to 4.1, ocStore) and never writes to it; all materials and
  categories of KeepinCRM.
- **Writes** materials and their categories in KeepinCRM, differences only, each write planned in `ops.action`
  before it is sent; `mart.catalog_*`. Deletes nothing.
- **Safe to clear and rerun**: what was sent stays sent, a create whose answer was lost is looked up first.
- **By schedule** one run a local date. A first load takes hours; while it goes on, the next run is skipped.
- **Backfill** knows only the present: it sends the catalogue as it is now, and says so.
- **By hand**: a dry run, some articles, a first few goods, or past a guard that has stopped a run.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, TriggerRule, chain, dag, task

from include.wording.ukrainian import SHARED
from plugins.defaults import DEFAULT_ARGS, START, is_dry_run
from plugins.operators.apply_actions import ApplyActionsOperator
from plugins.pipelines import opencart_tasks as tasks
from plugins.pipelines.opencart_catalog import CATALOG
from plugins.pipelines.opencart_params import PARAMS
from plugins.pipelines.opencart_sending import to_keepincrm
from plugins.runs import choose, finish, work_on

HOURS_OF_READING = timedelta(hours=8)  # at 1.5 s a call: 100,000 by 25 three times, and 5,000 of them alone
HOURS_OF_A_FIRST_LOAD = timedelta(hours=20)  # 100 calls a minute; a longer one goes on in the next attempt


@task
def choose_shop() -> str:
    [shop] = choose(CATALOG)
    return shop


@task
def open_run(shop: str) -> int:
    return tasks.open_run(shop)


@task
def stage_shop(run: int) -> None:
    with work_on(CATALOG, run) as (warehouse, _, job):
        tasks.stage_shop(warehouse, job)


@task(execution_timeout=HOURS_OF_READING)
def stage_crm(run: int) -> None:
    with work_on(CATALOG, run, needs_staged=True) as (warehouse, _, job):
        tasks.stage_crm(warehouse, job)


@task
def plan_changes(run: int) -> None:
    with work_on(CATALOG, run, needs_staged=True) as (warehouse, _, job):
        tasks.plan_changes(warehouse, job)


@task.skip_if(is_dry_run)
@task(execution_timeout=HOURS_OF_READING)
def read_back(run: int) -> None:
    with work_on(CATALOG, run) as (warehouse, _, job):
        tasks.read_back(warehouse, job)


@task(trigger_rule=TriggerRule.ALL_DONE)
def report(shop: str | None) -> None:
    finish(CATALOG, shop)


@dag(
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 3 * * *", timezone="Europe/Kyiv"),
    start_date=START,
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    params=PARAMS,
    tags=["opencart", "keepincrm", "catalog"],
)
def opencart_catalog():
    shop = choose_shop()
    run = open_run(shop)
    to_crm = {"run_id": run, "sending": to_keepincrm, "texts": SHARED}
    reading, loading = {"execution_timeout": HOURS_OF_READING}, {"execution_timeout": HOURS_OF_A_FIRST_LOAD}
    settle = ApplyActionsOperator(task_id="settle_changes", settle_only=True, **reading, **to_crm)
    send = ApplyActionsOperator(task_id="send_changes", **loading, **to_crm)
    chain(run, settle, stage_shop(run), stage_crm(run), plan_changes(run), send, read_back(run), report(shop))


opencart_catalog()
