"""
A table of totals as a chart: a column a year, in it a part for each direction.

Everything is told by attributes and classes: the pages' policy lets no style in. Parts carry the number of
their direction, which the legend explains, so that the chart is read without its colours.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from include.wording import money, plural, shortened
from plugins.ui.totals_table import Table, Year

MOST_DIRECTIONS = 7  # with a colour of their own; the smallest share the last one
MOST_YEARS = 12
STEP, WIDE, MARGIN = 58, 42, 8  # a column with its gap, without it; at the sides
TALL, ABOVE, BELOW = 190, 22, 24  # of the columns; room for sums, for years
LEAST_FOR_NUMBER = 15  # units of height in which a number can be read
REST = "прочие"


class Part(NamedTuple):
    """A part of a column; ``place``: number and colour of its direction."""

    place: int
    x: float
    y: float
    height: float
    title: str

    @property
    def has_number(self) -> bool:
        return self.height >= LEAST_FOR_NUMBER


class Column(NamedTuple):
    """A year; ``top``: where its sum is written."""

    year: int
    middle: float
    parts: list[Part]
    sum: str
    top: float


class Legend(NamedTuple):
    """What a number and colour stand for."""

    place: int
    name: str
    amount: Decimal


class Chart(NamedTuple):
    """A drawing of this size; ``wide``: of a column; ``zero``: where columns begin."""

    width: int
    height: int
    wide: int
    zero: float
    columns: list[Column]
    legend: list[Legend]


def chart_of(table: Table) -> Chart | None:
    """Draw a table; None when there is nothing to be seen in it."""
    places = _places(table)
    years = _years(table)
    above = max((_side(year, 1) for year in years), default=Decimal(0))
    below = max((_side(year, -1) for year in years), default=Decimal(0))
    if not above + below:
        return None
    unit = Decimal(TALL) / (above + below)
    zero = float(ABOVE + above * unit)
    columns = [_column(table, year, no, places, zero, unit) for no, year in enumerate(years)]
    width = 2 * MARGIN + STEP * len(columns)
    return Chart(width, ABOVE + TALL + BELOW, WIDE, zero, columns, _legend(table, places))


def _places(table: Table) -> dict[int, int]:
    """Give each direction its number; those that came to least share the last one when there are too many."""
    order = sorted(table.directions, key=lambda each: -abs(each.total))
    most = MOST_DIRECTIONS if len(order) > MOST_DIRECTIONS else len(order)
    large = {each.category_id for each in order[: most - (len(order) > most)]}
    own = [each.category_id for each in table.directions if each.category_id in large]
    return {each.category_id: _place(each.category_id, own) for each in table.directions}


def _place(category_id: int, own: list[int]) -> int:
    return own.index(category_id) + 1 if category_id in own else len(own) + 1


def _years(table: Table) -> list[Year]:
    """Give the years in order, none left out between them."""
    known = {year.year: year for year in table.years}
    last = max(known)
    first = max(min(known), last - MOST_YEARS + 1)
    return [known.get(year) or Year(year, [], Decimal(0)) for year in range(first, last + 1)]


def _side(year: Year, sign: int) -> Decimal:
    amounts = (cell.row["total"] * sign for cell in year.cells if cell)
    return sum((amount for amount in amounts if amount > 0), Decimal(0))


def _column(table: Table, year: Year, no: int, places: dict[int, int], zero: float, unit: Decimal) -> Column:
    x = MARGIN + STEP * no + (STEP - WIDE) / 2
    parts = list(_parts(table, year, places, x, zero, unit))
    top = min((part.y for part in parts), default=zero)
    written = shortened(year.total) if parts else ""
    return Column(year.year, x + WIDE / 2, parts, written, min(top, zero) - 6)


def _parts(
    table: Table, year: Year, places: dict[int, int], x: float, zero: float, unit: Decimal
) -> Iterator[Part]:
    """Put what was bought above the line, one on the other, and what was given back below it."""
    up = down = zero
    for direction, cell in zip(table.directions, year.cells, strict=False):
        if cell is None or not cell.row["total"]:
            continue
        height = float(abs(cell.row["total"]) * unit)
        is_up = cell.row["total"] > 0
        y = up - height if is_up else down
        up, down = (y, down) if is_up else (up, down + height)
        sum_ = money(cell.row["total"], table.currency, table.decimals)
        deals = plural(cell.row["deals"], "сделка", "сделки", "сделок")
        title = f"{direction.name}, {year.year}: {sum_}, {deals}"
        yield Part(places[direction.category_id], round(x, 2), round(y, 2), round(height, 2), title)


def _legend(table: Table, places: dict[int, int]) -> list[Legend]:
    by_place: dict[int, list[tuple[str, Decimal]]] = {}
    for direction in table.directions:
        by_place.setdefault(places[direction.category_id], []).append((direction.name, direction.total))
    return [
        Legend(
            place, named[0][0] if len(named) == 1 else REST, sum((total for _, total in named), Decimal(0))
        )
        for place, named in sorted(by_place.items())
    ]
