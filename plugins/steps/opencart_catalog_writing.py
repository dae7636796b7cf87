"""What the plan of ``opencart_catalog`` comes to, on its way into ``stage``: verdicts, writes, remarks."""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from include.opencart_catalog.decide import Verdict, Write
from plugins.steps.opencart_catalog import Catalog
from plugins.warehouse import Warehouse

COLUMNS = {
    "verdict": ("run_id", "identity", "outcome", "codes", "details"),
    "decision": ("run_id", "seq", "kind", "key", "identity", "material_id", "before", "after"),
    "agreed": ("run_id", "material_id", "field", "value"),
    "remark": ("run_id", "code", "record_key", "details"),
}
MANY = 5000  # rows kept in memory


class Writing:
    """
    Collect, and copy some thousands at a time.

    Writes outside the scope a person has chosen are left out, and their items are counted as such. So are
    items past its ``limit``.
    """

    def __init__(self, warehouse: Warehouse, job: Catalog) -> None:
        self._warehouse, self._job = warehouse, job
        self._keys = None if job.params["keys"] is None else frozenset(job.params["keys"])
        self._left = job.scope.limit
        self._seq = 0
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
        self.needed: set[int] = set()  # categories of the shop that something is to be put into

    def add(self, identity: str, key: str | None, verdict: Verdict) -> None:
        """Take a verdict about an item with that key."""
        agreed = ((self._job.run_id, *each) for each in verdict.agreed)
        self._rows["agreed"].extend(agreed)
        if verdict.outcome == "unchanged" and not verdict.codes and self._is_meant(key):
            return
        in_scope = self._is_meant(key) and self._may(verdict)
        outcome = verdict.outcome if in_scope else "out_of_scope"
        row = (self._job.run_id, identity, outcome, list(verdict.codes), Jsonb(dict(verdict.details)))
        self._rows["verdict"].append(row)
        if not in_scope:
            return
        if self._left is not None and verdict.writes:
            self._left -= 1
        for write in verdict.writes:
            self.write(write, identity)
        if verdict.category_id is not None:
            self.needed.add(verdict.category_id)

    def write(self, write: Write, identity: str | None = None) -> None:
        """Take one write; without an identity it is about a category."""
        self._seq += 1
        before = None if write.before is None else Jsonb(write.before)
        about = (write.kind, write.key, identity, write.material_id)
        self._rows["decision"].append((self._job.run_id, self._seq, *about, before, Jsonb(write.after)))

    def remark(self, code: str, record_key: str, details: Mapping[str, Any]) -> None:
        """Take a remark that is about no item."""
        self._rows["remark"].append((self._job.run_id, code, record_key, Jsonb(dict(details))))

    def flush_if_many(self) -> None:
        """Copy what has come together, if it is much."""
        if any(len(rows) >= MANY for rows in self._rows.values()):
            self.flush()

    def flush(self) -> None:
        """Copy what has come together."""
        for name, rows in self._rows.items():
            if rows:
                self._warehouse.copy_rows(f"stage.opencart_catalog_{name}", COLUMNS[name], rows)
                rows.clear()

    def _is_meant(self, key: str | None) -> bool:
        return self._keys is None or key in self._keys

    def _may(self, verdict: Verdict) -> bool:
        if not verdict.writes and verdict.outcome not in ("postponed", "deleted"):
            return True
        creates = verdict.outcome in ("created", "postponed", "deleted")
        if self._job.scope.mode == ("update" if creates else "create"):
            return False
        return self._left is None or self._left > 0
