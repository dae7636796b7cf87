"""
The end of a run of ``opencart_catalog`` (keepincrm 10, steps 18 to 20): what came of it, what is kept.

What each write has changed was remembered when it was done; this is about everything that was seen.
"""

from typing import Any

from plugins.steps import actions, ledger
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.steps.opencart_catalog_guards import exceeds, remember_shop
from plugins.steps.opencart_catalog_plan import as_read, count_outcomes
from plugins.warehouse import Warehouse

UNFINISHED = ("refused", "quarantined", "postponed", "failed", "uncertain", "not_sent")
TOO_MANY_FAILED = "CATALOG_TOO_MANY_FAILED"
_SEEN = (
    "merge_items",
    "merge_gone_items",
    "merge_links",
    "forget_read_articles",
    "merge_absent",
    "merge_present",
    "forget_links",
    "mark_lost_links",
    "merge_category_links",
    "merge_agreed_values",
    "merge_pictures",
    "forget_returned",
)


def conclude(warehouse: Warehouse, run: Any, job: Catalog) -> bool:
    """
    Close a run that has come to its end; False when it has no plan, or something is still to be sent.

    Raises StagedRowsGone when what was read is there no more, or is being read anew: what was sent is
    remembered all the same.
    """
    if not run.counters or (not job.dry_run and actions.count(warehouse, job.run_id).planned):
        return False
    if not run.has_staged:
        raise ledger.StagedRowsGone(
            f"Проміжних даних запуску {job.run_id} більше немає. Надіслане записано. Очистіть (Clear) запуск "
            "від самого початку: він прочитає магазин і CRM знову й надішле лише те, чого бракує."
        )
    close(warehouse, as_read(warehouse, job))
    return True


def close(warehouse: Warehouse, job: Catalog) -> str:
    """Log what became of the plan, remember what was seen, and close the run; give its state."""
    with warehouse.transaction():
        state = str(warehouse.select_one(ledger.SQL / "hold_run.sql", job.params).state)
        if state != "running":
            return state
        error = None if job.dry_run else _settle(warehouse, job)
        counters = count_outcomes(warehouse, job)
        codes = {
            row.code: row.records for row in warehouse.select(ledger.SQL / "count_codes.sql", job.params)
        }
        finished = {"records": sum(counters.values()), "codes": codes}
        ledger.log_event(warehouse, job.run_id, "RUN_FINISHED", finished)
        state = "partial" if any(counters.get(outcome) for outcome in UNFINISHED) else "success"
        state = "failed" if error else state
        ledger.close_run(warehouse, job.run_id, state, error)
        return state


def _settle(warehouse: Warehouse, job: Catalog) -> str | None:
    """Log what was sent and remember what was seen; give what is wrong when too much has failed (step 18)."""
    base = warehouse.select_one(SQL / "select_plan_base.sql", job.params)
    warehouse.analyze("ops.action", "ops.run_log")  # which else believe to have no row of this run
    with warehouse.staged_only():
        warehouse.run_files(SQL, _SEEN, job.params | {"is_whole": base.is_whole})
        warehouse.run_files(SQL, ("log_outcomes", "log_sent"), job.params)  # by the links as they are now
    error = _too_many_failed(warehouse, job)
    if error:
        ledger.log_event(warehouse, job.run_id, TOO_MANY_FAILED, {"message": error})
    else:
        size = warehouse.select_one(SQL / "select_shop_size.sql", job.params)
        remember_shop(warehouse, job, size.active_products)
    return error


def _too_many_failed(warehouse: Warehouse, job: Catalog) -> str | None:
    guards = job.settings.guards
    made = warehouse.select_one(SQL / "count_failed.sql", job.params)
    if made.failed <= guards.max_failed and not exceeds(made.failed, guards.max_share_failed, made.made):
        return None
    return (
        f"CRM відхилила записів: {made.failed} з {made.made}. Це більше за дозволене "
        f"({guards.max_share_failed * 100:g} % або {guards.max_failed}). Решту записано, причини в журналі "
        "запуску. Виправте їх і очистіть (Clear) запуск або дочекайтеся наступного."
    )
