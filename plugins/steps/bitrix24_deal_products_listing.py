"""Deals as the portal lists them, and as they are staged; a few of them by their numbers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from plugins.hooks.bitrix24 import Bitrix24Hook, Listing
from plugins.hooks.bitrix24_lists import PAGE, UnknownField
from plugins.steps.bitrix24_deal_products import DealProducts
from plugins.steps.bitrix24_deal_products_asking import ask_all, chunks, cleaned, rows_of
from plugins.warehouse import Warehouse

DEAL = ("run_id", "deal_id", "category_id", "semantic", "updated_at", "fields", "is_candidate")
OWN = ("id", "categoryId", "stageSemanticId", "updatedTime", "movedTime", "title", "closedate")


def listing_of(job: DealProducts, condition: Mapping[str, Any]) -> Listing:
    """Make the list of the deals of the chosen funnels that meet a condition."""
    own = dict.fromkeys((*OWN, *job.settings.targets))
    funnels = {"@categoryId": job.settings.funnels} if job.settings.funnels else {}
    return Listing(
        "crm.item.list",
        {"isRecurring": "N", **funnels, **condition},
        list(own),
        params={"entityTypeId": 2, "useOriginalUfNames": "Y"},
    )


def by_numbers(
    job: DealProducts, hook: Bitrix24Hook, wanted: Sequence[int]
) -> tuple[list[Mapping[str, Any]], list[int]]:
    """Read deals by their numbers; also give the numbers of those that are not there."""
    listing = listing_of(job, {})._replace(filter={})
    pieces = {f"d{place:04}": piece for place, piece in enumerate(chunks(wanted, PAGE))}
    commands = {key: listing._replace(filter={"@id": list(piece)}).page(0) for key, piece in pieces.items()}
    values = ask_all(hook, commands) if commands else {}
    rows = [row for key, value in values.items() for row in rows_of(commands[key], value, "items")]
    for row in rows:
        if missing := set(listing.select) - row.keys():
            raise UnknownField(f"Битрикс24: crm.item.list не знает полей: {', '.join(sorted(missing))}")
    there = {listing.id_of(row) for row in rows}
    return rows, [each for each in wanted if each not in there]


def copy_deals(
    warehouse: Warehouse, job: DealProducts, rows: Iterable[Mapping[str, Any]], *, is_candidate: bool
) -> None:
    """Stage deals as they came."""
    warehouse.copy_rows(
        "stage.bitrix24_deal_products_deal", DEAL, (_row(job, row, is_candidate) for row in rows)
    )


def _row(job: DealProducts, row: Mapping[str, Any], is_candidate: bool) -> tuple[Any, ...]:
    fields = {
        name: row.get(name)
        for name in dict.fromkeys(("title", "closedate", "movedTime", *job.settings.targets))
    }
    moment = row["updatedTime"] or None
    about = (int(row["id"]), int(row["categoryId"] or 0), row["stageSemanticId"], moment)
    return (job.run_id, *about, Jsonb(cleaned(fields)), is_candidate)


def copy_gone(warehouse: Warehouse, job: DealProducts, gone: Iterable[int], *, is_candidate: bool) -> None:
    """Stage numbers that the portal knows no deals of."""
    rows = ((job.run_id, each, 0, "gone", None, Jsonb({}), is_candidate) for each in gone)
    warehouse.copy_rows("stage.bitrix24_deal_products_deal", DEAL, rows)
