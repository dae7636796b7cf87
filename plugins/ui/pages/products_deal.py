"""One deal: its product, what was copied from it, every write to it, and what the runs have decided."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from include.bitrix24_deal_products.changes import Names, holdings
from plugins.ui.pages.products_changes import changes_of
from plugins.ui.pages.query import Filter, Number, NumberFilter
from plugins.ui.pages.run import log_of
from plugins.ui.portals import field_names
from plugins.ui.rendering import page
from plugins.ui.site import DEAL_PRODUCTS
from plugins.ui.totals_portal import Chosen, chosen_portal
from plugins.ui.warehouse import Reader, Row, WarehouseReader

MOST = 50  # writes or rows of the log on the page

router = APIRouter()


@router.get("/deals/{deal_id}")
def deal_page(
    request: Request,
    reader: WarehouseReader,
    deal_id: Number,
    portal: Filter = None,
    run: NumberFilter = None,
) -> HTMLResponse:
    chosen = chosen_portal(reader, portal, run, site=DEAL_PRODUCTS)
    zone = chosen.portals.zone()
    deal = reader.row("select_product_deal", account=chosen.name, deal=deal_id)
    log = log_of(reader, DEAL_PRODUCTS, f"deal:{deal_id}", zone, most=MOST, source=chosen.name)
    if deal is None and not log:
        raise HTTPException(404)
    told: dict[str, Any] = {"chosen": chosen, "deal_id": deal_id, "deal": deal, "log": log, "zone": zone}
    told |= _standing(reader, deal, field_names(chosen.portals))
    return page(request, "products_deal.html", **told, **_written(reader, chosen, deal_id), most=MOST)


def _written(reader: Reader, chosen: Chosen, deal_id: int) -> dict[str, Any]:
    """Read every write to a deal, one more than is shown; say where its card is."""
    asked = {"account": chosen.name, "deal": deal_id, "page_size": MOST + 1}
    return {
        "changes": changes_of(reader, field_names(chosen.portals), **asked),
        "card": chosen.address.card("deal", deal_id),
    }


def _standing(reader: Reader, deal: Row | None, names: Names) -> dict[str, Any]:
    """Tell how a deal stands: what to remark, what it has got, what nobody knows whether it has got."""
    known = deal or {"codes": [], "written": {}, "doubted": {}}
    texts = {row["code"]: row["text"] for row in reader.rows("select_codes")}
    return {
        "remarks": [texts.get(code, code) for code in known["codes"]],
        "held": holdings(known["written"], names),
        "doubted": holdings(known["doubted"], names),
    }
