"""
How far a long reading of a run has come, so that it goes on where a pause or a crash has stopped it.

Each chunk is staged together with the place it ends at, in one transaction: no row is lost or staged twice.
"""

from datetime import datetime
from typing import NamedTuple

from include.paths import SQL_DIR
from include.wording.speech import say
from plugins.hooks.bitrix24_lists import Chunk
from plugins.steps.ledger import STAGED_ROWS_GONE, StagedRowsGone
from plugins.warehouse import Warehouse

SQL = SQL_DIR / "ledger"


class Scan(NamedTuple):
    """
    A reading of a list.

    ``head_id``: the largest id there was before it began; ``told_before``, ``told_after``: how many the
    vendor counted before and after. ``is_new``: it begins now, so forget what an earlier one has staged.
    """

    run_id: int
    name: str
    began_at: datetime
    head_id: int | None = None
    told_before: int | None = None
    told_after: int | None = None
    last_id: int = 0
    requests: int = 0
    rows: int = 0
    finished_at: datetime | None = None
    is_new: bool = False

    @property
    def is_finished(self) -> bool:
        """Tell whether it was proved whole."""
        return self.finished_at is not None


def recall(warehouse: Warehouse, run_id: int, name: str) -> Scan | None:
    """Give a reading of the run as it stands; None: it has not begun, or two hours ago and more."""
    row = warehouse.select_one(SQL / "select_scan.sql", {"run_id": run_id, "name": name})
    return Scan(*row[:-1]) if row is not None and row.is_fresh else None


def resume(warehouse: Warehouse, run_id: int, name: str, head: int | None, told: int | None) -> Scan:
    """
    Go on with a reading, or begin it.

    One that began two hours ago or more, or before another head or count was told, begins anew.
    """
    kept = recall(warehouse, run_id, name)
    if kept is not None and (kept.head_id, kept.told_before) == (head, told):
        return kept
    begun = {"run_id": run_id, "name": name, "head_id": head, "told_before": told}
    row = warehouse.select_one(SQL / "begin_scan.sql", begun)
    return Scan(run_id, name, row.began_at, head, told, is_new=True)


def advance(warehouse: Warehouse, scan: Scan, chunk: Chunk) -> Scan:
    """
    Take down that a chunk was staged; in the transaction that stages it.

    Raises StagedRowsGone when nothing is known of the reading any more, and so nothing of its rows.
    """
    further = scan._replace(
        last_id=chunk.last_id, requests=scan.requests + 1, rows=scan.rows + len(chunk.rows), is_new=False
    )
    if not warehouse.run_file(SQL / "merge_scan.sql", further._asdict()):
        raise _gone(scan)
    return further


def finish(warehouse: Warehouse, scan: Scan, told_after: int | None) -> Scan:
    """Take down that a reading was proved whole. Raises StagedRowsGone as ``advance`` does."""
    further = {**scan._asdict(), "told_after": told_after}
    row = warehouse.select_one(SQL / "finish_scan.sql", further)
    if row is None:
        raise _gone(scan)
    return scan._replace(told_after=told_after, finished_at=row.finished_at, is_new=False)


def forget(warehouse: Warehouse, run_id: int, name: str) -> None:
    """Forget a reading: the next one begins anew."""
    warehouse.run_file(SQL / "forget_scan.sql", {"run_id": run_id, "name": name})


def _gone(scan: Scan) -> StagedRowsGone:
    return StagedRowsGone(say(STAGED_ROWS_GONE).format(scan.run_id))
