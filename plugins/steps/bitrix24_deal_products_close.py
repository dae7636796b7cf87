"""The end of a run of ``bitrix24_deal_products`` (bitrix24 7.1, step 10): what came of it."""

from collections.abc import Mapping
from typing import Any

from plugins.steps import actions, ledger
from plugins.steps.bitrix24_deal_products import SQL, DealProducts, move_on
from plugins.steps.bitrix24_deal_products_plan import count_outcomes
from plugins.warehouse import Warehouse

UNFINISHED = ("failed", "uncertain", "not_sent")
UNSEEN = (
    "uncertain",
    "not_sent",
    "gone",
)  # after these the next run looks at all it would have looked at now
TOO_MANY_FAILED = "B24_TOO_MANY_FAILED"
FEW = 1  # of refused deals a single one fails no run, whatever its share


def conclude(warehouse: Warehouse, run: Any, job: DealProducts) -> bool:
    """
    Close a run that has come to its end; False when it has no plan, or something is still to be sent.

    Raises StagedRowsGone when what was read is there no more: what was sent is remembered all the same.
    """
    if not run.counters or (not job.dry_run and actions.count(warehouse, job.run_id).planned):
        return False
    if not run.has_staged:
        raise ledger.StagedRowsGone(ledger.STAGED_ROWS_GONE.format(job.run_id))
    close(warehouse, job)
    return True


def close(warehouse: Warehouse, job: DealProducts) -> str:
    """Log what became of the plan, move the watermark if nothing is left, close the run; give its state."""
    with warehouse.transaction():
        state = str(warehouse.select_one(ledger.SQL / "hold_run.sql", job.params).state)
        if state != "running":
            return state
        if not job.dry_run:
            warehouse.run_files(SQL, ("log_outcomes", "log_sent"), job.params)
        counters = count_outcomes(warehouse, job)
        error = None if job.dry_run else _too_many_failed(warehouse, job)
        if not job.dry_run and not job.scope.deal_ids and not _any(counters, UNSEEN):
            move_on(warehouse, job, has_failed=_any(counters, ("failed",)))
        codes = {
            row.code: row.records for row in warehouse.select(ledger.SQL / "count_codes.sql", job.params)
        }
        finished = {"records": sum(counters.values()), "codes": codes}
        ledger.log_event(warehouse, job.run_id, "RUN_FINISHED", finished)
        state = "failed" if error else "partial" if _any(counters, UNFINISHED) else "success"
        ledger.close_run(warehouse, job.run_id, state, error)
        return state


def _any(counters: Mapping[str, int], outcomes: tuple[str, ...]) -> bool:
    return any(counters.get(outcome) for outcome in outcomes)


def _too_many_failed(warehouse: Warehouse, job: DealProducts) -> str | None:
    made = warehouse.select_one(SQL / "count_failed.sql", job.params)
    share = job.settings.guards.max_failed
    if made.failed <= FEW or made.failed <= share * made.made:
        return None
    error = (
        f"Портал отклонил изменений сделок: {made.failed} из {made.made}, это больше дозволенного "
        f"({share * 100:g} %). Остальное записано, причины в журнале запуска."
    )
    ledger.log_event(warehouse, job.run_id, TOO_MANY_FAILED, {"message": error})
    return error
