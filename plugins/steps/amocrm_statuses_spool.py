"""
Keep what a dry run has planned while its transaction is rolled back.

A dry run is the real publication, undone: so its plan is what the real run would do, record by record.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse, statement

FILES = {
    "log": ("select_spooled_log", "merge_spooled_log"),
    "plan": ("select_spooled_actions", "merge_spooled_actions"),
}


class Spool:
    """Rows of the log and of the plan, on the disk: they may be hundreds of thousands."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, warehouse: Warehouse, job: Statuses, after_seq: int) -> None:
        """Take what the transaction has added to the log after a row, and its actions."""
        params = job.params | {"seq": after_seq}
        for kind, (name, _) in FILES.items():
            rows = statement(SQL / f"{name}.sql")
            with (
                self._file(kind, "wb") as kept,
                warehouse.connection.cursor() as cursor,
                cursor.copy(rows, params) as copy,
            ):
                kept.writelines(copy)

    def give(self, warehouse: Warehouse) -> None:
        """Put it back, in a transaction of the caller's."""
        for kind, (_, name) in FILES.items():
            into = statement(SQL / f"{name}.sql")
            with (
                self._file(kind, "rb") as kept,
                warehouse.connection.cursor() as cursor,
                cursor.copy(into) as copy,
            ):
                while block := kept.read(1 << 20):
                    copy.write(block)

    def _file(self, kind: str, mode: str) -> IO[bytes]:
        return (self._folder / kind).open(mode)


@contextmanager
def spool() -> Iterator[Spool]:
    """Give a spool that is gone at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="dealflow-dry-run-") as folder:
        yield Spool(Path(folder))
