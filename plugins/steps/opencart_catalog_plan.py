"""
The plan of ``opencart_catalog`` (keepincrm 10, steps 9 to 15): what the CRM is told about every item.

Items meet materials in SQL, all at once; each pair is then compared by plain rules, some thousands at a time.
"""

import logging
from typing import Any

from include.opencart_catalog.decide import Decider
from include.opencart_catalog.wanted import Rules, custom_titles
from plugins.steps import keepincrm_capabilities as capabilities
from plugins.steps import ledger
from plugins.steps.opencart_catalog import SQL, Catalog
from plugins.steps.opencart_catalog_absent import plan_absent
from plugins.steps.opencart_catalog_categories import (
    category_map,
    may_create,
    plan_categories,
    refuse_missing_categories,
)
from plugins.steps.opencart_catalog_guards import GuardStopped, lost_links, strange_plan
from plugins.steps.opencart_catalog_pairs import compare_pairs
from plugins.steps.opencart_catalog_writing import Writing
from plugins.steps.opencart_differences import keep_differences
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)


def plan(warehouse: Warehouse, job: Catalog) -> dict[str, int]:
    """
    Decide about every item, and write down what is to be sent; give items by outcome.

    What an earlier attempt at this run has sent stays sent; the rest is planned anew. Raises GuardStopped
    when the plan would create or change far more than usual: it can be looked at, but nothing of it is sent.
    Of a dry run that is only told. Raises StagedRowsGone when the CRM was not read to its end.
    """
    job = as_read(warehouse, job)
    with warehouse.transaction():
        warehouse.run_file(ledger.SQL / "forget_actions.sql", job.params)
        warehouse.run_files(SQL, ("forget_unsent", "forget_log", "forget_plan"), job.params)
        base = _look_at_links(warehouse, job)
        if unknown := lost_links(job, base):
            _tell_strange(warehouse, job, unknown)
        _match(warehouse, job, is_whole=base.is_whole)
        gone = _decide(warehouse, job, base)
        planned = warehouse.select_one(SQL / "count_decisions.sql", job.params)
        refusal = strange_plan(job, planned, base.materials)
        _remark(warehouse, job)
        with warehouse.staged_only():
            warehouse.run_file(SQL / "plan_actions.sql", job.params | {"reason": _reason(job, refusal)})
        warehouse.analyze("ops.action")  # which else believes to have no row of this run
        warehouse.run_files(SQL, ("log_verdicts", "log_remarks"), job.params)
        keep_differences(warehouse, job)
        counters = count_outcomes(warehouse, job, gone)
    if refusal:
        _tell_strange(warehouse, job, refusal)
    return counters


def as_read(warehouse: Warehouse, job: Catalog) -> Catalog:
    """Give the run as of the moment when its shop was read."""
    reading = warehouse.select_one(SQL / "select_reading.sql", job.params)
    if reading is None:
        raise ledger.StagedRowsGone(
            f"Невідомо, коли читали магазин для запуску {job.run_id}: його почала попередня версія. "
            "Очистіть (Clear) stage_shop і наступні."
        )
    if reading.crm_read_at is None:
        raise ledger.StagedRowsGone(
            f"CRM для запуску {job.run_id} не прочитано до кінця. Очистіть (Clear) stage_crm і наступні."
        )
    return job._replace(now=reading.shop_read_at)


def count_outcomes(warehouse: Warehouse, job: Catalog, gone: int | None = None) -> dict[str, int]:
    """
    Count the run's records by outcome, the unlogged as unchanged, and keep the numbers with the run.

    Records are the shop's active items, and the linked ones it does not offer any more (``gone``).
    """
    if gone is not None:
        size = warehouse.select_one(SQL / "select_shop_size.sql", job.params)
        staged = {"run_id": job.run_id, "staged": size.active_items + gone}
        warehouse.run_file(ledger.SQL / "mark_staged.sql", staged)
    records = ledger.run(warehouse, job.run_id).staged or 0
    rows = warehouse.select(SQL / "count_outcomes.sql", job.params)
    counters: dict[str, int] = {row.outcome: row.records for row in rows if row.outcome != "unchanged"}
    counters["unchanged"] = max(records - sum(counters.values()), 0)
    planned = {"run_id": job.run_id, "counters": counters, "revision": None}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    return counters


def _look_at_links(warehouse: Warehouse, job: Catalog) -> Any:
    """Judge once for the whole run which links still hold; tell how large the CRM and the links are."""
    with warehouse.staged_only():
        warehouse.run_file(SQL / "stage_links.sql", job.params)
    warehouse.analyze("stage.opencart_catalog_link")
    return warehouse.select_one(SQL / "select_plan_base.sql", job.params)


def _match(warehouse: Warehouse, job: Catalog, *, is_whole: bool) -> None:
    """Find each item's materials: by article, then by what earlier runs have linked, then by title."""
    with warehouse.staged_only():
        warehouse.run_file(SQL / "stage_conflicts.sql", job.params)
        warehouse.run_file(SQL / "stage_key_pairs.sql", job.params)
        warehouse.run_file(SQL / "stage_link_pairs.sql", job.params)
        if job.settings.crm.adopt_by_title and is_whole:
            warehouse.run_file(SQL / "stage_title_pairs.sql", job.params)
    warehouse.analyze("stage.opencart_catalog_pair", "stage.opencart_catalog_verdict")


def _decide(warehouse: Warehouse, job: Catalog, base: Any) -> int:
    """Compare all pairs, and judge what is gone; give the number of items that are."""
    able = capabilities.known(warehouse, job)
    categories = category_map(warehouse, job, able)
    refuse_missing_categories(job, categories)
    rules = Rules.of(job.settings.crm, able, job.today, is_whole=base.is_whole)
    writing = Writing(warehouse, job)
    decider = Decider(rules, categories, creates_categories=may_create(job, able, is_whole=base.is_whole))
    compare_pairs(warehouse, job, decider, writing)
    gone = plan_absent(warehouse, job, categories, writing, base.linked_items)
    plan_categories(warehouse, job, decider, writing)
    _remark_account(job, able, writing)
    writing.flush()
    warehouse.analyze("stage.opencart_catalog_verdict", "stage.opencart_catalog_decision")
    return gone


def _remark_account(job: Catalog, able: Any, writing: Writing) -> None:
    """Say what the settings want and the account cannot do."""
    crm = job.settings.crm
    titles = custom_titles(crm)
    wants_named = crm.special_target != "off"
    off = {
        "CATALOG_FIELDS_OFF": bool(titles) and not able.can("custom_fields", job.today),
        "CATALOG_NAMED_PRICES_OFF": wants_named and not able.can("named_prices", job.today),
        "CATALOG_PICTURES_OFF": not able.can("pictures", job.today),
        "CATALOG_CATEGORIES_OFF": not able.can("categories", job.today),
    }
    for code, is_off in off.items():
        if is_off:
            writing.remark(code, "crm", {})
    if missing := able.missing_fields(tuple(titles)):
        writing.remark("CATALOG_FIELD_MISSING", "crm", {"fields": missing})


def _reason(job: Catalog, refusal: GuardStopped | None) -> str | None:
    """Say why nothing of a plan will be sent; None: it will."""
    if job.dry_run:
        return "Пробний запуск: не надіслано."
    return "План зупинено: не надіслано." if refusal else None


def _tell_strange(warehouse: Warehouse, job: Catalog, refusal: GuardStopped) -> None:
    if not job.dry_run:
        raise refusal
    log.warning("%s", refusal)
    ledger.log_event(warehouse, job.run_id, str(refusal.code), {"message": str(refusal)})


def _remark(warehouse: Warehouse, job: Catalog) -> None:
    """Add to the plan what deserves a look: of the shop, of articles and titles that look alike."""
    remarks = ("remark_lookalikes", "remark_titles", "remark_similar_titles")
    with warehouse.staged_only():
        warehouse.run_files(SQL, ("attach_issues", "remark_issues", *remarks), job.params)
    warehouse.run_file(SQL / "remark_changed_articles.sql", job.params)
    if job.params["keys"] is not None:
        warehouse.run_file(SQL / "remark_unknown_articles.sql", job.params)
