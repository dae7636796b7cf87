"""What the tasks of ``calltouch_orders`` do with a run in hand, where it takes more than a line."""

import logging
from typing import Any

from airflow.sdk.exceptions import AirflowSkipException

from include.calltouch_orders.messages import INTAKE_WORDS, WORDS, log_line
from include.errors import WindowSpent
from include.wording.messages import describe
from plugins.landing import land_or_replay, landed_file
from plugins.pipelines.calltouch_orders import EXCHANGE, calltouch_hook
from plugins.pipelines.calltouch_reading import documents_of, reached, reads_base
from plugins.pipelines.calltouch_sending import tell_forecast
from plugins.runs import begin, finish
from plugins.steps import calltouch_check, calltouch_exchange, calltouch_intake, calltouch_sources, ledger
from plugins.steps.calltouch_exchange import SQL, Exchange
from plugins.steps.calltouch_intake import Intake
from plugins.story import tell_counters, tell_plan
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)
MOST_LINES = 500  # of a task log; the page shows the rest


def open_run(account: str, reading: int | None) -> int:
    """Open the run of an account; without a reading there is nothing to tell it."""
    _skip_without(reading)
    return begin(EXCHANGE, account)


def report(account: str, reading: int | None) -> None:
    """Tell how the run of an account ended."""
    _skip_without(reading)
    finish(EXCHANGE, account)


def land_documents(warehouse: Warehouse, run: Any, job: Intake) -> None:
    """Keep what 1C says now, unless something else puts its documents into the mart."""
    if reads_base(job):
        land_or_replay(warehouse, run, documents_of(warehouse, job))


def stage_documents(warehouse: Warehouse, run: Any, job: Intake) -> None:
    """Stage what was landed, or what something else has put into the mart."""
    if reads_base(job):
        with landed_file(warehouse, run.run_id) as stream:
            counters = calltouch_intake.stage_documents(warehouse, job, stream)
    else:
        counters = calltouch_intake.stage_kept(warehouse, job)
    tell_counters(INTAKE_WORDS, counters)
    calltouch_intake.stage_keys(warehouse, job)


def stage_deals(warehouse: Warehouse, run: Any, job: Intake) -> None:
    """Stage by what the deals of the matched orders are found."""
    calltouch_intake.stage_deals(warehouse, job)


def merge_documents(warehouse: Warehouse, job: Intake) -> None:
    """Merge what was staged; reading goes on from here next time."""
    cursors = reached(warehouse, job) if reads_base(job) else {}
    calltouch_intake.merge(warehouse, job._replace(cursors=cursors))


def plan_deals(warehouse: Warehouse, run: Any, job: Exchange) -> None:
    """Plan, say what is planned and what it will cost; a check by hand also says how the deal differs."""
    tell_plan(WORDS, calltouch_exchange.plan(warehouse, job))
    if job.account.show_messages:
        _tell_documents(warehouse, job)
    if job.scope.mode == "check_one":
        for line in calltouch_check.check(warehouse, job, calltouch_hook(warehouse, run, job)):
            log.info("%s", line)
    else:
        tell_forecast(warehouse, run, job)


def find_sources(warehouse: Warehouse, run: Any, job: Exchange) -> None:
    """Ask where leads came from, and plan what is to be written into orders; a spent budget puts it off."""
    try:
        calltouch_sources.find_sources(warehouse, job, calltouch_hook(warehouse, run, job))
    except WindowSpent as spent:
        log.info("%s Источники обращений спросит следующий запуск.", spent)
    if job.settings.onec.write_back and reads_base(job):
        calltouch_sources.plan_sources(warehouse, job)


def _skip_without(reading: int | None) -> None:
    if reading is None:
        raise AirflowSkipException("1С сейчас читает другой запуск: он и расскажет Calltouch о заказах.")


def _tell_documents(warehouse: Warehouse, job: Exchange) -> None:
    """Log a line for each document (6.25)."""
    texts = {row.code: row.text for row in warehouse.select(ledger.SQL / "select_codes.sql", {})}
    rows = warehouse.select(SQL / "select_told.sql", {"run_id": job.run_id, "most": MOST_LINES})
    for row in rows:
        sentences = describe(row.codes, row.details, texts, job.settings.zone, WORDS.tellers)
        log.info("%s", log_line(row.details.get("title") or row.record_key, row.outcome, sentences))
    if len(rows) == MOST_LINES:
        log.info("… остальное на странице %s", WORDS.page)
