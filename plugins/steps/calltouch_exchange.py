"""
The exchange with one Calltouch project (calltouch 6): plan what to tell it, report what came of it.

Sending is shared (``plugins/steps/applying.py``); where leads came from is ``calltouch_sources.py``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from itertools import groupby, islice
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from include.calltouch_orders.asked import Asked
from include.calltouch_orders.decide import Decision, Mode, decide
from include.calltouch_orders.order import KnownDeal, Line, Order, Sale
from include.calltouch_orders.told import told
from include.errors import ConfigError
from include.paths import SQL_DIR
from include.settings.calltouch_orders import Account, CalltouchOrdersSettings
from plugins.steps import actions, calltouch_changes, ledger
from plugins.warehouse import Warehouse

SQL = SQL_DIR / "calltouch_orders"
PIPELINE = "calltouch_orders"
CHUNK = 1000  # candidates read at once
KINDS = ("create", "update")
UNFINISHED = ("refused", "uncertain", "not_sent", "source_refused")


class Scope(NamedTuple):
    """Which orders a run is about; by hand, whatever was sent about them before."""

    mode: Mode = "auto"
    asked: Asked | None = None  # the one order that a person has named
    order_refs: Sequence[UUID] | None = None
    date_from: datetime | None = None
    date_to: datetime | None = None  # exclusive
    organisation_ref: UUID | None = None
    kind: str | None = None
    rematch: bool = False


class Candidate(NamedTuple):
    """An order about which there may be something to tell. ``fresh``: its documents were read just now."""

    order: Order
    fresh: bool


class Exchange(NamedTuple):
    """One run of one account. ``intake``: the run that has read the documents."""

    run_id: int
    intake: int
    settings: CalltouchOrdersSettings
    account: Account
    scope: Scope = Scope()
    dry_run: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """What the files of ``sql/calltouch_orders`` refer to."""
        refs = [rule.organisation_ref for rule in self.settings.rules_of(self.account)]
        return {
            "run_id": self.run_id,
            "intake": self.intake,
            "dry_run": self.dry_run,
            "account": self.account.name,
            "site_id": self.account.site_id,
            "connection": self.account.api_token,
            "zone": str(self.settings.zone),
            "go_live": datetime.combine(self.settings.go_live_date, time(), self.settings.onec.zone),
            "deleted_status": self.settings.deleted_status,
            "wait_hours": self.settings.source_wait_hours,
            "any_organisation": self.scope.mode in ("send_one", "check_one") or None in refs,
            "organisations": [ref for ref in refs if ref],
            "by_hand": self.scope.mode != "auto",
            **{key: getattr(self.scope, key) for key in _SCOPE},
        }


_SCOPE = ("order_refs", "date_from", "date_to", "organisation_ref", "kind")
DECISION = ("run_id", "seq", "order_ref", *Decision._fields, "lot")


def plan(warehouse: Warehouse, job: Exchange) -> dict[str, int]:
    """
    Decide about every order of the scope, and write down what is to be sent; give orders by outcome.

    What an earlier attempt at this run has sent stays sent; the rest is planned anew.
    """
    job = find_asked(warehouse, job)
    with warehouse.transaction():
        look = calltouch_changes.look(warehouse, job.params, job.settings)
        warehouse.run_file(ledger.SQL / "forget_actions.sql", job.params | {"kinds": list(KINDS)})
        looked_at = job.params | {"looked_at": look.order_refs}
        warehouse.run_files(SQL, ("forget_log", "forget_decisions", "stage_candidates"), looked_at)
        seq = 0
        for chunk in candidates(warehouse, job):
            rows = list(_decided(job, chunk, seq))
            seq += len(rows)
            warehouse.copy_rows("stage.calltouch_orders_decision", DECISION, rows)
        names = ["plan_actions", "log_decisions"]
        warehouse.run_files(SQL, names if job.dry_run else ["merge_pending_deals", *names], job.params)
        if job.dry_run:  # what it has read is nowhere else, and may have had to make room until now
            ledger.assert_staged(warehouse, job.intake)
        considered = warehouse.select_one(SQL / "count_considered.sql", job.params).orders
        staged = {"run_id": job.run_id, "staged": considered}
        warehouse.run_file(ledger.SQL / "mark_staged.sql", staged)
        calltouch_changes.keep(warehouse, job.params, look.mark)
        return count_outcomes(warehouse, job.run_id)


def close(warehouse: Warehouse, job: Exchange) -> str:
    """Log what became of what was sent, count the records, and close the run; give its state."""
    with warehouse.transaction():
        state = str(warehouse.select_one(ledger.SQL / "hold_run.sql", job.params).state)
        if state != "running":
            return state
        if not job.dry_run:
            warehouse.run_file(SQL / "log_outcomes.sql", job.params)
            _log_sources(warehouse, job)
        counters = count_outcomes(warehouse, job.run_id)
        ledger.log_event(warehouse, job.run_id, "RUN_FINISHED", {"records": sum(counters.values())})
        state = "partial" if any(counters.get(outcome) for outcome in UNFINISHED) else "success"
        ledger.close_run(warehouse, job.run_id, state)
        return state


def conclude(warehouse: Warehouse, run: Any, job: Exchange) -> bool:
    """Close a run that has come to its end; False when it has no plan, or something is still to be sent."""
    if run.staged is None or (not job.dry_run and actions.count(warehouse, job.run_id).planned):
        return False
    close(warehouse, job)
    return True


def _log_sources(warehouse: Warehouse, job: Exchange) -> None:
    """Give up sources that were looked for long enough, and log what came of every one looked for."""
    given_up = [row.order_ref for row in warehouse.select(SQL / "give_up_sources.sql", job.params)]
    warehouse.run_file(SQL / "log_sources.sql", job.params | {"given_up": given_up})


def count_outcomes(warehouse: Warehouse, run_id: int) -> dict[str, int]:
    """Count the run's records by outcome, the unlogged as unchanged, and keep the numbers with the run."""
    counted = warehouse.select(SQL / "count_outcomes.sql", {"run_id": run_id})
    counters = {row.outcome: row.records for row in counted}
    orders = sum(n for outcome, n in counters.items() if not outcome.startswith("source_"))
    considered = ledger.run(warehouse, run_id).staged or 0
    counters["unchanged"] = max(considered - orders, 0)
    planned = {"run_id": run_id, "counters": counters, "revision": None}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    return counters


def find_asked(warehouse: Warehouse, job: Exchange) -> Exchange:
    """Find the order that a person has named. Raises ConfigError when there is none, or more than one."""
    asked = job.scope.asked
    if asked is None:
        return job
    if asked.ref:
        refs = [asked.ref]
    else:
        numbered = job.params | {**asked._asdict(), "onec_zone": job.settings.onec.onec_tz}
        found = warehouse.select(SQL / "select_asked_orders.sql", numbered)
        refs = [row.order_ref for row in found]
        if len(refs) > 1:
            titles = "; ".join(f"{row.title} ({row.order_ref})" for row in found)
            raise ConfigError(f"Документов с номером {asked.number} несколько: {titles}. Назовите GUID.")
    if not refs or not warehouse.select(SQL / "select_titles.sql", {**job.params, "order_refs": refs}):
        raise ConfigError(f"Документ «{asked}» не найден ни в 1С, ни среди прочитанных раньше.")
    return job._replace(scope=job.scope._replace(order_refs=refs))


def candidates(warehouse: Warehouse, job: Exchange) -> Iterator[list[Candidate]]:
    """Read the candidates with their lines, a thousand at a time."""
    after = 0
    while True:
        page = job.params | {"after": after, "size": CHUNK}
        chunk = [row.order_ref for row in warehouse.select(SQL / "select_chunk.sql", page)]
        if not chunk:
            return
        found = warehouse.select(SQL / "select_candidates.sql", page | {"chunk": chunk})
        refs = {"intake": job.intake, "order_refs": chunk}
        lines = groupby(warehouse.select(SQL / "select_lines.sql", refs), key=lambda line: line.order_ref)
        by_order = {ref: [Line(*islice(line, 1, None)) for line in own] for ref, own in lines}
        yield [Candidate(_order(row, by_order.get(row.order_ref, [])), row.fresh) for row in found]
        after = found[-1].seq


def _decided(job: Exchange, chunk: Sequence[Candidate], seq: int) -> Iterator[tuple[Any, ...]]:
    """Give the decisions about a chunk of orders as rows; orders left as they are have none."""
    for order, fresh in chunk:
        for decision in _decisions(job, order):
            if decision.kind or (decision.codes and _is_news(job, fresh, decision)):
                seq += 1
                yield _decision_row(job, seq, order, decision)


def _decisions(job: Exchange, order: Order) -> Iterator[Decision]:
    """
    Decide what to send at once: an order may be new and shipped already.

    A second update of the same order is left to the next run: two cannot be open at once.
    """
    scope = job.scope
    decision = decide(order, job.account, job.settings, scope.mode, rematch=scope.rematch)
    yield decision
    if decision.kind == "create" and decision.after is not None:
        order = order._replace(deal=told(order.deal, decision.after, job.settings.zone))
        shipped = decide(order, job.account, job.settings, scope.mode)
        if shipped.kind:
            yield shipped


def _is_news(job: Exchange, fresh: bool, decision: Decision) -> bool:
    """What sends nothing is told once: when its documents were read, or when its state is written down."""
    return bool(fresh or decision.state or job.scope.mode != "auto")


def _order(row: Any, lines: list[Line]) -> Order:
    document = {name: getattr(row, name) for name in Order._fields if name not in ("lines", "sale", "deal")}
    sale = Sale(*(getattr(row, name) for name in Sale._fields))
    deal = KnownDeal(*(getattr(row, name) for name in KnownDeal._fields)) if row.state else None
    return Order(**document, lines=lines, sale=sale, deal=deal)


def _decision_row(job: Exchange, seq: int, order: Order, decision: Decision) -> tuple[Any, ...]:
    day = f"{order.ordered_at.astimezone(job.settings.onec.zone):%Y-%m-%d}"
    fields = decision._asdict() | {
        "codes": list(decision.codes),
        "details": Jsonb(decision.details),
        "before": _jsonb(decision.before),
        "after": _jsonb(decision.after),
    }
    lot = day if job.scope.mode == "send_period" else None
    return (job.run_id, seq, order.order_ref, *fields.values(), lot)


def _jsonb(value: Mapping[str, Any] | None) -> Jsonb | None:
    return None if value is None else Jsonb(value)
