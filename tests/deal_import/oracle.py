"""
The rules of ``deal_import`` read one record at a time: plain dictionaries and loops, slow and easy to check.

Written from leadexpert 8 (the step numbers are in the docstrings) and its resolutions A1-A28. It knows
nothing of SQL; the set-based implementation is compared with it table by table.
"""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.deal_import.reading import Record, read_record, status_key
from tests.deal_import.unknown import Refused, UnknownRecord
from tests.deal_import.world import Export, Source, Thing, World

OUTCOMES = ("created", "bound", "overwritten", "status_set", "unchanged", "ignored", "duplicate", "refused")


def run_import(world: World, source: Source, export: Export, now: datetime) -> "Run":
    """Import one file into the world, and return what the run has to tell."""
    world.runs += 1
    run = Run(world, source, now, world.runs)
    run.import_file(export)
    return run


class Run:
    """One run over one file: its log rows and its counters."""

    def __init__(self, world: World, source: Source, now: datetime, number: int) -> None:
        self.world, self.source, self.now, self.number = world, source, now, number
        # A status written by its own name means itself, unless the source says otherwise.
        meanings = {name: name for name in world.statuses} | source.status_map
        self.map = {status_key(raw): name for raw, name in meanings.items()}
        self.rows: list[Thing] = []
        self.row_of: dict[str, Thing] = {}  # rows of the records that count, by identifier
        self.wording: dict[str, str | None] = {}  # and how they word their status
        self.records = 0
        self.created = Counter[str]()
        self.bound_by = Counter[str]()

    def import_file(self, export: Export) -> None:
        zone, currency = ZoneInfo(self.source.timezone), export.currency or self.source.currency
        self.records = len(export.records)
        records = [read_record(raw, at, zone, currency) for at, raw in enumerate(export.records, 1)]
        for record in self.in_order(self.without_repeats(self.without_unreadable(records))):
            row = self.open_row(record)
            self.row_of[str(record.record_id)] = row
            self.wording[str(record.record_id)] = record.raw_status
            try:
                self.take(record, row)
            except Refused as refusal:
                row["outcome"] = "refused"
                row["codes"].update(refusal.args)
        self.set_pending_statuses()

    # Phase 0: what is read at all, and in which order.

    def without_unreadable(self, records: list[Record]) -> list[Record]:
        """Steps 4 and 6."""
        kept = []
        for record in records:
            if record.ignored:
                self.open_row(record, "ignored", "IGNORED_NO_ACTUAL_AMOUNT")
            elif record.faults:
                row = self.open_row(record, "refused", *record.faults)
                quoted = {name: text for texts in record.faults.values() for name, text in texts.items()}
                row["details"] |= {"faults": quoted} if quoted else {}
            else:
                kept.append(record)
        return kept

    def without_repeats(self, records: list[Record]) -> list[Record]:
        """Step 5: the first of an id in the file is kept."""
        kept: dict[str, Record] = {}
        for record in records:
            first = kept.setdefault(str(record.record_id), record)
            if first is record:
                continue
            if record.says_the_same_as(first):
                row = self.open_row(record, "duplicate", "SKIPPED_DUPLICATE_IN_FILE")
            else:
                row = self.open_row(record, "refused", "CONFLICTING_DUPLICATE_IN_FILE")
            row["details"]["first_position"] = first.position
        return list(kept.values())

    def in_order(self, records: list[Record]) -> list[Record]:
        """Step 5: by payment date, then by position; those to be refused for want of a date come last."""
        dated, dateless = [], []
        for record in records:
            stored = self.world.payments.get((self.source.name, str(record.record_id)))
            date = record.payment_date or (stored["paid_at"] if stored else None)
            if date is None:
                dateless.append(record)
            else:
                dated.append((date, record.position, record))
        return [record for _, _, record in sorted(dated, key=lambda item: item[:2])] + dateless

    def open_row(self, record: Record, outcome: str | None = None, *codes: str) -> Thing:
        row: Thing = {
            "position": record.position,
            "record_key": record.record_id,
            "outcome": outcome,
            "codes": set(codes),
            "client_id": None,
            "deal_id": None,
            "details": {},
        }
        self.rows.append(row)
        return row

    # Phase A: each record.

    def take(self, record: Record, row: Thing) -> None:
        """Step 7."""
        stored = self.world.payments.get((self.source.name, str(record.record_id)))
        if stored is None:
            UnknownRecord(self, record, row).take()
        else:
            self.compare_with_stored(record, stored, row)

    def compare_with_stored(self, record: Record, stored: Thing, row: Thing) -> None:
        """Step 8."""
        row["client_id"], row["deal_id"] = stored["client_id"], stored["deal_id"]
        deal = self.world.deals.get(stored["deal_id"])
        if deal is None:
            raise Refused("BOUND_DEAL_MISSING")
        new_amount = record.amount != stored["amount"]
        new_status = record.status_key is not None and record.status_key != stored["status_key"]
        if not new_amount and not new_status:
            row["outcome"] = "unchanged"
            row["codes"].add("SKIPPED_ALREADY_IMPORTED")
            return
        row["outcome"] = "overwritten"
        row["codes"].add("RECORD_OVERWRITTEN")
        if new_amount:
            row["details"]["actual_amount"] = {"old": stored["amount"], "new": record.amount}
            stored["amount"] = record.amount
            deal["amount"] = self.world.sum_of_payments(stored["deal_id"])
        if new_status:
            row["details"]["status"] = {"old": stored["raw_status"], "new": record.raw_status}
            stored["raw_status"], stored["status_key"] = record.raw_status, record.status_key
            stored["status_pending"] = True
        stored["file_position"], stored["last_run"] = record.position, self.number

    # Phase B: statuses.

    def set_pending_statuses(self) -> None:
        """Step 20: the last one by date and place wins; a text that is not mapped is reported once a run."""
        waiting = []
        for (source, record_id), payment in self.world.payments.items():
            deal_is_there = payment["deal_id"] in self.world.deals
            if source == self.source.name and payment["status_pending"] and deal_is_there:
                place = (
                    self.row_of[record_id]["position"]
                    if record_id in self.row_of
                    else payment["file_position"]
                )
                waiting.append((payment["paid_at"], place, record_id))
        reported = set()
        for _, _, record_id in sorted(waiting):
            payment = self.world.payments[self.source.name, record_id]
            status = self.map.get(payment["status_key"])
            if status is not None:
                self.set_status(record_id, payment, status)
            elif payment["status_key"] not in reported:
                reported.add(payment["status_key"])
                self.note_status(record_id, payment, "UNKNOWN_STATUS")

    def set_status(self, record_id: str, payment: Thing, status: str) -> None:
        payment["status_pending"] = False
        payment["last_run"] = self.number
        if self.world.statuses[status] == "repeat":
            self.note_status(record_id, payment, "STATUS_REPEAT_REFUSED")
            return
        deal = self.world.deals[payment["deal_id"]]
        row = self.row_for(record_id, payment)
        row["codes"].add("DEAL_STATUS_SET")
        row["details"]["deal_status"] = {"old": deal["status"], "new": status}
        if row["outcome"] == "unchanged":
            row["outcome"] = "status_set"
        deal["status"] = status

    def note_status(self, record_id: str, payment: Thing, code: str) -> None:
        row = self.row_for(record_id, payment)
        row["codes"].add(code)
        row["details"]["raw_status"] = self.wording.get(record_id) or payment["raw_status"]

    def row_for(self, record_id: str, payment: Thing) -> Thing:
        """Return the row of the record; one that the file does not bring gets a row of its own."""
        if record_id in self.row_of:
            return self.row_of[record_id]
        row: Thing = {
            "position": None,
            "record_key": record_id,
            "outcome": None,
            "codes": set(),
            "details": {},
        }
        row |= {"client_id": payment["client_id"], "deal_id": payment["deal_id"]}
        self.rows.append(row)
        return row

    # Phase C: what the run says of itself.

    @property
    def counters(self) -> dict[str, int]:
        counted = Counter(row["outcome"] for row in self.rows)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    @property
    def state(self) -> str:
        return "partial" if self.counters["refused"] else "success"

    @property
    def log(self) -> list[Thing]:
        """All rows but those of records that are merely unchanged."""
        return [row for row in self.rows if row["codes"] != {"SKIPPED_ALREADY_IMPORTED"}]
