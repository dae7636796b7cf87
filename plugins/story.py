"""What a task log tells of a run: the outcomes in numbers, the first refusals, where to look next."""

import logging
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from include.wording import number, plural
from include.wording.messages import describe
from include.wording.runs import STATES, Words
from include.wording.speech import say
from plugins.steps import ledger
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

RECORDS = ("запись", "записи", "записей")


def tell_counters(words: Words, counters: Mapping[str, int]) -> None:
    """Log the records by outcome as a small aligned table."""
    width = max(map(len, words.outcomes.values()))
    for outcome, word in words.outcomes.items():
        if counters.get(outcome):
            log.info("  %-*s %12s", width, word, number(counters[outcome]))
    log.info("  %-*s %12s", width, say("всего записей"), number(sum(counters.values())))


def tell_plan(words: Words, counters: Mapping[str, int]) -> None:
    """Log what a run is about to do; nothing of it is done yet."""
    log.info(say("План, ещё ничего не изменено и не отправлено:"))
    tell_counters(words, counters)


def tell_applied(state: str) -> None:
    """Log that a plan was carried out."""
    log.info(say("План выполнен и записан, состояние запуска: %s"), say(STATES[state]))


def tell_rules(rules: Mapping[str, str], found: Mapping[str, int]) -> None:
    """Log how many rows each rule of matching has answered; ``rules`` gives its words."""
    width = max((len(rules.get(rule, rule)) for rule in found), default=0)
    for rule, rows in found.items():
        log.info("  %-*s %12s", width, rules.get(rule, rule), number(rows))


def tell_run(words: Words, warehouse: Warehouse, run: Any, zone: ZoneInfo) -> None:
    """Log how a run ended."""
    dry = say(" (пробный запуск, ничего не изменено)") if run.dry_run else ""
    ended = f"{say(STATES[run.state])}{dry}"
    if run.source:
        log.info(say("Запуск %s, источник «%s»: %s"), run.run_id, run.source, ended)
    else:
        log.info(say("Запуск %s, источник не выбран: %s"), run.run_id, ended)
    if run.error:
        log.info(say("Причина: %s"), run.error)
        return
    tell_counters(words, run.counters)
    refusals = warehouse.select(ledger.SQL / "select_refusals.sql", {"run_id": run.run_id})
    if refusals:
        texts = {row.code: row.text for row in warehouse.select(ledger.SQL / "select_codes.sql", {})}
        log.info(say("Первые отказы: %s"), plural(len(refusals), *map(say, RECORDS)))
        for refusal in refusals:
            sentences = describe(refusal.codes, refusal.details, texts, zone, words.tellers)
            place = f"№{refusal.position}  " if refusal.position is not None else ""
            log.info("  %s%s  %s", place, refusal.record_key, "; ".join(map(str, sentences)))
    log.info(say("Подробности: страница %s, запуск %s"), words.page, run.run_id)
