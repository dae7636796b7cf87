"""What became of each lead of a run, and how much of the account the mapping covers."""

from typing import Any

from plugins.steps import ledger
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.amocrm_statuses_judging import BLANKS
from plugins.warehouse import Warehouse

Coverage = list[dict[str, Any]]


def decide(warehouse: Warehouse, job: Statuses, *, is_new: bool) -> None:
    """
    Compare how leads stand with how the marts hold them still, see what else differed; log what deserves it.

    ``is_new``: by other settings; what they move is no move of the lead's. Raises BrokenPromise when a lead
    that the run accounts for is left out.
    """
    told = {"has_funnels": bool(job.settings.mapping.funnels), "is_new": is_new, "blanks": BLANKS}
    params = job.params | told
    warehouse.run_file(SQL / "stage_decisions.sql", params)
    warehouse.analyze("stage.amocrm_statuses_decision")
    with warehouse.staged_only():
        warehouse.assert_file(SQL / "assert_decisions.sql", job.params)
    warehouse.run_file(SQL / "log_decisions.sql", job.params)


def count(warehouse: Warehouse, job: Statuses) -> dict[str, int]:
    """Give the run's leads by outcome; never empty, so that a run is known to be published."""
    rows = warehouse.select(SQL / "count_decisions.sql", job.params)
    return {"unchanged": 0} | {str(row.outcome): int(row.records) for row in rows}


def look_at_coverage(warehouse: Warehouse, job: Statuses) -> Coverage:
    """Say how many leads of each pipeline stand in statuses that are in a container."""
    return [row._asdict() for row in warehouse.select(SQL / "select_coverage.sql", job.params)]


def log_coverage(warehouse: Warehouse, job: Statuses, before: Coverage) -> None:
    """Log the coverage where it has changed; of a dry run always."""
    now = look_at_coverage(warehouse, job)
    if job.dry_run or _shares(now) != _shares(before):
        ledger.log_event(warehouse, job.run_id, "AMO_COVERAGE", {"pipelines": now})


def _shares(coverage: Coverage) -> list[tuple[Any, ...]]:
    return [
        (row["pipeline_id"], row["mapped"] / row["leads"], tuple(row["unmapped_statuses"]))
        for row in coverage
    ]
