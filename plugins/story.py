"""What a task log tells of a run: the outcomes in numbers, the first refusals, where to look next."""

import logging
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from include.deal_import.messages import describe
from include.deal_import.wording import OUTCOMES, STATES, number, plural
from plugins.steps import ledger
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)


def tell_counters(counters: Mapping[str, int]) -> None:
    """Log the records by outcome as a small aligned table."""
    width = max(map(len, OUTCOMES.values()))
    for outcome, word in OUTCOMES.items():
        if counters.get(outcome):
            log.info("  %-*s %12s", width, word, number(counters[outcome]))
    log.info("  %-*s %12s", width, "всего записей", number(sum(counters.values())))


def tell_run(warehouse: Warehouse, run: Any, zone: ZoneInfo) -> None:
    """Log how a run ended."""
    dry = " (пробный запуск, ничего не изменено)" if run.dry_run else ""
    log.info("Запуск %s, источник «%s»: %s%s", run.run_id, run.source, STATES[run.state], dry)
    if run.error:
        log.info("Причина: %s", run.error)
        return
    tell_counters(run.counters)
    refusals = warehouse.select(ledger.SQL / "select_refusals.sql", {"run_id": run.run_id})
    if refusals:
        texts = {row.code: row.text for row in warehouse.select(ledger.SQL / "select_codes.sql", {})}
        log.info("::group::Первые отказы: %s", plural(len(refusals), "запись", "записи", "записей"))
        for refusal in refusals:
            sentences = describe(refusal.codes, refusal.details, texts, zone)
            log.info(
                "  №%s  %s  %s", refusal.position, refusal.record_key or "—", "; ".join(map(str, sentences))
            )
        log.info("::endgroup::")
    log.info("Подробности: страница «Импорт сделок», запуск %s", run.run_id)
