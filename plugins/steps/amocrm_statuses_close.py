"""The end of a run of ``amocrm_statuses``: what came of its pushes, and its state."""

from collections.abc import Sequence
from typing import Any

from plugins.steps import actions, ledger
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse

# Records left out, leads not seen, pushes of an earlier run that came to nothing.
TOLD_BADLY = ("AMO_UNREADABLE", "AMO_RIGHTS_LOST", "SDH_UNKNOWN", "SDH_FAILED")
SENT_BADLY = ("failed", "uncertain", "skipped")


def conclude(warehouse: Warehouse, run: Any, job: Statuses) -> bool:
    """Close a run that has come to its end; False: it is not published, or something is still to be sent."""
    if run.staged is None or not warehouse.select(SQL / "select_published.sql", job.params):
        return False
    if not job.dry_run and actions.count(warehouse, job.run_id).planned:
        return False
    close(warehouse, job)
    return True


def close(warehouse: Warehouse, job: Statuses) -> str:
    """Log what became of what was pushed, and close the run; give its state."""
    with warehouse.transaction():
        state = str(warehouse.select_one(ledger.SQL / "hold_run.sql", job.params).state)
        if state != "running":
            return state
        counters = dict(ledger.run(warehouse, job.run_id).counters)
        if not job.dry_run:
            warehouse.run_file(SQL / "log_pushes.sql", job.params)
        codes = {
            row.code: row.records for row in warehouse.select(ledger.SQL / "count_codes.sql", job.params)
        }
        finished = {"records": sum(counters.values()), "codes": codes}
        ledger.log_event(warehouse, job.run_id, "RUN_FINISHED", finished)
        pushed = actions.count(warehouse, job.run_id)
        undone = not job.dry_run and any(getattr(pushed, name) for name in SENT_BADLY)
        state = "partial" if undone or _has_told(warehouse, job, TOLD_BADLY) else "success"
        ledger.close_run(warehouse, job.run_id, state)
        return state


def _has_told(warehouse: Warehouse, job: Statuses, codes: Sequence[str]) -> bool:
    asked = ({**job.params, "code": code} for code in codes)
    return any(warehouse.select(SQL / "select_events_of_run.sql", each) for each in asked)
