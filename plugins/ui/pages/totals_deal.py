"""One won deal: what it counts for, by what rate, and what of it is whose."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from plugins.ui.pages.query import Filter, Number, NumberFilter
from plugins.ui.pages.run import log_of
from plugins.ui.rendering import page
from plugins.ui.site import CONTACT_TOTALS
from plugins.ui.totals_portal import chosen_portal
from plugins.ui.warehouse import WarehouseReader

MOST = 100  # contacts or rows of the log on the page

router = APIRouter()


@router.get("/deals/{deal_id}")
def deal_page(
    request: Request,
    reader: WarehouseReader,
    deal_id: Number,
    portal: Filter = None,
    run: NumberFilter = None,
) -> HTMLResponse:
    chosen = chosen_portal(reader, portal, run)
    whose, zone = {"account": chosen.name, "deal": deal_id}, chosen.portals.zone()
    deal = reader.row("select_totals_deal", **whose)
    log = log_of(reader, CONTACT_TOTALS, f"deal:{deal_id}", zone, most=MOST, source=chosen.name)
    if deal is None and not log:
        raise HTTPException(404)
    return page(
        request,
        "totals_deal.html",
        chosen=chosen,
        deal_id=deal_id,
        deal=deal,
        parts=reader.rows("select_totals_deal_parts", **whose, page_size=MOST + 1),
        card=chosen.address.card("deal", deal_id),
        log=log,
        zone=zone,
        most=MOST,
    )
