"""«Отказы»: leads in refusal, by reason, by the container they left, by manager, and one by one."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from plugins.ui.pages.funnel_view import FunnelView, View
from plugins.ui.pages.query import Filter, Moment, NumberFilter
from plugins.ui.rendering import page
from plugins.ui.warehouse import Reader, WarehouseReader

PAGE_SIZE = 50
GROUPS = {"reason": "Причина", "container": "Откуда отказ", "manager": "Менеджер"}
NONE = "-"  # how an address asks for leads without any

Filters = dict[str, Any]

router = APIRouter()


def _chosen(reason: Filter = None, container: Filter = None, manager: Filter = None) -> Filters:
    return {"reason": reason, "container": container, "manager": manager}


@router.get("/refusals")
def refusals_page(
    request: Request,
    reader: WarehouseReader,
    view: FunnelView,
    filters: Annotated[Filters, Depends(_chosen)],
    before: NumberFilter = None,
    below: Moment = None,
) -> HTMLResponse:
    return page(
        request,
        "funnel_refusals.html",
        **view._asdict(),
        filters=view.asked | filters,
        narrowed=filters,
        group_names=GROUPS,
        none_key=NONE,
        before=before,
        **_refusals(reader, view, filters, (before, below)),
    )


def _refusals(
    reader: Reader, view: View, filters: Filters, place: tuple[int | None, datetime | None]
) -> dict[str, Any]:
    if view.shown is None:
        return {"groups": {}, "leads": [], "following": None}
    narrowed = {name: "" if value == NONE else value for name, value in filters.items()}
    before, below = place if None not in place else (None, None)
    going_on = {"before": before, "below": below, "page_size": PAGE_SIZE + 1}
    found = reader.rows("select_amocrm_refused_leads", **view.whose, **narrowed, **going_on)
    counted = reader.rows("select_amocrm_refusals", **view.whose)
    return {
        "groups": {by: [row for row in counted if row["by"] == by] for by in GROUPS},
        "leads": found[:PAGE_SIZE],
        "following": found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None,
    }
