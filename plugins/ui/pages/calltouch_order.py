"""One order: the document, what was sold by it, its deals, what was sent about it, what a check has found."""

from datetime import tzinfo
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from include.calltouch_orders.changes import compared
from include.wording.changes import Change
from plugins.ui.accounts import read_accounts
from plugins.ui.pages.calltouch_actions import actions_of
from plugins.ui.pages.run import log_of
from plugins.ui.rendering import page
from plugins.ui.site import CALLTOUCH_ORDERS
from plugins.ui.warehouse import Reader, Row, WarehouseReader

MOST = 100  # lines, documents, actions or rows of the log on the page

router = APIRouter()


class Check(NamedTuple):
    """The last comparison of an order with its deal, by hand."""

    row: Row
    differences: list[Change]


@router.get("/orders/{ref}")
def order_page(request: Request, reader: WarehouseReader, ref: Annotated[UUID, Path()]) -> HTMLResponse:
    order = reader.row("select_calltouch_order", ref=ref)
    if order is None:
        raise HTTPException(404)
    accounts = read_accounts()
    return page(
        request,
        "calltouch_order.html",
        order=order,
        **_surroundings(reader, ref, accounts.zone()),
        accounts=accounts,
        zone=accounts.zone(),
        most=MOST,
    )


def _surroundings(reader: Reader, ref: UUID, zone: tzinfo) -> dict[str, Any]:
    """Read all that is known of an order besides the document; one more of each than is shown."""
    checks = reader.rows("select_calltouch_checks", record=str(ref))
    return {
        "lines": reader.rows("select_calltouch_lines", ref=ref, page_size=MOST + 1),
        "documents": reader.rows("select_calltouch_documents", ref=ref, page_size=MOST + 1),
        "deals": reader.rows("select_calltouch_deals", orders=[ref]),
        "actions": actions_of(reader, ref=ref, page_size=MOST + 1),
        "checks": [Check(row, compared(row["details"].get("differences"))) for row in checks],
        "log": log_of(reader, CALLTOUCH_ORDERS, str(ref), zone, most=MOST),
    }
