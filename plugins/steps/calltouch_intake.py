"""
Bring the documents of the 1C base into the mart (calltouch 6.3, onec-odata 9): stage, match, merge.

Every order with a phone or an e-mail also becomes a client and a deal, whose external id is the document's
GUID, so that ``deal_import`` finds it. All that changes the mart happens in ``merge``, in one transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from include.calltouch_orders.contacts import dropped_phones, emails, phones
from include.onec.documents import batches
from include.onec.pages import from_lines
from include.onec.rows import (
    Batch,
    ErpOrderLineRow,
    ErpOrderRow,
    ErpReturnRow,
    ErpSalePartRow,
    ErpShipmentRow,
    RefusalRow,
)
from include.settings.calltouch_orders import CalltouchOrdersSettings
from include.settings.deal_import import load_deal_import
from plugins.steps import ledger
from plugins.steps.calltouch_exchange import PIPELINE, SQL
from plugins.steps.deal_statuses import merge_statuses
from plugins.steps.matching import (
    ClientRule,
    DealRule,
    match_clients,
    match_deals,
    stage_client_rules,
    stage_deal_rules,
)
from plugins.warehouse import Warehouse, tagged

SOURCE = "1C"
CLIENT_RULES = (ClientRule(1, "phone", "phone"), ClientRule(2, "email", "email"))
DEAL_RULES = (DealRule(1, "external_id", "external_id"),)
CREATE_WITH = ("phone", "email")
STAGED: dict[str, tuple[str, Any]] = {
    "orders": ("stage.calltouch_orders_order", ErpOrderRow),
    "lines": ("stage.calltouch_orders_line", ErpOrderLineRow),
    "shipments": ("stage.calltouch_orders_shipment", ErpShipmentRow),
    "returns": ("stage.calltouch_orders_return", ErpReturnRow),
    "parts": ("stage.calltouch_orders_part", ErpSalePartRow),
    "refusals": ("stage.calltouch_orders_refusal", RefusalRow),
    "notes": ("stage.calltouch_orders_refusal", RefusalRow),
}
DOCUMENTS = (
    "merge_orders",
    "forget_order_lines",
    "merge_order_lines",
    "merge_shipments",
    "merge_returns",
    "forget_sale_parts",
    "merge_sale_parts",
)


class Intake(NamedTuple):
    """One reading of the 1C base. ``cursors``: how far reading has come once this one is merged."""

    run_id: int
    settings: CalltouchOrdersSettings
    dry_run: bool = False
    cursors: Mapping[str, str] = {}

    @property
    def params(self) -> dict[str, Any]:
        """What the files of ``sql/calltouch_orders`` refer to."""
        return {"run_id": self.run_id, "source": SOURCE}


def known_versions(warehouse: Warehouse, refs: Sequence[str]) -> dict[str, str | None]:
    """Tell which versions of documents the mart has."""
    found = warehouse.select(SQL / "select_versions.sql", {"refs": list(refs)})
    return {row.ref: row.data_version for row in found}


def counted_for(warehouse: Warehouse, order_ref: str) -> dict[str, list[str]]:
    """Name the shipments and returns that the mart counts for an order, by what they are."""
    rows = warehouse.select(SQL / "select_order_documents.sql", {"order_ref": order_ref})
    found: dict[str, list[str]] = {"shipments": [], "returns": []}
    for row in rows:
        found["returns" if row.is_return else "shipments"].append(row.ref)
    return found


def stage_documents(warehouse: Warehouse, job: Intake, lines: Iterable[bytes]) -> dict[str, int]:
    """Read landed pages into the staging tables; give the number of documents by outcome."""
    zone, read = job.settings.onec.zone, from_lines(lines)
    return _stage(warehouse, job, batches(read, job.settings.profile, zone, phones, emails, dropped_phones))


def stage_kept(warehouse: Warehouse, job: Intake) -> dict[str, int]:
    """Stage what something else has put into the mart and nobody was looked for yet."""
    return _stage(warehouse, job, None)


def stage_keys(warehouse: Warehouse, job: Intake) -> None:
    """Stage by what the clients of orders are found."""
    with warehouse.transaction():
        _stage_keys(warehouse, job)


def stage_deals(warehouse: Warehouse, job: Intake) -> None:
    """Stage by what their deals are found."""
    with warehouse.transaction():
        warehouse.run_file(SQL / "stage_deal_candidates.sql", job.params)


def merge(warehouse: Warehouse, job: Intake) -> str:
    """
    Merge the staged documents, their clients and deals, and close the run; give its state.

    Nobody else writes to the mart meanwhile. If somebody has since the matches were made, they are made anew.
    """
    with warehouse.transaction():
        state = str(warehouse.select_one(ledger.SQL / "hold_run.sql", job.params).state)
        if state != "running":
            return state
        revision = warehouse.select_one(ledger.SQL / "lock_revision.sql", {}).revision
        if revision != ledger.run(warehouse, job.run_id).plan_revision:
            _match_anew(warehouse, job)
        _open_new_status(warehouse)
        names = ("merge_clients", "merge_client_keys", "merge_new_deals", "merge_deal_sums")
        warehouse.run_file(SQL / "mark_matches.sql", job.params)
        warehouse.run_files(SQL, (*names, *DOCUMENTS, "merge_client_stats", "merge_client_feed"), job.params)
        for name, value in job.cursors.items():
            reached = {"pipeline": PIPELINE, "source": SOURCE, "name": name, "value": value}
            warehouse.run_file(ledger.SQL / "merge_cursor.sql", {**reached, "run_id": job.run_id})
        return close(warehouse, job)


def close(warehouse: Warehouse, job: Intake) -> str:
    """Log what deserves a look and close the run; of a dry run nothing more is done. Gives its state."""
    warehouse.run_file(SQL / "log_intake.sql", job.params)
    counters = ledger.run(warehouse, job.run_id).counters
    ledger.log_event(warehouse, job.run_id, "RUN_FINISHED", {"records": sum(counters.values())})
    state = "partial" if counters["refused"] else "success"
    ledger.close_run(warehouse, job.run_id, state)
    return state


def conclude(warehouse: Warehouse, run: Any, job: Intake) -> bool:
    """Close a dry run that was staged: its documents stay staged, and the mart as it is."""
    if not run.dry_run or run.staged is None:
        return False
    with warehouse.transaction():
        close(warehouse, job)
    return True


def _stage(warehouse: Warehouse, job: Intake, read: Iterable[Batch] | None) -> dict[str, int]:
    warehouse.select(ledger.SQL / "make_room.sql", job.params)
    counters = {"new": 0, "changed": 0, "unchanged": 0, "deleted": 0, "refused": 0}
    with warehouse.transaction():
        if read is None:
            warehouse.run_files(SQL, ("stage_unmatched_orders", "stage_unmatched_lines"), job.params)
        else:
            for batch in read:
                _stage_batch(warehouse, job, batch, counters)
        warehouse.run_file(SQL / "number_orders.sql", job.params)
        counters |= warehouse.select_one(SQL / "select_intake_counts.sql", job.params)._asdict()
        staged = {"run_id": job.run_id, "staged": sum(counters.values())}
        warehouse.run_file(ledger.SQL / "mark_staged.sql", staged)
        planned = {"run_id": job.run_id, "counters": counters, "revision": None}
        warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    warehouse.analyze(*dict.fromkeys(table for table, _ in STAGED.values()))
    return counters


def _stage_batch(warehouse: Warehouse, job: Intake, batch: Batch, counters: dict[str, int]) -> None:
    for name, (table, row) in STAGED.items():
        rows: list[Any] = getattr(batch, name)
        if rows and name == "orders":
            numbered = ((job.run_id, 0, *order) for order in rows)  # their places are told at the end
            warehouse.copy_rows(table, ("run_id", "row_no", *row._fields), numbered)
        elif rows:
            warehouse.copy_rows(table, ("run_id", *row._fields), tagged(job.run_id, rows))
    counters["unchanged"] += batch.unchanged
    counters["deleted"] += batch.deleted
    counters["refused"] += len(batch.refusals)


def _stage_keys(warehouse: Warehouse, job: Intake) -> None:
    revision = warehouse.select_one(ledger.SQL / "select_revision.sql", {}).revision
    counters = ledger.run(warehouse, job.run_id).counters
    planned = {"run_id": job.run_id, "counters": counters, "revision": revision}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    warehouse.run_file(SQL / "forget_keys.sql", job.params)
    stage_client_rules(warehouse, job.run_id, CLIENT_RULES)
    stage_deal_rules(warehouse, job.run_id, DEAL_RULES)
    warehouse.run_file(SQL / "stage_identity_keys.sql", job.params)


def _match_anew(warehouse: Warehouse, job: Intake) -> None:
    _stage_keys(warehouse, job)
    match_clients(warehouse, job.run_id, CREATE_WITH)
    warehouse.run_file(SQL / "stage_deal_candidates.sql", job.params)
    match_deals(warehouse, job.run_id)


def _open_new_status(warehouse: Warehouse) -> None:
    """See to it that new deals have a status to be opened in: the company's own, from its settings."""
    if not warehouse.select(SQL / "select_new_status.sql", {}):
        merge_statuses(warehouse, load_deal_import())
