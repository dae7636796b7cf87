"""
Work out of one whole reading what every contact's totals shall be (bitrix24 7.2, 4 to 10).

Nothing is added to anything: the same reading gives the same totals, whatever the days before were like.
"""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from include.bitrix24 import names
from include.bitrix24.stopped import Stopped, UnfitField
from include.bitrix24_contact_totals.guards import Size, Sizes, drops, growth, is_other_portal
from include.wording import number
from include.wording.speech import say
from plugins.steps import ledger, scanning
from plugins.steps.bitrix24_contact_totals import (
    SQL,
    CurrencyChanged,
    DealsDropped,
    DealsGrew,
    OtherPortal,
    Totals,
)
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

CHOSEN = "contacts_chosen"  # the choice of contacts, among the readings of a run
NAMING = ("run_id", *names.FieldName._fields, "in_scope", "standing")
LET_IT = " Ничего не изменено. Если так и должно быть, запустите с параметром allow_drop."
LET_IT_GROW = " Ничего не изменено. Если так и должно быть, запустите с параметром allow_growth."
SINCE = "По сравнению с запуском {}: {}."
OTHER_SETTINGS = " С тех пор изменены настройки: {}."
NO_TARGET = "Валюты итогов «{}» в справочнике портала нет: исправьте currency.target."
NOTHING_BEFORE = "Сравнить не с чем: первая полная выборка"
UNFIT = "Поле {} не подходит: тип {}, несколько значений: {}, знаков: {}. Нужно число (double), знаков {}."


class Target(NamedTuple):
    """The currency of the totals, and its places."""

    currency: str
    decimals: int

    @property
    def params(self) -> dict[str, Any]:
        """What the files of ``sql/bitrix24_contact_totals`` refer to."""
        return {"target": self.currency, "decimals": self.decimals, "units": 10**self.decimals}


def target_of(warehouse: Warehouse, job: Totals) -> Target:
    """Give the currency of the totals. Raises Stopped when the portal does not know it."""
    row = warehouse.select_one(SQL / "select_target.sql", job.params)
    if row is None:
        raise Stopped(NO_TARGET.format(job.settings.currency.target or "базовая"))
    return Target(row.currency, row.decimals)


def plan_totals(warehouse: Warehouse, job: Totals) -> None:
    """
    Work out amounts, parts, totals and wanted values; several attempts come to the same.

    Raises BrokenPromise when sums do not add up, DealsDropped, DealsGrew, OtherPortal, CurrencyChanged,
    UnfitField.
    """
    if not warehouse.select(SQL / "select_whole_reading.sql", job.params):
        raise ledger.StagedRowsGone(say(ledger.STAGED_ROWS_GONE).format(job.run_id))
    target = target_of(warehouse, job)
    params = job.params | target.params
    with warehouse.transaction():
        warehouse.run_file(SQL / "forget_plan.sql", params)
        scanning.forget(warehouse, job.run_id, CHOSEN)  # contacts are chosen anew, and asked anew
        warehouse.run_files(SQL, ("stage_amounts",), params)
        warehouse.analyze("stage.bitrix24_contact_totals_amount")
        warehouse.run_files(SQL, ("stage_parts", "stage_totals"), params)
        warehouse.analyze("stage.bitrix24_contact_totals_part", "stage.bitrix24_contact_totals_total")
        warehouse.assert_file(SQL / "assert_totals.sql", params)
        _guard(warehouse, job, target)
        _name_fields(warehouse, job, target)
        warehouse.run_file(SQL / "stage_wanted.sql", params)
    warehouse.analyze("stage.bitrix24_contact_totals_wanted")


def _guard(warehouse: Warehouse, job: Totals, target: Target) -> None:
    """Compare with the reading before. Raises Stopped when this one cannot be believed."""
    last = warehouse.select_one(SQL / "select_snapshot.sql", job.params)
    if last is None:
        log.info(NOTHING_BEFORE)
        return
    if not job.scope.allow_drop:
        _refuse_another(warehouse, job, last, target)
    if (last.currency, last.decimals) != target:
        return  # sums of another currency are not to be compared
    before, now = _sizes(warehouse, job, last)
    shown = [row.category_id for row in warehouse.select(SQL / "select_shown_funnels.sql", job.params)]
    guards = job.settings.guards
    fallen = [] if job.scope.allow_drop else drops(before, now, shown, guards.max_drop)
    if fallen:
        raise DealsDropped(SINCE.format(last.run_id, "; ".join(fallen)) + LET_IT)
    common = {funnel: size for funnel, size in now.items() if _did_manage(last.policy, funnel)}
    grown = None if job.scope.allow_growth else growth(before, common, guards.max_growth)
    if grown:
        raise DealsGrew(SINCE.format(last.run_id, grown) + _changed(last.policy, job.policy) + LET_IT_GROW)


def _refuse_another(warehouse: Warehouse, job: Totals, last: Any, target: Target) -> None:
    """Raise CurrencyChanged or OtherPortal."""
    if (last.currency, last.decimals) != target:
        before, now = f"{last.currency} ({last.decimals})", f"{target.currency} ({target.decimals})"
        raise CurrencyChanged(f"Валюта итогов была {before}, стала {now}." + LET_IT)
    seen = warehouse.select_one(SQL / "count_seen_again.sql", job.params)
    if is_other_portal(seen.known, seen.seen, job.settings.guards.min_seen_again):
        told = f"Из {number(seen.known)} прежних успешных сделок на портале есть {number(seen.seen)}."
        raise OtherPortal(told + LET_IT)


def _sizes(warehouse: Warehouse, job: Totals, last: Any) -> tuple[Sizes, Sizes]:
    """Give what the directions of the settings came to before, and what those that were read come to now."""
    before = {
        int(funnel): Size(size["deals"], size["minor"])
        for funnel, size in last.funnels.items()
        if job.settings.manages(int(funnel))
    }
    rows = warehouse.select(SQL / "select_reading.sql", job.params)
    return before, {row.category_id: Size(row.deals, row.minor) for row in rows}


def _did_manage(policy: Mapping[str, Any], funnel: int) -> bool:
    """Tell whether a direction counted by the settings of then: one that is new in them is no growth."""
    wanted, unwanted = policy["funnels"], policy["exclude_funnels"]
    return (not wanted or funnel in wanted) and funnel not in unwanted


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    names = [name for name in now if before.get(name) != now[name]]
    return OTHER_SETTINGS.format(", ".join(names)) if names else ""


def _name_fields(warehouse: Warehouse, job: Totals, target: Target) -> None:
    """Write down which field holds what, and which of them may be created."""
    fields = job.settings.fields
    there = {row.field_name: row for row in warehouse.select(SQL / "select_contact_fields.sql", job.params)}
    directions = warehouse.select(SQL / "select_directions.sql", job.params)
    rows = []
    for name in names.names(fields, [row.category_id for row in directions], job.years):
        in_scope, held = _in_scope(job, name), there.get(name.field_name)
        if held is not None and in_scope:
            _refuse_unfit(held, name, target)
        rows.append((job.run_id, *name, in_scope, "there" if held is not None else "new"))
    warehouse.copy_rows("stage.bitrix24_contact_totals_naming", NAMING, rows)
    creatable = _creatable(warehouse, job, there)
    warehouse.run_file(SQL / "mark_absent_fields.sql", job.params | {"creatable": creatable})


def _in_scope(job: Totals, name: names.FieldName) -> bool:
    if name.year is not None:
        return name.year in job.written_years
    return job.scope.years is None or name.kind == "changed_at"


def _refuse_unfit(held: Any, name: names.FieldName, target: Target) -> None:
    """Raise UnfitField for a field that would not keep our values as they are."""
    wanted = ("datetime",) if name.kind == "changed_at" else ("double",)
    is_coarse = name.kind != "changed_at" and held.precision is not None and held.precision < target.decimals
    if held.type not in wanted or held.is_multiple or is_coarse:
        several = "да" if held.is_multiple else "нет"
        raise UnfitField(UNFIT.format(name.field_name, held.type, several, held.precision, target.decimals))


def _creatable(warehouse: Warehouse, job: Totals, there: Any) -> list[str]:
    """Choose the fields to create: those a total needs, newest year first, as many as are allowed."""
    fields = job.settings.fields
    if not fields.auto_create:
        return []
    ours = sum(names.is_ours(fields.prefix, name) for name in there)
    needed = warehouse.select(SQL / "select_needed_fields.sql", job.params)
    return [row.field_name for row in needed[: max(fields.most - ours, 0)]]
