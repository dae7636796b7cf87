"""The order of changes of status that fell into one second, of the leads that had such."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.amocrm_statuses.chain import Change, in_order
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse

TURNS = "stage.amocrm_statuses_turn"
COLUMNS = ("run_id", "lead_id", "event_id", "place")


def stage_turns(warehouse: Warehouse, job: Statuses) -> None:
    """Put the changes of affected leads in order where seconds leave it open; in a transaction."""
    for rows in warehouse.stream(SQL / "select_tied.sql", job.params):
        warehouse.copy_rows(TURNS, COLUMNS, _turns(job.run_id, rows))
    warehouse.analyze(TURNS)


def _turns(run_id: int, rows: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        changes = list(
            map(Change._make, zip(row.event_ids, row.seconds, row.befores, row.afters, strict=True))
        )
        for place, change in enumerate(in_order(changes, row.now), 1):
            yield run_id, row.lead_id, change.event_id, place
