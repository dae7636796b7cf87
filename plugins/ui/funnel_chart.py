"""
A funnel as a chart: a bar a container, what leads stood there and what is implied told apart by fill.

Everything is told by attributes and classes: the pages' policy lets no style in. Numbers stand beside the
bars, so that the chart is read without its colours.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from include.wording.numbers import share_of
from plugins.ui.funnel_preview import Figures, FunnelFigures

WIDE = 100  # of the longest bar


class Bar(NamedTuple):
    """
    A container's bar, in hundredths of the longest.

    of_first, of_previous: shares of passes, in percent; None: there is nothing to compare with. The previous
    one is the last stage before it: a pause on the way is none, and a refusal or a return follows any.
    """

    figures: Figures
    visited: float
    implied: float
    of_first: Decimal | None
    of_previous: Decimal | None


def bars_of(funnel: FunnelFigures) -> list[Bar]:
    """Draw a funnel. Shares compare with the first container, and those of stages with the stage before."""
    most = max((each.passed for each in funnel.containers), default=0)
    first = funnel.containers[0].passed if funnel.containers else 0
    return [
        Bar(
            each,
            _length(each.visited, most),
            _length(each.implied, most),
            share_of(each.passed, first),
            None if earlier is None else share_of(each.passed, earlier),
        )
        for each, earlier in zip(funnel.containers, _stages_before(funnel.containers), strict=True)
    ]


def _stages_before(containers: Sequence[Figures]) -> Iterator[int | None]:
    """Give the passes of the stage before each container; None: it is the first one, or follows no stage."""
    stage: int | None = None
    for each in containers:
        marker = each.container.marker
        yield stage if marker in (None, "success") else None
        stage = each.passed if marker is None else stage


def _length(leads: int, most: int) -> float:
    return round(WIDE * leads / most, 2) if most else 0.0
