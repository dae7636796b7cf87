"""«Источники продаж»: what leads have come to by where they came from, one UTM mark below the other."""

from itertools import zip_longest
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.amocrm_statuses.wording import NOT_GIVEN
from plugins.ui.pages.funnel_view import FunnelView, View
from plugins.ui.pages.query import Filter
from plugins.ui.rendering import page
from plugins.ui.warehouse import Reader, WarehouseReader

MOST = 200  # values of a mark on the page
MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
PARAMETERS = ("source", "medium", "campaign", "content")  # those of the marks that may be chosen

router = APIRouter()


def _marks(
    source: Filter = None,
    medium: Filter = None,
    campaign: Filter = None,
    content: Filter = None,
) -> list[str]:
    """Give the marks that are chosen: each needs those above it."""
    chosen: list[str] = []
    for mark in (source, medium, campaign, content):
        if mark is None:
            break
        chosen.append(mark)
    return chosen


@router.get("/utm")
def utm_page(
    request: Request,
    reader: WarehouseReader,
    view: FunnelView,
    marks: Annotated[list[str], Depends(_marks)],
) -> HTMLResponse:
    return page(
        request,
        "funnel_utm.html",
        **view._asdict(),
        filters=view.asked,
        marks=marks,
        mark_names=MARKS,
        parameters=PARAMETERS,
        **_sales(reader, view, marks),
    )


def _sales(reader: Reader, view: View, marks: list[str]) -> dict[str, Any]:
    if view.shown is None:
        return {"rows": [], "sums": {}, "is_cut": False}
    sums, *rows = reader.rows(
        "select_amocrm_utm",
        **view.whose,
        level=len(marks),
        **dict(zip_longest(PARAMETERS, marks)),
        not_given=NOT_GIVEN,
        page_size=1 + MOST + 1,
    )
    return {"rows": rows[:MOST], "is_cut": len(rows) > MOST, "sums": sums}
