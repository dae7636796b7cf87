"""
A lead's way as a drawing: its stays one after the other, longer ones wider, the last one open.

Everything is told by attributes and classes: the pages' policy lets no style in.
"""

from collections.abc import Sequence
from datetime import datetime
from math import log2
from typing import NamedTuple

from plugins.ui.warehouse import Row

NARROWEST, WIDEST, GAP = 46, 200, 4
HEIGHT, BAR = 46, 26


class Stay(NamedTuple):
    """A stay: where it is drawn, and which row of the table tells of it."""

    row: Row
    number: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


class Drawing(NamedTuple):
    """The way; outside: gaps in which the lead stood in no container of any funnel."""

    width: float
    height: int
    bar: int
    stays: list[Stay]
    outside: list[tuple[float, float]]


def drawn(rows: Sequence[Row]) -> Drawing | None:
    """Draw the stays of a lead. None: there is none."""
    if not rows:
        return None
    stays: list[Stay] = []
    outside: list[tuple[float, float]] = []
    x, left_at = 0.0, rows[0]["entered_at"]
    for number, row in enumerate(rows, 1):
        if left_at is not None and left_at < row["entered_at"]:
            outside.append((x, NARROWEST / 2))
            x += NARROWEST / 2 + GAP
        width = _width(row)
        stays.append(Stay(row, number, round(x, 1), width))
        x, left_at = x + width + GAP, row["left_at"]
    if left_at is not None:
        outside.append((x, NARROWEST / 2))
        x += NARROWEST / 2
    return Drawing(round(x, 1), HEIGHT, BAR, stays, outside)


def _width(row: Row) -> float:
    """Give a stay its width: a day and less the narrowest, from there on with the logarithm."""
    entered: datetime = row["entered_at"]
    end: datetime = row["left_at"] or datetime.now(entered.tzinfo)
    days = max((end - entered).total_seconds() / 86_400, 1)
    return round(min(NARROWEST + 16 * log2(days), WIDEST), 1)
