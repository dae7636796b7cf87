"""
What only Python can tell of leads: whether the filter lets them through, and what formulas come to.

It reads what is affected some thousands at a time, and the named fields alone. Part of the publication's
transaction: where a lead came from is staged first, since rules may look at it (smart-data-hub 4).
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from include.amocrm_statuses.calculated import FieldNumber, Formula, Numbers, Result, results
from include.amocrm_statuses.config_hash import named_fields
from include.amocrm_statuses.expression import parse
from include.amocrm_statuses.rules import Condition, Held, Lead, conditions, held_of, passes
from include.amocrm_statuses.tracking import SYSTEM_CODES
from include.wording import number
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

BLANKS = " \t\r\n\u00a0\u202f\ufeff"
UTM = "stage.amocrm_statuses_utm"
CALCULATED = "stage.amocrm_statuses_calculated"
COLUMNS = ("run_id", "lead_id", "calc_id", "value", "problem", "several")


class Judged(NamedTuple):
    """How many leads were looked at, and how many of them the filter does not let through."""

    leads: int = 0
    filtered: int = 0


class _Judge(NamedTuple):
    """Rules and formulas, made ready."""

    rules: Sequence[Condition]
    match: str
    formulas: Sequence[Formula]

    def keeps(self, lead: Lead) -> bool:
        return passes(self.rules, self.match, lead)

    def results(self, lead: Lead) -> list[Result]:
        held = {field_id: _number(values) for field_id, values in lead.fields.items()}
        return results(self.formulas, Numbers(lead.price, held))


def judge(warehouse: Warehouse, job: Statuses) -> Judged:
    """
    Stage where affected leads came from; leave out those that do not pass the filter; work out formulas.

    In a transaction of the caller's, after ``stage.amocrm_statuses_affected`` is filled and analysed.
    """
    warehouse.run_file(SQL / "forget_judged.sql", job.params)
    stage_utm(warehouse, job)
    settings = job.settings
    if not settings.filter.rules and not settings.calculated:
        return Judged()
    judge, params = _ready(warehouse, job)
    leads = filtered = 0
    for rows in warehouse.stream(SQL / "select_judged.sql", params):
        left = _judge_some(warehouse, job, judge, rows)
        leads, filtered = leads + len(rows), filtered + left
    warehouse.analyze("stage.amocrm_statuses_affected", CALCULATED)
    log.info("Проверено сделок: %s, не проходят фильтр: %s", number(leads), number(filtered))
    return Judged(leads, filtered)


def stage_utm(warehouse: Warehouse, job: Statuses) -> None:
    """Stage where affected leads came from; ``judge`` does it."""
    slots = job.settings.custom_fields.slots
    params = {
        "system_codes": list(SYSTEM_CODES),
        "system_names": list(SYSTEM_CODES.values()),
        "slot_names": list(slots),
        "slot_fields": list(slots.values()),
        "blanks": BLANKS,
    }
    warehouse.run_file(SQL / "stage_utm.sql", job.params | params)
    warehouse.analyze(UTM)


def _ready(warehouse: Warehouse, job: Statuses) -> tuple[_Judge, dict[str, Any]]:
    settings = job.settings
    rules = settings.filter.rules
    params = job.params | {
        "fields": named_fields(settings),
        "with_tags": any(rule.field.system == "tag" for rule in rules),
        "with_utm": any(rule.field.utm is not None for rule in rules),
    }
    told = warehouse.select_one(SQL / "select_judged_types.sql", params)
    types = {int(field_id): kind for field_id, kind in (told.types if told else {}).items()}
    account_zone = told.timezone if told else None
    zone, field_zone = settings.zone(account_zone), settings.field_zone(account_zone)
    formulas = [
        Formula(each.id, parse(each.expression), each.missing == "zero") for each in settings.calculated
    ]
    return _Judge(
        conditions(settings.filter, types, zone, field_zone), settings.filter.match, formulas
    ), params


def _judge_some(warehouse: Warehouse, job: Statuses, judge: _Judge, rows: Sequence[Any]) -> int:
    """Judge some thousands of leads; give how many of them are left out."""
    leads = {row.lead_id: _lead(row) for row in rows}
    kept = {lead_id for lead_id, lead in leads.items() if judge.keeps(lead)}
    left = sorted(leads.keys() - kept)
    if left:
        warehouse.run_file(SQL / "mark_filtered.sql", job.params | {"lead_ids": left})
    if judge.formulas:
        kept_leads = ((lead_id, lead) for lead_id, lead in leads.items() if lead_id in kept)
        warehouse.copy_rows(CALCULATED, COLUMNS, _calculated(job.run_id, judge, kept_leads))
    return len(left)


def _calculated(run_id: int, judge: _Judge, leads: Iterator[tuple[int, Lead]]) -> Iterator[tuple[Any, ...]]:
    for lead_id, lead in leads:
        for result in judge.results(lead):
            yield run_id, lead_id, result.calc_id, result.number, result.problem, result.several


def _lead(row: Any) -> Lead:
    fields: Mapping[str, Any] = row.fields or {}
    return Lead(
        row.pipeline_id,
        row.status_id,
        row.responsible_user_id,
        row.price,
        row.created_at,
        row.tags or (),
        row.utm or {},
        {int(field_id): held_of(held) for field_id, held in fields.items()},
    )


def _number(held: Sequence[Held]) -> FieldNumber:
    """Take the number of a field: of several the first; one that does not read is no zero."""
    first = held[0] if held else Held()
    if first.number is not None:
        return FieldNumber(first.number, len(held) > 1)
    is_blank = not (first.text and first.text.strip())
    return FieldNumber("missing" if is_blank else "unparsable", len(held) > 1)
