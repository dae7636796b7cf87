"""The end of a run of ``bitrix24_contact_totals``: what came of its plan (bitrix24 7.2, 12 to 14)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from include.bitrix24_contact_totals.guards import FEW_REFUSED, exceeds
from plugins.steps import actions, ledger
from plugins.steps.bitrix24_contact_totals import PIPELINE, SQL, Totals
from plugins.warehouse import Warehouse

UNFINISHED = ("refused", "postponed", "failed", "uncertain", "not_sent")
TOO_MANY_FAILED = "B24_TOO_MANY_FAILED"
BACKFILL = "backfill:{}"
TOO_MANY = (
    "Портал отклонил записей: {} из {}. Это больше дозволенного ({:g} %). Остальное записано, причины в "
    "журнале запуска. Устраните их и дождитесь следующего запуска."
)


def conclude(warehouse: Warehouse, run: Any, job: Totals) -> bool:
    """Close a run that has come to its end; False when it has no plan, or something is still to be sent."""
    if run.staged is None or not _is_planned(warehouse, job):
        return False
    if not job.dry_run and actions.count(warehouse, job.run_id).planned:
        return False
    close(warehouse, run, job)
    return True


def close(warehouse: Warehouse, run: Any, job: Totals) -> str:
    """Log what became of the plan, and close the run; give its state."""
    with warehouse.transaction():
        state = str(warehouse.select_one(ledger.SQL / "hold_run.sql", job.params).state)
        if state != "running":
            return state
        counters = dict(ledger.run(warehouse, job.run_id).counters)
        error = None if job.dry_run else _settle(warehouse, job, counters)
        warehouse.assert_file(SQL / "assert_outcomes.sql", job.params)
        codes = {
            row.code: row.records for row in warehouse.select(ledger.SQL / "count_codes.sql", job.params)
        }
        finished = {"records": sum(counters.values()), "codes": codes}
        ledger.log_event(warehouse, job.run_id, "RUN_FINISHED", finished)
        undone = not job.dry_run and warehouse.select_one(SQL / "count_failed.sql", job.params).unfinished
        is_partial = undone or any(counters.get(outcome) for outcome in UNFINISHED)
        state = "failed" if error else "partial" if is_partial else "success"
        is_whole = not job.dry_run and job.scope.contact_ids is None
        if run.trigger == "backfill" and is_whole and not error and not _left_over(undone, counters):
            _remember_years(warehouse, job)
        ledger.close_run(warehouse, job.run_id, state, error)
        return state


def _is_planned(warehouse: Warehouse, job: Totals) -> bool:
    return bool(warehouse.select_one(SQL / "select_planned.sql", job.params))


def _settle(warehouse: Warehouse, job: Totals, counters: dict[str, int]) -> str | None:
    """Log what was sent, and let the counters follow; give what is wrong when too much has failed."""
    before = _logged(warehouse, job)
    warehouse.run_files(SQL, ("log_outcomes", "forget_field_log", "log_fields"), job.params)
    after = _logged(warehouse, job)
    for outcome in {*before, *after}:
        counters[outcome] = counters.get(outcome, 0) - before.get(outcome, 0) + after.get(outcome, 0)
    planned = {
        "run_id": job.run_id,
        "counters": {k: v for k, v in counters.items() if v or k == "counted"},
        "revision": None,
    }
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    made = warehouse.select_one(SQL / "count_failed.sql", job.params)
    most = job.settings.guards.max_failed
    if made.failed <= FEW_REFUSED or not exceeds(made.failed, most, made.made):
        return None
    error = TOO_MANY.format(made.failed, made.made, most * 100)
    ledger.log_event(warehouse, job.run_id, TOO_MANY_FAILED, {"message": error})
    return error


def _logged(warehouse: Warehouse, job: Totals) -> dict[str, int]:
    return {row.outcome: row.records for row in warehouse.select(SQL / "count_logged.sql", job.params)}


def _left_over(undone: int, counters: Mapping[str, int]) -> bool:
    """Tell whether something was not written that a further run would write."""
    return bool(
        undone or any(counters.get(each) for each in ("postponed", "failed", "uncertain", "not_sent"))
    )


def _remember_years(warehouse: Warehouse, job: Totals) -> None:
    """Remember which years a backfill has just recomputed: its other dates need not do so again."""
    for year in job.scope.years or ():
        place = {"pipeline": PIPELINE, "source": job.account, "name": BACKFILL.format(year)}
        kept = {**place, "value": datetime.now(UTC).isoformat(), "run_id": job.run_id}
        warehouse.run_file(ledger.SQL / "merge_cursor.sql", kept)
