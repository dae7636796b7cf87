"""«Отказы»: leads in refusal, by reason, by the container they left, by manager, and one by one."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from plugins.ui.funnel_account import Chosen, Funnel, Span, chosen_account, funnel_named, funnels_of
from plugins.ui.pages.months import Months
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
    span: Months,
    filters: Annotated[Filters, Depends(_chosen)],
    funnel: Filter = None,
    account: Filter = None,
    before: NumberFilter = None,
    below: Moment = None,
) -> HTMLResponse:
    chosen = chosen_account(reader, account)
    funnels = funnels_of(reader, chosen.name)
    shown = funnel_named(funnels, funnel)
    kept = {"funnel": funnel, **span.asked, **chosen.asked}
    return page(
        request,
        "funnel_refusals.html",
        chosen=chosen,
        funnels=funnels,
        shown=shown,
        span=span,
        months=[row["month"] for row in reader.rows("select_amocrm_months", account=chosen.name)],
        kept=kept,
        filters=kept | filters,
        narrowed=filters,
        group_names=GROUPS,
        none_key=NONE,
        before=before,
        **_refusals(reader, chosen, shown, span, filters, (before, below)),
    )


def _refusals(
    reader: Reader,
    chosen: Chosen,
    shown: Funnel | None,
    span: Span,
    filters: Filters,
    place: tuple[int | None, datetime | None],
) -> dict[str, Any]:
    if shown is None:
        return {"groups": {}, "leads": [], "following": None}
    asked = {"account": chosen.name, "funnel": shown.funnel_id, **span.days}
    narrowed = {name: "" if value == NONE else value for name, value in filters.items()}
    before, below = place if None not in place else (None, None)
    going_on = {"before": before, "below": below, "page_size": PAGE_SIZE + 1}
    found = reader.rows("select_amocrm_refused_leads", **asked, **narrowed, **going_on)
    return {
        "groups": {by: reader.rows("select_amocrm_refusals", **asked, by=by) for by in GROUPS},
        "leads": found[:PAGE_SIZE],
        "following": found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None,
    }
