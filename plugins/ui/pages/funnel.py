"""«Воронка»: how the connection stands, the funnel as a chart, what deserves a look, a search for leads."""

from typing import Annotated, Any

from airflow.sdk import Param
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from plugins.pipelines.amocrm_params import PARAMS
from plugins.ui.access import may_start
from plugins.ui.deeds import deeds_of
from plugins.ui.funnel_account import Chosen, chosen_account
from plugins.ui.funnel_chart import bars_of
from plugins.ui.funnel_preview import figures_of, published
from plugins.ui.latest import latest_runs
from plugins.ui.launch import form_of
from plugins.ui.pages.funnel_view import FunnelView, View
from plugins.ui.pages.query import Filter, NumberFilter, number_in, pattern_of
from plugins.ui.rendering import page
from plugins.ui.site import AMOCRM_STATUSES
from plugins.ui.warehouse import Reader, WarehouseReader

PAGE_SIZE = 50
MOST_ISSUES = 100
MOST_UNREAD = 100
OPERATION = "operation"  # the Param that buttons of the page post

MayStart = Annotated[bool, Depends(may_start(AMOCRM_STATUSES.dag_id))]

router = APIRouter()


@router.get("/")
def funnel_page(
    request: Request,
    reader: WarehouseReader,
    may_start: MayStart,
    view: FunnelView,
    sought: Filter = None,
    before: NumberFilter = None,
) -> HTMLResponse:
    text = (sought or "").strip() or None
    return page(
        request,
        "funnel.html",
        **view._asdict(),
        **_state(reader, view.chosen),
        **_chart(reader, view),
        **_leads(reader, view.chosen, text, before),
        filters={**view.asked, "sought": text},
        issues=reader.rows("select_amocrm_issues", account=view.chosen.name, page_size=MOST_ISSUES),
        unread=reader.rows("select_amocrm_unread", account=view.chosen.name, page_size=MOST_UNREAD),
        form=form_of(_asked(PARAMS)),
        may_start=may_start,
        dag_id=AMOCRM_STATUSES.dag_id,
    )


@router.get("/state")
def funnel_state(request: Request, reader: WarehouseReader, account: Filter = None) -> HTMLResponse:
    """Give the part of the page that changes while a run is going."""
    chosen = chosen_account(reader, account)
    return page(request, "funnel_state.html", chosen=chosen, **_state(reader, chosen))


def _asked(params: dict[str, Param]) -> dict[str, Param]:
    """Leave out what buttons of the page ask for."""
    return {name: param for name, param in params.items() if name != OPERATION}


def _state(reader: Reader, chosen: Chosen) -> dict[str, Any]:
    """Say how the connection stands, how the last runs went, and whether every lead is accounted for."""
    latest = latest_runs(reader, AMOCRM_STATUSES, [chosen.name] if chosen.name else [])
    last = latest.runs.get(chosen.name or "")
    kept = reader.rows_in_order("select_amocrm_reconciliation", account=chosen.name)
    return {
        "latest": last,
        "deeds": deeds_of(reader, AMOCRM_STATUSES, [last]),
        "trial": latest.trials.get(chosen.name or ""),
        "unchosen": latest.unchosen,
        "kept": next(iter(kept), None),
        "zone": chosen.zone,
    }


def _chart(reader: Reader, view: View) -> dict[str, Any]:
    """Count leads by the chosen mapping; money is the marts', whose prices may be those at success."""
    if view.shown is None:
        return {"bars": [], "sums": None}
    chosen = view.chosen
    tried = figures_of(reader, chosen.name, published(view.funnels), chosen.row["backfill"], view.span)
    figures = next(each for each in tried if each.funnel.funnel_id == view.shown.funnel_id)
    return {"bars": bars_of(figures), "sums": reader.row("select_amocrm_sums", **view.whose)}


def _leads(reader: Reader, chosen: Chosen, text: str | None, before: int | None) -> dict[str, Any]:
    """Find leads by what a person has typed."""
    if text is None:
        return {"leads": [], "following": None}
    asked = {"number": number_in(text), "pattern": pattern_of(text), "before": before}
    found = reader.rows("select_amocrm_leads", account=chosen.name, **asked, page_size=PAGE_SIZE + 1)
    is_more = len(found) > PAGE_SIZE
    return {"leads": found[:PAGE_SIZE], "following": found[PAGE_SIZE - 1]["lead_id"] if is_more else None}
