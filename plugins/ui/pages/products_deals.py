"""«Товары в сделках»: how the deals of a portal stand, how the last run went, what a person may start."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.bitrix24_deal_products.changes import holdings
from include.bitrix24_deal_products.wording import REMARKS, STANDINGS
from plugins.pipelines.deal_products_params import PARAMS
from plugins.ui.access import may_start
from plugins.ui.latest import latest_runs
from plugins.ui.launch import form_of
from plugins.ui.pages.query import Filter, NumberFilter, number_in, pattern_of
from plugins.ui.portals import field_names
from plugins.ui.rendering import page
from plugins.ui.site import DEAL_PRODUCTS
from plugins.ui.totals_portal import Chosen, chosen_portal
from plugins.ui.warehouse import Reader, WarehouseReader

PAGE_SIZE = 50

Filters = dict[str, Any]
MayStart = Annotated[bool, Depends(may_start(DEAL_PRODUCTS.dag_id))]

router = APIRouter()


def _chosen(
    state: Filter = None, code: Filter = None, sought: Filter = None, portal: Filter = None
) -> Filters:
    return {"state": state, "code": code, "sought": (sought or "").strip() or None, "portal": portal}


@router.get("/")
def deals_page(
    request: Request,
    reader: WarehouseReader,
    may_start: MayStart,
    filters: Annotated[Filters, Depends(_chosen)],
    before: NumberFilter = None,
) -> HTMLResponse:
    chosen = chosen_portal(reader, filters["portal"], site=DEAL_PRODUCTS)
    return page(
        request,
        "products_deals.html",
        chosen=chosen,
        **_runs(reader, chosen),
        **_list(reader, chosen, filters, before),
        filters=filters,
        before=before,
        zone=chosen.portals.zone(),
        form=form_of(PARAMS),
        may_start=may_start,
        dag_id=DEAL_PRODUCTS.dag_id,
    )


def _runs(reader: Reader, chosen: Chosen) -> dict[str, Any]:
    latest = latest_runs(reader, DEAL_PRODUCTS, [chosen.name] if chosen.name else [])
    return {
        "latest": latest.runs.get(chosen.name or ""),
        "trial": latest.trials.get(chosen.name or ""),
        "unchosen": latest.unchosen,
    }


def _list(reader: Reader, chosen: Chosen, filters: Filters, before: int | None) -> dict[str, Any]:
    text = filters["sought"] or ""
    asked = {
        **{name: filters[name] for name in ("state", "code", "sought")},
        **{"number": number_in(text), "pattern": pattern_of(text), "before": before},
    }
    found = reader.rows("select_product_deals", account=chosen.name, **asked, page_size=PAGE_SIZE + 1)
    names = field_names(chosen.portals)
    states = {row["state"]: row["deals"] for row in reader.rows("count_product_deals", account=chosen.name)}
    codes = {row["code"]: row["deals"] for row in reader.rows("count_product_codes", account=chosen.name)}
    texts = {row["code"]: row["text"] for row in reader.rows("select_codes")}
    return {
        "deals": [(row, holdings(row["written"], names)) for row in found[:PAGE_SIZE]],
        "older": found[PAGE_SIZE - 1]["deal_id"] if len(found) > PAGE_SIZE else None,
        "facets": [(state, words, states.get(state, 0)) for state, words in STANDINGS.items()],
        "total": sum(states.values()),
        "remarks": {code: texts.get(code, code) for code in REMARKS},
        "remark_counts": codes,
    }
