"""
Decide what the portal is told, and merge what was read, in one transaction (bitrix24 7.2, 11 and 13).

So the plan and the mart never disagree. What an earlier attempt at this run has sent stays sent: it is
confirmed by now, and the plan made anew compares with it.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from include.bitrix24 import names
from include.bitrix24_contact_totals.guards import exceeds
from plugins.steps import ledger
from plugins.steps.bitrix24_contact_totals import KINDS, SQL, Totals
from plugins.steps.bitrix24_contact_totals_contacts import match_anew
from plugins.steps.bitrix24_contact_totals_merging import merge, merge_clients
from plugins.steps.bitrix24_contact_totals_plan import Target, target_of
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

IN_DOUBT = "Чем кончилось, неизвестно: новый план решает заново."
MERGED = (  # a first day fills them, and whoever reads them next may be the second
    "mart.bitrix24_deal",
    "mart.bitrix24_deal_part",
    "mart.contact_year_total",
    "mart.contact_year_total_history",
    "mart.bitrix24_written_total",
)
DRY = "Пробный запуск: не отправлено."
UNKNOWN = ("B24_YEAR_UNKNOWN", "B24_CONTACT_UNKNOWN")
ABOUT_PLAN = (
    "B24_FIELD_ABANDONED",
    "B24_CLOSEDATE_AUTO",
    "B24_POSTPONED",
    "B24_YEAR_OUTSIDE",
    "B24_FIELDS_LIMIT",
    "B24_FIELD_MISSING",
    *UNKNOWN,
)
MANY, MOSTLY = 50, 0.8  # won deals; share of those closed on the day they were won
POSTPONED = "Отложено до следующего запуска: {}."
OUTSIDE = "Сделок с годом вне настроенных лет: {}. Их суммы остаются у нас."
ABANDONED = "Больше не ведутся и оставлены как есть: {}."
EMPTIED = "По настройкам больше не ведутся, их значения обнуляем: {}."
NO_FIELDS = "Полей для итогов на портале нет, а создавать их настройки не велят: {}. Итоги остаются у нас."
NO_YEARS = "За эти годы ничего не пишем: {}."
NO_CONTACTS = "Ни в одной успешной сделке нет контактов: {}. Проверьте номера."
NO_ROOM = "Для итогов не хватает полей: {}. Итоги остаются у нас."
AUTO_DATES = (
    "У {} из {} успешных сделок дата завершения совпадает с днём выигрыша: портал ставит её сам. Год поездки "
    "по ней не узнать: выключите это в настройках CRM портала."
)
TOLD = 10  # names in a sentence


def plan_writes(warehouse: Warehouse, job: Totals) -> dict[str, int]:
    """Write down what is to be sent, merge what was read, and give the records by outcome."""
    with warehouse.transaction():
        if warehouse.select_one(ledger.SQL / "hold_run.sql", job.params).state != "running":
            return {}
        target = target_of(warehouse, job)
        params = job.params | target.params | {"most": job.most}
        warehouse.run_file(SQL / "keep_doubted.sql", params | {"in_doubt": IN_DOUBT})
        warehouse.run_file(ledger.SQL / "forget_actions.sql", {"run_id": job.run_id, "kinds": list(KINDS)})
        warehouse.run_files(SQL, ("forget_unsent", "forget_decisions"), params)
        warehouse.run_file(SQL / "forget_log.sql", params | {"codes": list(ABOUT_PLAN)})
        warehouse.run_files(SQL, ("stage_decisions", "stage_unwritable", "stage_out_of_scope"), params)
        _plan_actions(warehouse, job, target, params)
        counters = _count(warehouse, job)
        warehouse.run_file(SQL / "log_deals.sql", params)
        if not job.dry_run:
            merge(warehouse, job, target)
            _hold_mart(warehouse, job)  # not before: other pipelines wait meanwhile
            merge_clients(warehouse, job)
        warehouse.run_files(SQL, ("log_contacts", "log_shared_clients"), params)
        _log_events(warehouse, job, counters)
    warehouse.analyze("ops.run_log", *(() if job.dry_run else MERGED))
    return counters


def _hold_mart(warehouse: Warehouse, job: Totals) -> None:
    """Let nobody else write clients meanwhile; if somebody has since they were matched, match them anew."""
    revision = warehouse.select_one(ledger.SQL / "lock_revision.sql", {}).revision
    if revision != ledger.run(warehouse, job.run_id).plan_revision:
        match_anew(warehouse, job)


def _plan_actions(warehouse: Warehouse, job: Totals, target: Target, params: Mapping[str, Any]) -> None:
    fields = job.settings.fields
    new = warehouse.select(SQL / "select_new_fields.sql", job.params)
    created = [
        names.creation(
            fields,
            names.FieldName(row.field_name, row.kind, row.category_id, row.year),
            row.direction,
            target.currency,
            target.decimals,
        )
        for row in new
    ]
    there = {row.field_name for row in warehouse.select(SQL / "select_contact_fields.sql", job.params)}
    stamp = names.stamp(fields.prefix)
    has_stamp = fields.changed_at and (stamp in there or any(row.field_name == stamp for row in new))
    planned = {
        **params,
        "reason": DRY if job.dry_run else None,
        "stamp": stamp if has_stamp else None,
        "stamped": job.now.astimezone(job.settings.zone).isoformat(timespec="seconds"),
    }
    warehouse.run_file(SQL / "plan_fields.sql", planned | {"fields": Jsonb(created)})
    warehouse.run_file(SQL / "plan_totals.sql", planned)


def _count(warehouse: Warehouse, job: Totals) -> dict[str, int]:
    """Count the records by outcome, and keep the numbers with the run; before anything is merged."""
    rows = warehouse.select(SQL / "count_planned.sql", job.params)
    counters: dict[str, int] = {row.outcome: row.records for row in rows if row.records}
    counters.setdefault("counted", 0)  # of an empty portal: it was planned all the same
    staged = {"run_id": job.run_id, "staged": sum(counters.values())}
    warehouse.run_file(ledger.SQL / "mark_staged.sql", staged)
    planned = {"run_id": job.run_id, "counters": counters, "revision": None}
    warehouse.run_file(ledger.SQL / "mark_planned.sql", planned)
    return counters


def _log_events(warehouse: Warehouse, job: Totals, counters: Mapping[str, int]) -> None:
    """Say of the run as a whole what deserves to be said."""
    told = _about_fields(warehouse, job) | _about_asked(warehouse, job)
    if postponed := counters.get("postponed"):
        told["B24_POSTPONED"] = POSTPONED.format(postponed)
    reading = warehouse.select(SQL / "select_reading.sql", job.params)
    if outside := sum(row.outside for row in reading):
        told["B24_YEAR_OUTSIDE"] = OUTSIDE.format(outside)
    dates = warehouse.select_one(SQL / "count_auto_dates.sql", job.params)
    is_by_date = job.settings.year.by == "closedate"
    if is_by_date and dates.deals >= MANY and exceeds(dates.same_day, MOSTLY, dates.deals):
        told["B24_CLOSEDATE_AUTO"] = AUTO_DATES.format(dates.same_day, dates.deals)
    for code, message in told.items():
        log.log(logging.WARNING if code in UNKNOWN else logging.INFO, message)
        ledger.log_event(warehouse, job.run_id, code, {"message": message})


def _about_fields(warehouse: Warehouse, job: Totals) -> dict[str, str]:
    """Say which fields are not kept any more, and which are not there."""
    told: dict[str, str] = {}
    left = warehouse.select(SQL / "select_abandoned_fields.sql", job.params)
    emptied = [row.field_name for row in left if row.is_emptied]
    others = [row.field_name for row in left if not row.is_emptied]
    sentences = ((EMPTIED, emptied), (ABANDONED, others))
    if left:
        told["B24_FIELD_ABANDONED"] = " ".join(text.format(_listed(rows)) for text, rows in sentences if rows)
    if rows := warehouse.select(SQL / "select_lacking_fields.sql", job.params):
        lacking = _listed([row.field_name for row in rows])
        is_allowed = job.settings.fields.auto_create
        code, text = ("B24_FIELDS_LIMIT", NO_ROOM) if is_allowed else ("B24_FIELD_MISSING", NO_FIELDS)
        told[code] = text.format(lacking)
    return told


def _about_asked(warehouse: Warehouse, job: Totals) -> dict[str, str]:
    """Say what was asked for by hand and is not there: a slip of the pen must not look like success."""
    contacts = warehouse.select(SQL / "select_unknown_contacts.sql", job.params)
    asked = (job.unknown_years, [row.contact_id for row in contacts])
    sentences = zip(UNKNOWN, (NO_YEARS, NO_CONTACTS), asked, strict=True)
    return {code: text.format(_listed(list(map(str, rows)))) for code, text, rows in sentences if rows}


def _listed(rows: Sequence[str]) -> str:
    shown = ", ".join(rows[:TOLD])
    return f"{shown} и ещё {len(rows) - TOLD}" if len(rows) > TOLD else shown
