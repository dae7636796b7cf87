"""
What the portal's catalogues and deals are made of, and whether the settings fit them (bitrix24 2.9, 3).

Property numbers are found by codes; they differ from catalogue to catalogue.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from include.bitrix24.commands import Command
from include.bitrix24.metadata import COMMANDS
from include.bitrix24.stopped import UnfitField, UnknownFunnel
from include.bitrix24_deal_products.fit import Kind, fits
from include.errors import ConfigError
from include.settings.bitrix24_deal_products import DealProductsSettings
from include.settings.loader import did_you_mean
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.steps import ledger
from plugins.steps.bitrix24_deal_products import SQL, DealProducts, UnknownProperty, keep_moment, reach_of
from plugins.steps.bitrix24_deal_products_asking import every_page, number
from plugins.steps.bitrix24_metadata import read_metadata, stage_metadata, tell_moved
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

FUNNELS = COMMANDS["funnels"]
_CATALOGS = Command("catalog.catalog.list", {})
OVERWRITTEN = (
    "выигранных сделок с днём выигрыша вместо даты поездки: {}. Отключите на портале автоматическую дату "
    "завершения или включите dates.repair_closedate."
)


class Block(NamedTuple):
    """A catalogue. ``product_block``: of one that holds variations, the catalogue of their products."""

    iblock_id: int
    product_block: int | None
    properties: Mapping[str, int]  # code -> number

    @property
    def holds_variations(self) -> bool:
        """Tell whether it holds variations."""
        return self.product_block is not None


def check_catalog(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook) -> None:
    """
    Look whether the portal has what the settings name; stage its funnels and the fields of its deals.

    Raises NotAdmin, UnknownFunnel, UnfitField, UnknownProperty, ConfigError.
    """
    told, _ = read_metadata(hook)
    _tell_moved(warehouse, job, hook)
    refuse_funnels(job, [funnel.category_id for funnel in told.funnels])
    fields = {field.field_name: field for field in told.fields if field.entity == "deal"}
    _refuse_fields({name: Kind(each.type, each.is_multiple) for name, each in fields.items()}, job.settings)
    read_blocks(hook, job.settings)
    moment = hook.portal_time()
    with warehouse.transaction():
        warehouse.select(ledger.SQL / "make_room.sql", job.params)
        stage_metadata(warehouse, job.run_id, told)
        keep_moment(warehouse, job, moment)
    _tell_overwritten(warehouse, job)


def _tell_overwritten(warehouse: Warehouse, job: DealProducts) -> None:
    """Say, when all deals are looked at, that the portal replaces days of trips (bitrix24 8 P6)."""
    dates = job.settings.dates
    if dates.repair_closedate or dates.closedate == "off" or reach_of(warehouse, job).since:
        return
    if count := warehouse.select_one(SQL / "count_overwritten.sql", job.params).deals:
        told = OVERWRITTEN.format(count)
        log.warning(told)
        ledger.log_event(warehouse, job.run_id, "B24_CLOSEDATE_NOT_REPAIRED", {"message": told})


def known_kinds(warehouse: Warehouse, job: DealProducts) -> dict[str, Kind]:
    """Give what the fields of deals hold, as staged."""
    rows = warehouse.select(SQL / "select_fields.sql", job.params)
    return {row.field_name: Kind(row.type, row.is_multiple) for row in rows}


def require_staged(warehouse: Warehouse, job: DealProducts) -> None:
    """Raise StagedRowsGone when what ``check_catalog`` has staged is there no more: nothing else is then."""
    if not warehouse.select(SQL / "select_funnels.sql", job.params):
        raise ledger.StagedRowsGone(ledger.STAGED_ROWS_GONE.format(job.run_id))


def read_blocks(hook: Bitrix24Hook, settings: DealProductsSettings) -> dict[int, Block]:
    """
    Read the catalogues of the settings, and those of their variations, with the properties that are wanted.

    Raises ConfigError for a catalogue that there is not, UnknownProperty for a code that none of them has.
    """
    listed, refused = every_page(hook, {"catalogs": _CATALOGS}, "catalogs")
    if refused:
        raise ConfigError(
            f"Каталоги портала не читаются: {refused['catalogs']}. Вебхуку нужно право catalog."
        )
    parents = {_block_of(row): number(row.get("productIblockId")) for row in listed["catalogs"]}
    wanted = settings.catalog.iblocks
    if missing := [each for each in wanted if each not in parents]:
        told = ", ".join(map(str, missing))
        known = ", ".join(str(each) for each, parent in parents.items() if parent is None)
        raise ConfigError(
            f"catalog.iblocks: каталога {told} на портале нет; есть {known or 'только пустой список'}."
        )
    chosen = {each: parent for each, parent in parents.items() if each in wanted or parent in wanted}
    properties = _properties(hook, chosen, settings)
    return {each: Block(each, parent, properties[each]) for each, parent in chosen.items()}


def refuse_funnels(job: DealProducts, shown: Iterable[int]) -> None:
    """Raise UnknownFunnel for a funnel of the settings that is not shown, or when none is."""
    shown = set(shown)
    missing = sorted(set(job.settings.funnels) - shown)
    if missing or not shown:
        told = f"воронок {', '.join(map(str, missing))}" if missing else "ни одной воронки сделок"
        raise UnknownFunnel(
            f"Портал не показывает {told}: их нет, или у сотрудника, создавшего вебхук, нет на них прав."
        )


def _tell_moved(warehouse: Warehouse, job: DealProducts, hook: Bitrix24Hook) -> None:
    tell_moved(warehouse, job.run_id, hook)


def _refuse_fields(kinds: Mapping[str, Kind], settings: DealProductsSettings) -> None:
    """Raise UnfitField with all the fields that there are not, or that do not suit."""
    problems = []
    for name in settings.targets:
        if name not in kinds:
            problems.append(f"{name}: такого поля у сделок нет{did_you_mean(name, kinds)}")
        elif problem := _unfit(name, kinds[name], settings):
            problems.append(f"{name}: {problem}")
    if problems:
        raise UnfitField("Поля сделок не подходят настройкам.\n" + "\n".join(problems))


def _unfit(name: str, kind: Kind, settings: DealProductsSettings) -> str | None:
    """Say why a field does not suit; None: it does."""
    dates = settings.dates
    days = {each.field for each in (dates.end, dates.start, dates.range) if each}
    if not fits(kind):
        return f"в поле вида {kind.type} данные товара не переносятся"
    if name in days and kind.is_multiple:
        return "для даты нужно поле с одним значением"
    if name in days and kind.type not in ("date", "datetime", "string"):
        return f"для даты нужно поле вида date, а оно {kind.type}"
    return None


def _properties(
    hook: Bitrix24Hook, blocks: Mapping[int, int | None], settings: DealProductsSettings
) -> dict[int, dict[str, int]]:
    """Find the numbers of the wanted properties in each catalogue."""
    commands = {f"b{each}": _properties_of(each) for each in blocks}
    listed, refused = every_page(hook, commands, "productProperties")
    if refused:
        raise ConfigError(f"Свойства каталогов не читаются: {'; '.join(map(str, refused.values()))}")
    numbers = {each: _numbers(listed[f"b{each}"], settings.properties) for each in blocks}
    read = [each for each, parent in blocks.items() if _is_read(parent, settings)]
    known = {code for each in read for code in numbers[each]}
    if missing := [code for code in settings.properties if code not in known]:
        codes = {str(row.get("code")) for rows in listed.values() for row in rows if row.get("code")}
        lines = [f"«{code}»{did_you_mean(code, codes)}" for code in missing]
        raise UnknownProperty("В каталогах нет свойств с кодами:\n" + "\n".join(lines))
    return numbers


def _is_read(parent: int | None, settings: DealProductsSettings) -> bool:
    """Tell whether values of a catalogue are taken at all."""
    offers = settings.catalog.offers
    return offers == "parent_fills" or (parent is None) == (offers == "parent_only")


def _properties_of(iblock_id: int) -> Command:
    select = ["id", "iblockId", "code"]
    return Command("catalog.productProperty.list", {"filter": {"iblockId": iblock_id}, "select": select})


def _numbers(rows: Iterable[Mapping[str, Any]], codes: Iterable[str]) -> dict[str, int]:
    found = {str(row.get("code")): int(row["id"]) for row in rows}
    return {code: found[code] for code in codes if code in found}


def _block_of(row: Mapping[str, Any]) -> int:
    return int(row.get("iblockId") or row["id"])
