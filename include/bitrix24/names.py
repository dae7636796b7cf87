"""
Names and labels of the fields that totals are written to (bitrix24 7.2, A10).

They are built here alone: SQL finds them in a table.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from include.settings.bitrix24_contact_totals import Fields

EVERYTHING, ALL_YEARS = "все направления", "все годы"
CHANGED_AT_LABEL, CHANGED_AT_COLUMN = "Суммы сделок изменились", "Суммы изменились"
LONGEST = 50
OLD_LONGEST = 20  # portals of old refuse longer names


class FieldName(NamedTuple):
    """A field: one direction and year, a year, everything, or the moment of the last change."""

    field_name: str
    kind: str
    category_id: int | None = None
    year: int | None = None


def total(prefix: str, category_id: int, year: int) -> FieldName:
    """Name the field of a direction and year."""
    return FieldName(f"UF_CRM_{prefix}_{category_id}_{year}", "total", category_id, year)


def stamp(prefix: str) -> str:
    """Name the field of the last change."""
    return f"UF_CRM_{prefix}_AT"


def is_ours(prefix: str, field_name: str) -> bool:
    """Tell whether a field of the portal is one of ours, of whatever year."""
    return field_name.startswith(f"UF_CRM_{prefix}_")


def names(fields: Fields, categories: Iterable[int], years: Iterable[int]) -> Iterator[FieldName]:
    """Name all fields that the settings ask for."""
    years = list(years)
    yield from (total(fields.prefix, category, year) for category in categories for year in years)
    if fields.year_totals:
        yield from (FieldName(f"UF_CRM_{fields.prefix}_ALL_{year}", "year", None, year) for year in years)
    if fields.grand_total:
        yield FieldName(f"UF_CRM_{fields.prefix}_ALL", "all")
    if fields.changed_at:
        yield FieldName(stamp(fields.prefix), "changed_at")


def creation(
    fields: Fields, name: FieldName, direction: str | None, currency: str, decimals: int
) -> Mapping[str, Any]:
    """Say all that it takes to create a field."""
    told = {
        "year": ALL_YEARS if name.year is None else name.year,
        "direction": direction if name.kind == "total" else EVERYTHING,
        "currency": currency,
    }
    is_stamp = name.kind == "changed_at"
    return {
        "field_name": name.field_name,
        "kind": name.kind,
        "category_id": name.category_id,
        "year": name.year,
        "label": CHANGED_AT_LABEL if is_stamp else fields.label.format(**told),
        "column": CHANGED_AT_COLUMN if is_stamp else fields.column.format(**told),
        "precision": None if is_stamp else decimals,
        "xml_id": _xml_id(name),
        "sort": _sort(name),
        "show_filter": fields.show_filter,
    }


def _xml_id(name: FieldName) -> str:
    if name.kind == "total":
        return f"b24_totals:{name.category_id}:{name.year}"
    return f"b24_totals:{name.kind}" + (f":{name.year}" if name.year else "")


def _sort(name: FieldName) -> int:
    """Put fields together by direction, then by year; sums of all of them come first."""
    return 5000 + (0 if name.category_id is None else 100 * name.category_id) + (name.year or 0) % 100
