"""The funnel and a lead's way as drawings: lengths, shares, gaps outside of the funnel."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from include.amocrm_statuses.mapping import ContainerMap, FunnelMap
from plugins.ui.funnel_chart import bars_of
from plugins.ui.funnel_path import NARROWEST, WIDEST, drawn
from plugins.ui.funnel_preview import Figures, FunnelFigures

START = datetime(2026, 1, 1, tzinfo=UTC)


def funnel(*passes: tuple[int, int], markers: Sequence[str | None] = ()) -> FunnelFigures:
    marked = [*markers, *[None] * len(passes)]
    containers = [
        ContainerMap(f"c{place}", "", place, marked[place - 1], ()) for place in range(1, len(passes) + 1)
    ]
    figures = [
        Figures(one, visited, implied) for one, (visited, implied) in zip(containers, passes, strict=True)
    ]
    return FunnelFigures(FunnelMap("f", "", tuple(containers)), figures)


def stay(entered: int, left: int | None) -> dict[str, object]:
    days = [None if day is None else START + timedelta(days=day) for day in (entered, left)]
    return {"entered_at": days[0], "left_at": days[1]}


def test_the_longest_bar_fills_the_width_and_shares_compare_passes() -> None:
    first, second, third = bars_of(funnel((8, 0), (2, 3), (6, 4)))
    assert (third.visited, third.implied) == (60.0, 40.0)
    assert (first.visited, second.implied) == (80.0, 30.0)
    assert (first.of_first, first.of_previous) == (Decimal(100), None)
    assert (second.of_first, second.of_previous) == (Decimal("62.5"), Decimal("62.5"))
    assert third.of_previous == Decimal(200)  # refusals are not filled up: a later one may have more


def test_a_sale_is_compared_with_the_stage_before_and_a_refusal_with_none() -> None:
    markers = (None, None, "pause", "success", "refusal", "return")
    bars = bars_of(funnel((8, 0), (4, 0), (1, 0), (3, 0), (2, 0), (1, 0), markers=markers))
    assert [bar.of_previous for bar in bars] == [None, Decimal(50), None, Decimal(75), None, None]


def test_a_funnel_nobody_is_in_is_drawn_without_shares() -> None:
    assert [bar[1:] for bar in bars_of(funnel((0, 0), (0, 0)))] == [(0.0, 0.0, None, None)] * 2
    assert bars_of(funnel()) == []


def test_stays_stand_one_after_the_other_and_long_ones_are_wider() -> None:
    drawing = drawn([stay(0, 1), stay(1, 40), stay(40, None)])
    assert drawing
    first, second, last = drawing.stays
    assert first.width == NARROWEST < second.width <= WIDEST
    assert first.x + first.width < second.x < last.x
    assert last.x + last.width <= drawing.width
    assert drawing.outside == []


def test_time_outside_of_the_funnel_is_a_gap() -> None:
    drawing = drawn([stay(0, 1), stay(3, 4)])
    assert drawing
    assert len(drawing.outside) == 2  # between them, and after the last


def test_a_lead_that_was_nowhere_has_no_drawing() -> None:
    assert drawn([]) is None
