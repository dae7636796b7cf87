"""The plan of ``bitrix24_deal_products`` (bitrix24 7.1, steps 5 to 9): what is decided about every deal."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from psycopg.types.json import Jsonb

from include.bitrix24_deal_products.decide import Verdict, decide
from include.bitrix24_deal_products.item import Deal, Item, Known, ProductRow
from include.bitrix24_deal_products.pick import Choice, pick
from include.bitrix24_deal_products.wanted import Rules
from plugins.steps import ledger
from plugins.steps.bitrix24_deal_products import SQL, DealProducts, ManyChanges
from plugins.steps.bitrix24_deal_products_catalog import known_kinds
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

GONE = "gone"
DECISION = (
    "run_id", "deal_id", "outcome", "codes", "details", "product_id", "offer_id", "product_name",
    "fingerprint", "kind", "before", "after",
)  # fmt: skip
_FORGET = ("forget_unsent", "forget_log", "forget_decisions")
DRY = "Пробный запуск: не отправлено."
STOPPED = "План остановлен: не отправлено."


def plan(warehouse: Warehouse, job: DealProducts) -> dict[str, int]:
    """
    Decide about every staged deal, write down what is to be sent, remember how the others stand.

    Gives deals by outcome. What an earlier attempt at this run has sent stays sent. Raises ManyChanges when
    far more deals than usual would change: the plan can be looked at, but nothing of it is sent or
    remembered. Of a dry run that is only told.
    """
    with warehouse.transaction():
        warehouse.run_file(ledger.SQL / "forget_actions.sql", job.params)
        warehouse.run_files(SQL, _FORGET, job.params)
        _decide(warehouse, job)
        refusal = _strange(warehouse, job)
        reason = DRY if job.dry_run else STOPPED if refusal else None
        warehouse.run_file(SQL / "plan_actions.sql", job.params | {"reason": reason})
        warehouse.run_file(SQL / "log_decisions.sql", job.params)
        if reason is None:
            warehouse.run_files(SQL, ("merge_decisions", "merge_doubted"), job.params)
        counters = count_outcomes(warehouse, job)
    if refusal and not job.dry_run:
        raise refusal
    if refusal:
        log.warning("%s", refusal)
    return counters


def count_outcomes(warehouse: Warehouse, job: DealProducts) -> dict[str, int]:
    """Count the run's deals by outcome, and keep the numbers with the run."""
    rows = warehouse.select(SQL / "count_outcomes.sql", job.params)
    counters = {"unchanged": 0} | {str(row.outcome): int(row.records) for row in rows}  # never empty
    planned = {"run_id": job.run_id, "counters": counters, "revision": None}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    return counters


def _decide(warehouse: Warehouse, job: DealProducts) -> None:
    """Decide about deals some thousands at a time."""
    settings = job.settings
    choice = Choice(
        frozenset(settings.catalog.iblocks),
        frozenset(settings.catalog.sections),
        settings.catalog.offers,
        settings.conflict,
    )
    rules = Rules(settings, known_kinds(warehouse, job))
    items = {item.product_id: item for item in _items(warehouse, job)}
    for rows in warehouse.stream(SQL / "select_deals.sql", job.params):
        decided = ((row.deal_id, _verdict(row, items, choice, rules)) for row in rows)
        _copy(warehouse, job, list(decided))
    warehouse.analyze("stage.bitrix24_deal_products_decision")


def _verdict(row: Any, items: Mapping[int, Item], choice: Choice, rules: Rules) -> Verdict:
    if row.semantic == GONE:
        return Verdict(GONE, ("B24_DEAL_GONE",), {"deal_id": row.deal_id})
    if row.error is not None:
        told = {"title": row.fields.get("title"), "error": row.error}
        return Verdict("failed", ("B24_REFUSED",), told)
    deal = Deal(row.deal_id, row.category_id, row.semantic, row.fields)
    known = None
    if row.state is not None:
        known = Known(row.state, row.fingerprint, row.written, row.doubted or {}, row.codes)
    picked = pick([ProductRow(*each) for each in row.product_rows], items, choice)
    return decide(deal, picked, known, rules)


def _items(warehouse: Warehouse, job: DealProducts) -> Iterator[Item]:
    for row in warehouse.select(SQL / "select_products.sql", job.params):
        *about, body = row
        (product_id, iblock_id, parent_id, section_id, is_active, name, changed_at) = about
        told = (section_id, is_active, name, changed_at, body["code"], body["xml_id"], body["properties"])
        yield Item(product_id, iblock_id, parent_id, *told)


def _copy(warehouse: Warehouse, job: DealProducts, decided: Iterable[tuple[int, Verdict]]) -> None:
    rows = ((job.run_id, deal_id, *_row(verdict)) for deal_id, verdict in decided)
    warehouse.copy_rows("stage.bitrix24_deal_products_decision", DECISION, rows)


def _row(verdict: Verdict) -> tuple[Any, ...]:
    before, after = (None if each is None else Jsonb(dict(each)) for each in (verdict.before, verdict.after))
    about = (verdict.product_id, verdict.offer_id, verdict.product_name, verdict.fingerprint)
    told = (verdict.outcome, list(verdict.codes), Jsonb(dict(verdict.details)))
    return (*told, *about, verdict.kind, before, after)


def _strange(warehouse: Warehouse, job: DealProducts) -> ManyChanges | None:
    """Judge how many deals a plan changes; None: no more than is usual."""
    changed = warehouse.select_one(SQL / "count_changes.sql", job.params).deals
    most = job.settings.guards.max_changed
    if changed <= most or job.scope.allow_mass_update:
        return None
    return ManyChanges(
        f"План меняет сделок: {changed}, это больше дозволенных {most} (guards.max_changed). Ничего не "
        "отправлено. Посмотрите план на странице запуска; если так и должно быть, запустите с параметром "
        "allow_mass_update."
    )
