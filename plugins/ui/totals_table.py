"""Totals of a contact as a table of years and directions, and how each of them stands on the portal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from plugins.ui.warehouse import Row


class Cell(NamedTuple):
    """A total; ``standing``: a key of STANDINGS."""

    row: Row
    standing: str


class Direction(NamedTuple):
    """A column of the table: a funnel, and what all its years come to."""

    category_id: int
    name: str
    total: Decimal


class Year(NamedTuple):
    """A row of the table; ``cells`` in the order of the directions, None where there is nothing."""

    year: int
    cells: list[Cell | None]
    total: Decimal


class Table(NamedTuple):
    """All totals of a contact, the newest year first."""

    directions: list[Direction]
    years: list[Year]
    total: Decimal
    currency: str
    decimals: int


def table_of(rows: Sequence[Row], *, is_gone: bool) -> Table | None:
    """Put totals together; directions in the order of the portal. None: there are none."""
    if not rows:
        return None
    order = sorted(rows, key=lambda row: (row["sort"] is None, row["sort"] or 0, row["category_id"]))
    names = {row["category_id"]: row["direction"] for row in order}
    cells = {(row["year"], row["category_id"]): Cell(row, standing_of(row, is_gone=is_gone)) for row in rows}
    years = sorted({row["year"] for row in rows}, reverse=True)
    return Table(
        [Direction(number, name, _sum(rows, "category_id", number)) for number, name in names.items()],
        [Year(year, [cells.get((year, each)) for each in names], _sum(rows, "year", year)) for year in years],
        sum((row["total"] for row in rows), Decimal(0)),
        rows[0]["currency"],
        rows[0]["decimals"],
    )


def standing_of(row: Row, *, is_gone: bool) -> str:
    """Say how a total stands on the portal; one that has changed since the portal was asked waits."""
    if is_gone:
        return "gone"
    if row["field_name"] is None:
        return "no_field" if row["total"] else "same"
    if row["is_written"]:
        return "same"
    is_newer = row["written_at"] is None or row["changed_at"] > row["written_at"]
    if not is_newer:
        return "differs"
    return "older" if row["written"] else "waits"


def _sum(rows: Sequence[Row], key: str, value: int) -> Decimal:
    return sum((row["total"] for row in rows if row[key] == value), Decimal(0))
