"""One source imported from its link to the last table: the code of the tasks, without Airflow's scheduler."""

import re
import uuid
from contextlib import suppress
from typing import Any, NamedTuple

import psycopg
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.execution_time.context import set_current_context

from plugins.faults import carrying_on
from plugins.hooks.export_file import ExportFileHook
from plugins.hooks.export_source import Timeouts
from plugins.landing import land_or_replay, landed_file
from plugins.steps import deal_import, ledger
from plugins.warehouse import Warehouse
from tests.faults.books import Books, mart
from tests.faults.company import SETTINGS, export, record
from tests.faults.shop import Answer, Shop
from tests.faults.worker import TASKS

PATIENT = Timeouts(connect=60, read=240, total=240)  # the machine may be busy with other tests
IMPATIENT = Timeouts(connect=60, read=0.5, total=240)
GOOD = export(record("p1", "79210003311", "10"), record("p2", "79210003322", "20"))


class Attempt(NamedTuple):
    """What a task knows of itself: which attempt it is, and how many there may be after the first."""

    try_number: int = 1
    max_tries: int = 2


FIRST_ATTEMPT = Attempt()


def import_link(
    url: str,
    link: str,
    dag_run_id: str | None = None,
    attempt: Attempt = FIRST_ATTEMPT,
    timeouts: Timeouts = PATIENT,
    **source: Any,
) -> Any:
    """
    Import what is behind a link; give the run (ops.run).

    A fault that may pass is raised, as a task raises it for Airflow to try again; the run then stays open.
    """
    chosen = SETTINGS.sources[0].model_copy(update={"link": link, **source})
    with psycopg.connect(url) as connection:
        warehouse = Warehouse(connection)
        occasion = ledger.Occasion("deal_import", chosen.name, dag_run_id or str(uuid.uuid4()), "manual")
        run_id = ledger.open_run(warehouse, occasion) or ledger.running(warehouse, occasion).run_id
        context: Any = {"ti": attempt}
        # A task that fails for good is red, and the run says why.
        with set_current_context(context), suppress(AirflowFailException):
            _do_tasks(warehouse, deal_import.Import(run_id, SETTINGS, chosen, link), timeouts)
        return ledger.run(warehouse, run_id)


def _do_tasks(warehouse: Warehouse, job: deal_import.Import, timeouts: Timeouts) -> None:
    with carrying_on(warehouse, job.run_id):
        run = ledger.run(warehouse, job.run_id)
        hook = ExportFileHook(job.source.link or "", max_bytes=job.source.max_bytes, timeouts=timeouts)
        land_or_replay(warehouse, run, hook.land)
    with carrying_on(warehouse, job.run_id), landed_file(warehouse, job.run_id) as stream:
        deal_import.stage_records(warehouse, job, stream)
    for task in TASKS[1:]:
        with carrying_on(warehouse, job.run_id):
            task(warehouse, job)


def tables(url: str) -> Books:
    """Read the mart."""
    with psycopg.connect(url) as connection:
        return mart(connection)


def assert_refused(url: str, run: Any, code: str, words: str) -> None:
    """See that a run failed in plain Russian, and says so in its log."""
    assert run.state == "failed", run
    assert re.search(words, run.error), run.error
    assert re.match("[А-ЯЁ]", run.error), run.error
    with psycopg.connect(url) as connection:
        log = connection.execute(
            "select codes, details ->> 'message' from ops.run_log where run_id = %s order by seq",
            [run.run_id],
        ).fetchall()
    assert log == [(["RUN_STARTED"], None), ([code], run.error)]


def assert_the_next_file_is_imported(url: str, shop: Shop) -> None:
    """See that nothing of what was wrong before is in the way of a good file."""
    shop.answer = Answer(GOOD)
    run = import_link(url, shop.url, min_share_of_last=0)
    assert (run.state, run.counters["created"], run.staged) == ("success", 2, 2)
