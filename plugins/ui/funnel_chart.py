"""
A funnel as a chart: a bar a container, what leads stood there and what is implied told apart by fill.

Everything is told by attributes and classes: the pages' policy lets no style in. Numbers stand beside the
bars, so that the chart is read without its colours.
"""

from decimal import Decimal
from typing import NamedTuple

from include.wording.numbers import share_of
from plugins.ui.funnel_preview import Figures, FunnelFigures

WIDE = 100  # of the longest bar
STEP, TALL = 10, 8


class Bar(NamedTuple):
    """
    A container's bar, in hundredths of the longest.

    of_first, of_previous: shares of passes, in percent; None: there is nothing to compare with.
    """

    figures: Figures
    visited: float
    implied: float
    of_first: Decimal | None
    of_previous: Decimal | None


def bars_of(funnel: FunnelFigures) -> list[Bar]:
    """Draw a funnel. Shares compare with the first container and with the one before, marked or not."""
    most = max((each.passed for each in funnel.containers), default=0)
    first = funnel.containers[0].passed if funnel.containers else 0
    before = [None, *(each.passed for each in funnel.containers)]
    return [
        Bar(
            each,
            _length(each.visited, most),
            _length(each.implied, most),
            share_of(each.passed, first),
            None if earlier is None else share_of(each.passed, earlier),
        )
        for each, earlier in zip(funnel.containers, before, strict=False)
    ]


def _length(leads: int, most: int) -> float:
    return round(WIDE * leads / most, 2) if most else 0.0
