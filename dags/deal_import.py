"""
Import an export of payments: find or create the client and the deal of each, keep sums and statuses true.

- **Reads** the XML file behind the link of each active source of `include/settings/deal_import.yaml`.
- **Writes** `mart.client`, `mart.deal`, `mart.payment` and companions, in one transaction a source; every
  decision about a record to `ops.run_log`; the file as received to the storage (`ops.landed_file`).
- **Safe to clear and rerun**: a cleared run takes the file that was landed for it, whatever lies behind the
  link now. Records that are unchanged since they were imported are not touched.
- **Backfill** takes, for each date, the file landed for that slot; a date without one says so and changes
  nothing. It puts that day's amounts and statuses back: the next ordinary run brings the newest again.
- One run of a source at a time: a second one by hand or schedule is skipped, a backfill waits for its turn.
- A refused record does not stop the others: the run ends `partial`, the task is green, the log names it.
"""

from airflow.sdk import Param, TriggerRule, chain, dag, task, task_group

from plugins.defaults import DEALS, DEALS_WRITTEN, DEFAULT_ARGS, DRY_RUN, NAMED_BY_SOURCE, START, is_dry_run
from plugins.landing import land_or_replay, landed_file
from plugins.operators.match_clients import MatchClientsOperator
from plugins.operators.match_deals import MatchDealsOperator
from plugins.pipelines.deal_import import DEAL_IMPORT, export_of, has_written
from plugins.runs import begin, choose, finish, work_on
from plugins.slots import slots_of
from plugins.steps import deal_import as steps
from plugins.story import tell_applied, tell_plan

SCHEDULE = "0 6,18 * * *"
SOURCE = Param(
    None,
    type=["null", "string"],
    title="Источник",
    description="Имя источника из настроек. Пусто: все действующие.",
)
ALLOW_SHRINK = Param(
    False,
    type="boolean",
    title="Разрешить меньший файл",
    description="Принять файл, в котором записей намного меньше, чем в прошлый раз.",
)


@task
def choose_sources() -> list[str]:
    return choose(DEAL_IMPORT)


@task
def open_run(source: str) -> int:
    return begin(DEAL_IMPORT, source)


@task
def land_file(run: int) -> None:
    with work_on(DEAL_IMPORT, run) as (warehouse, opened, job):
        land_or_replay(warehouse, opened, export_of(job).land, slots_of(SCHEDULE), origin=job.link)


@task
def stage_records(run: int) -> int:
    with work_on(DEAL_IMPORT, run) as (warehouse, _, job), landed_file(warehouse, run) as stream:
        return steps.stage_records(warehouse, job, stream)


@task
def stage_keys(run: int) -> list[str]:
    with work_on(DEAL_IMPORT, run, needs_staged=True) as (warehouse, _, job):
        steps.stage_keys(warehouse, job)
        return list(steps.create_with(job.source))


@task
def stage_deals(run: int) -> None:
    with work_on(DEAL_IMPORT, run, needs_staged=True) as (warehouse, _, job):
        steps.stage_deals(warehouse, job)


@task
def plan_import(run: int) -> None:
    with work_on(DEAL_IMPORT, run, needs_staged=True) as (warehouse, _, job):
        tell_plan(DEAL_IMPORT.words, steps.plan(warehouse, job))


@task.skip_if(is_dry_run)
@task(outlets=[DEALS_WRITTEN])
def apply_import(run: int, *, outlet_events) -> None:
    with work_on(DEAL_IMPORT, run, may_be_done=True, needs_staged=True) as (warehouse, _, job):
        tell_applied(steps.apply(warehouse, job))
        if has_written(warehouse, job):
            outlet_events[DEALS_WRITTEN].add(DEALS)


@task(trigger_rule=TriggerRule.ALL_DONE)
def report(source: str) -> None:
    finish(DEAL_IMPORT, source)


@task_group
def import_source(source: str):
    run = open_run(source)
    keys = stage_keys(run)
    match_clients = MatchClientsOperator(task_id="match_clients", run_id=run, create_with=keys)
    match_deals = MatchDealsOperator(task_id="match_deals", run_id=run)
    chain(land_file(run), stage_records(run), keys, match_clients, stage_deals(run), match_deals)
    chain(match_deals, plan_import(run), apply_import(run), report(source))


@dag(
    doc_md=__doc__,
    schedule=SCHEDULE,
    start_date=START,
    max_active_runs=1,
    default_args=DEFAULT_ARGS | NAMED_BY_SOURCE,
    params={"source": SOURCE, "dry_run": DRY_RUN, "allow_shrink": ALLOW_SHRINK},
    tags=["deals", "payments"],
)
def deal_import():
    import_source.expand(source=choose_sources())


deal_import()
