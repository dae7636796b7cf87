"""The demo: run each pipeline's story step by step through Airflow, and show and check what each run did."""

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import dict_row

from sandbox.demo import (
    amocrm_statuses,
    bitrix24_contact_totals,
    bitrix24_deal_products,
    calltouch_orders,
    company,
    deal_import,
    opencart_catalog,
)
from sandbox.demo.steps import DemoStep
from sandbox.stack.api import AirflowApi
from sandbox.stack.local import LocalFolder

PIPELINES: tuple[ModuleType, ...] = (
    *(deal_import, calltouch_orders, opencart_catalog),
    *(bitrix24_contact_totals, bitrix24_deal_products, amocrm_statuses),
)
MOST_SECONDS = 1800  # a run, on a machine with other things to do

RUNS_OF_DAG_RUN = """
select source, state, counters, error
from ops.run
where pipeline = %s and dag_run_id = %s
order by source
"""


class SourceRun(NamedTuple):
    """What a run did for one source, or what a vendor holds after it, and what was not as promised."""

    source: str
    state: str
    counters: dict[str, int]
    problems: list[str]


class Told(NamedTuple):
    """One step that was run: its title, its time in seconds and its sources."""

    title: str
    seconds: float
    runs: list[SourceRun]

    def as_promised(self) -> bool:
        return bool(self.runs) and not any(run.problems for run in self.runs)


def tell(local: LocalFolder, api: AirflowApi) -> Iterator[Told]:
    """
    Begin with a company that has clients and deals; run all stories, yielding each step once done.

    Their stories share nothing, so they go on side by side: a run is mostly waiting.
    """
    with psycopg.connect(local.postgres.url("warehouse")) as connection:
        company.seed(connection)
    yield from side_by_side([_story(local, api, pipeline) for pipeline in PIPELINES])


def side_by_side(stories: Iterable[Iterator[Told]]) -> Iterator[Told]:
    """Go on with all stories at once, each in a thread; yield what any tells, raise what one raises."""
    pool = ThreadPoolExecutor()
    going: dict[Future[Told | None], Iterator[Told]] = {}
    try:
        going |= {pool.submit(next, story, None): story for story in stories}
        while going:
            for future in wait(going, return_when=FIRST_COMPLETED).done:
                story = going.pop(future)
                if told := future.result():
                    yield told
                    going[pool.submit(next, story, None)] = story
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # what is under way ends with Airflow


def _story(local: LocalFolder, api: AirflowApi, pipeline: ModuleType) -> Iterator[Told]:
    api.wait_for_dag(pipeline.DAG_ID)
    api.unpause(pipeline.DAG_ID)
    for number, step in enumerate(pipeline.STEPS, 1):
        yield _run_step(local, api, pipeline.DAG_ID, f"{pipeline.DAG_ID} {number}. {step.title}", step)


def table(told: Told) -> str:
    """Lay out a step: a line a source, and under it what was not as promised."""
    lines = [f"{told.title} ({told.seconds:.1f} s)"]
    for run in told.runs:
        mark = "differs:" if run.problems else "as promised:"
        counted = ", ".join(f"{name} {count}" for name, count in run.counters.items() if count)
        lines += [f"    {run.source:12} {run.state:8} {mark:12} {counted or 'no records to count'}"]
        lines += [f"{'':17}{problem}" for problem in run.problems]
    return "\n".join(lines)


def _run_step(local: LocalFolder, api: AirflowApi, dag_id: str, title: str, step: DemoStep) -> Told:
    if step.before:
        step.before(local.sandbox_url())
    began = time.monotonic()
    dag_run_id = api.trigger(dag_id, step.conf)
    api.wait_for_run(dag_id, dag_run_id, partial(_progress, title, began), MOST_SECONDS)
    _clear_line()
    seconds = time.monotonic() - began
    with psycopg.connect(local.postgres.url("warehouse"), row_factory=dict_row) as connection:
        rows = connection.execute(RUNS_OF_DAG_RUN, [dag_id, dag_run_id]).fetchall()
        seen = [*(step.held(connection) if step.held else ())]
    runs = [_source_run(row, step) for row in rows]
    for source in sorted(step.expected.keys() - {run.source for run in runs}):
        runs.append(SourceRun(source, "missing", {}, ["left no row in ops.run"]))
    seen += step.after(local.sandbox_url()) if step.after else ()
    runs += [SourceRun(where, "", dict(counts), list(problems)) for where, counts, problems in seen]
    wrong = [run for run in runs if run.problems]
    if wrong and (failed := api.failed_tasks(dag_id, dag_run_id)):
        logs = local.airflow / "logs" / f"dag_id={dag_id}" / f"run_id={dag_run_id}"
        wrong[-1].problems.append(f"failed tasks: {', '.join(failed)}; logs in {logs}")
    return Told(title, seconds, runs)


def _source_run(row: dict[str, Any], step: DemoStep) -> SourceRun:
    """Compare a row of ``ops.run`` with what the step promised of its source; count in the step's words."""
    source, counters = row["source"], row["counters"] or {}
    problems = [
        f"{name}: {counters.get(name, 0)} instead of {count}"
        for name, count in step.expected.get(source, {}).items()
        if counters.get(name, 0) != count
    ]
    if row["state"] != (promised := step.states.get(source, row["state"])):
        problems.append(f"{row['state']} instead of {promised}")
    if problems and row["error"]:
        problems.append(row["error"])
    names = sorted(counters, key=[*step.words, *counters].index)
    told = {step.words.get(name, name): counters[name] for name in names}
    return SourceRun(source, row["state"], told, problems)


def _progress(title: str, began: float, tasks: str) -> None:
    """Show what is at work in one line that never wraps."""
    text = f"{title}  {time.monotonic() - began:.0f} s  {tasks}"  # of several at once the last one to report
    width = shutil.get_terminal_size().columns - 1
    if sys.stdout.isatty():
        _clear_line()
        print(text if len(text) <= width else f"{text[: width - 1]}…", end="", flush=True)


def _clear_line() -> None:
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
