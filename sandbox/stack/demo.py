"""The demo: run each pipeline's story step by step through Airflow, and show and check what each run did."""

import sys
import time
from types import ModuleType
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import dict_row

from sandbox.demo import company, deal_import
from sandbox.demo.steps import DemoStep
from sandbox.stack.api import AirflowApi
from sandbox.stack.local import LocalFolder

PIPELINES: tuple[ModuleType, ...] = (deal_import,)

RUNS_OF_DAG_RUN = """
select source, state, counters, error
from ops.run
where pipeline = %s and dag_run_id = %s
order by run_id
"""


class Told(NamedTuple):
    """One source of one step: what it was, what it did, and what was wrong with that."""

    step: str
    state: str
    seconds: float
    counters: str
    problems: list[str]


def tell(local: LocalFolder, api: AirflowApi) -> list[Told]:
    """Begin with a company that has clients and deals, and run all stories; return a line for each run."""
    told: list[Told] = []
    with psycopg.connect(local.postgres.url("warehouse")) as connection:
        company.seed(connection)
    for pipeline in PIPELINES:
        api.wait_for_dag(pipeline.DAG_ID)
        api.unpause(pipeline.DAG_ID)
        for number, step in enumerate(pipeline.STEPS, 1):
            told += _run_step(local, api, pipeline.DAG_ID, f"{number}. {step.title}", step)
    return told


def table(told: list[Told]) -> str:
    """Lay the lines out in columns; what was not as expected stands under its line."""
    width = max((len(line.step) for line in told), default=0)
    text = []
    for line in told:
        mark = "differs" if line.problems else "as expected"
        text.append(
            f"  {line.step:{width}}  {line.state:8} {line.seconds:5.1f} s  {mark:11}  {line.counters}"
        )
        text += [f"  {'':{width}}    {problem}" for problem in line.problems]
    return "\n".join(text)


def _run_step(local: LocalFolder, api: AirflowApi, dag_id: str, title: str, step: DemoStep) -> list[Told]:
    if step.before:
        step.before(local.sandbox_url())
    began = time.monotonic()
    dag_run_id = api.trigger(dag_id, step.conf)
    dag_state = api.wait_for_run(dag_id, dag_run_id, lambda at_work: _progress(f"  {title}: {at_work}"))
    _progress("")
    seconds = time.monotonic() - began
    with psycopg.connect(local.postgres.url("warehouse"), row_factory=dict_row) as connection:
        runs = connection.execute(RUNS_OF_DAG_RUN, [dag_id, dag_run_id]).fetchall()
    return [_told(title, seconds, run, step) for run in runs] + [
        Told(f"{title} [{source}]", dag_state, seconds, "", ["left no row in ops.run"])
        for source in sorted(step.expected.keys() - {run["source"] for run in runs})
    ]


def _told(title: str, seconds: float, run: dict[str, Any], step: DemoStep) -> Told:
    """Compare a row of ``ops.run`` with what the step promised of its source."""
    source, counters = run["source"], run["counters"] or {}
    problems = [
        f"{name}: {counters.get(name, 0)} instead of {count}"
        for name, count in step.expected.get(source, {}).items()
        if counters.get(name, 0) != count
    ]
    if run["state"] != (promised := step.states.get(source, run["state"])):
        problems.append(f"{run['state']} instead of {promised}")
    if problems and run["error"]:
        problems.append(run["error"])
    shown = ", ".join(f"{name} {count}" for name, count in counters.items() if count)
    return Told(f"{title} [{source}]", run["state"], seconds, shown, problems)


def _progress(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{text[:110]}", end="", flush=True)
