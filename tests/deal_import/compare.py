"""
Keep two books, the oracle's and the warehouse's: what happens is done to both, each run is compared.
"""

import copy
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.deal_import.alphabet import NOW
from tests.deal_import.export_xml import to_xml
from tests.deal_import.oracle import Run, run_import
from tests.deal_import.run import import_file
from tests.deal_import.warehouse import Warehouse
from tests.deal_import.world import Export, Source, Thing, World

WARNINGS = {
    "CLIENT_AMBIGUOUS", "CLIENT_CONFLICT", "CLIENT_WITHOUT_TSUID", "ID_CONFLICT", "ID_OWNED_BY_OTHER_CLIENT",
    "REPEAT_DEAL_SKIPPED", "STATUS_REPEAT_REFUSED", "UNKNOWN_STATUS", "FUTURE_DEAL_DATE",
}  # fmt: skip
ERRORS = {
    "MISSING_ID", "MISSING_PAYMENT_DATE", "BAD_DATE", "BAD_AMOUNT", "NO_CLIENT_IDENTITY", "TSUID_REQUIRED",
    "CURRENCY_MISMATCH", "CONFLICTING_DUPLICATE_IN_FILE", "BOUND_DEAL_MISSING", "DB_ERROR",
}  # fmt: skip


class Books:
    """The two books side by side; without a warehouse only the oracle's is kept."""

    def __init__(self, warehouse: Warehouse | None = None) -> None:
        self.world, self.warehouse = World(), warehouse

    def begin(self, clients: list[Thing], deals: list[Thing]) -> None:
        """Start with a company that is there before; ``client`` of a deal is a place in the list."""
        for client in clients:
            keys = {
                kind: {value: value for value in client.get(kind, [])} for kind in ("tsuid", "phone", "email")
            }
            self.world.add_client(**{**client, **keys})
        for deal in deals if clients else []:
            self.world.add_deal(**without(deal, "client"), client_id=deal["client"] % len(clients) + 1)
        if self.warehouse:
            self.warehouse.empty()
            self.warehouse.begin(self.world)

    def run(self, source: Source, export: Export, rehearse: bool = False, encoding: str = "utf-8") -> Run:
        """Import the file into both books, as a dry run first if told, and compare all that they say."""
        content = to_xml(export, encoding)
        before = set(self.world.clients), set(self.world.deals)
        rehearsed = self.rehearse(source, content) if rehearse else None
        run = run_import(self.world, source, export, NOW)
        if self.warehouse:
            run_id = self.import_file(source, content)
            self.warehouse.learn_ids(self.world, run_id)
            self.assert_same_tables()
            log = self.warehouse.log(run_id)
            assert_same_log(log, run)
            assert self.warehouse.outcome(run_id) == (run.state, run.counters)
            if rehearsed is not None:
                real = {row["seq"]: comparable(unborn(row, *before)) for row in log}
                assert_same("dry run", {row["seq"]: comparable(row) for row in rehearsed}, real)
        return run

    def rehearse(self, source: Source, content: bytes) -> list[Thing] | None:
        """Make a dry run, which must not change a table; return what it tells."""
        if self.warehouse is None:
            return None
        run_id = self.import_file(source, content, dry_run=True)
        self.assert_same_tables()
        return [
            unborn(row, set(self.world.clients), set(self.world.deals)) for row in self.warehouse.log(run_id)
        ]

    def import_file(self, source: Source, content: bytes, **how: Any) -> int:
        assert self.warehouse
        return import_file(self.warehouse.connection, content, now=NOW, **vars(source), **how)

    def client(self, client_id: int) -> Thing:
        return dict(self.world.clients[client_id])

    def deal(self, deal_id: int) -> Thing:
        return dict(self.world.deals[deal_id])

    def payment(self, record_id: str, source: str = "main") -> Thing:
        return dict(self.world.payments[source, record_id])

    def versions_of_rows(self) -> Thing:
        """Tell which version of each row there is: the same twice means that nothing was written."""
        return self.warehouse.versions_of_rows() if self.warehouse else {}

    def assert_same_tables(self) -> None:
        assert self.warehouse
        book = self.warehouse.book()
        for table in ("clients", "deals", "payments"):
            assert_same(table, book[table], getattr(self.world, table))
        assert_same("feed", in_any_order(book["feed"]), in_any_order(self.world.feed))


def assert_same_log(rows: list[Thing], run: Run) -> None:
    """Compare the rows of records one by one, and what the last row says of them all."""
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    of_run = [row for row in rows if row["outcome"] is None and row["record_key"] is None]
    of_records = [row for row in rows if row not in of_run]
    assert_same("log", by_place(of_records), by_place(run.log))
    remarks = [] if run.records else [["NO_RECORDS"]]
    assert [row["codes"] for row in of_run] == [["RUN_STARTED"], *remarks, ["RUN_FINISHED"]]
    assert rows[0] == of_run[0]
    assert rows[-1] == of_run[-1]
    summary = of_run[-1]["details"]
    assert summary["records"] == run.records
    assert (summary["clients_created"], summary["deals_created"]) == (
        run.created["client"],
        run.created["deal"],
    )
    assert {rule: count for rule, count in summary["bound_by"].items() if count} == dict(run.bound_by)


def by_place(rows: list[Thing]) -> Thing:
    """Name rows by position and identifier; there is at most one of each."""
    named = {f"{row['position']} {row['record_key']}": comparable(row) for row in rows}
    assert len(named) == len(rows)
    return named


def assert_same(what: str, ours: Thing, theirs: Thing) -> None:
    """Say each difference in a line of its own: where, what the warehouse has, what the oracle."""
    differences = list(differing(what, ours, theirs))
    assert not differences, "\n" + "\n".join(differences)


def differing(where: str, ours: Any, theirs: Any) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in {**ours, **theirs}:
            pair = (ours.get(name, "nothing"), theirs.get(name, "nothing"))
            yield from differing(f"{where} / {name}", *pair)
    elif ours != theirs and not (where.endswith("/ others") and is_part(ours, theirs)):
        yield f"{where}: the warehouse has {ours!r}, the oracle {theirs!r}"


def is_part(ours: Any, theirs: Any) -> bool:
    """Say whether some of those passed over are named, each once: of thousands not all need be."""
    return (
        isinstance(ours, list)
        and isinstance(theirs, list)
        and bool(ours)
        and Counter(ours) <= Counter(theirs)
    )


def comparable(row: Thing) -> Thing:
    """Put a row of either book into one form: sets for lists without order, texts for money and dates."""
    codes = set(row["codes"])
    assert len(codes) == len(row["codes"])
    gravest = "error" if codes & ERRORS else "warning" if codes & WARNINGS else "info"
    assert row.get("severity", gravest) == gravest
    names = ("position", "record_key", "outcome", "client_id", "deal_id")
    return {name: row[name] for name in names} | {"codes": codes, "details": plain(row["details"])}


def plain(value: Any) -> Any:
    """Put details into one form."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if inner not in (None, "")}
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.isoformat()
    return sorted(value) if isinstance(value, set) else value


def in_any_order(rows: list[Thing]) -> Counter[str]:
    return Counter(repr(sorted(row.items())) for row in rows)


def unborn(row: Thing, clients: set[int], deals: set[int]) -> Thing:
    """Take the numbers out of a row that are not of these clients and deals: a dry run does not have them."""
    row = copy.deepcopy(row)
    row["client_id"] = row["client_id"] if row["client_id"] in clients else None
    row["deal_id"] = row["deal_id"] if row["deal_id"] in deals else None
    others = row["details"].get("client", {})
    if "others" in others:
        others["others"] = [client_id for client_id in others["others"] if client_id in clients]
    return row


def without(thing: Thing, name: str) -> Thing:
    return {key: value for key, value in thing.items() if key != name}
