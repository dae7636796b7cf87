"""One order: the document, what was sold by it, its deals, what was sent about it, what a check has found."""

from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from include.calltouch_orders.changes import Change, compared
from plugins.ui.accounts import read_accounts
from plugins.ui.pages.calltouch_actions import Action, actions_of
from plugins.ui.pages.run import Entry, entries_of
from plugins.ui.rendering import page
from plugins.ui.site import CALLTOUCH_ORDERS, Site
from plugins.ui.warehouse import Reader, Row, WarehouseReader

MOST = 100  # lines, documents, actions or rows of the log on the page

router = APIRouter()


class Check(NamedTuple):
    """The last comparison of an order with its deal, by hand: what 1C has, what Calltouch has."""

    row: Row
    differences: list[Change]


@router.get("/orders/{order_ref}")
def order_page(request: Request, reader: WarehouseReader, order_ref: Annotated[UUID, Path()]) -> HTMLResponse:
    order = reader.row("select_calltouch_order", order=order_ref)
    if order is None:
        raise HTTPException(404)
    accounts, size = read_accounts(), MOST + 1
    return page(
        request,
        "calltouch_order.html",
        order=order,
        lines=reader.rows("select_calltouch_lines", order=order_ref, page_size=size),
        documents=reader.rows("select_calltouch_documents", order=order_ref, page_size=size),
        deals=reader.rows("select_calltouch_deals", orders=[order_ref]),
        actions=_actions(reader, order_ref, size),
        checks=_checks(reader, order_ref),
        log=_log(reader, order_ref, accounts.zone()),
        accounts=accounts,
        zone=accounts.zone(),
        most=MOST,
    )


def _actions(reader: Reader, order_ref: UUID, size: int) -> list[Action]:
    return actions_of(reader, ref=order_ref, page_size=size)


def _checks(reader: Reader, order_ref: UUID) -> list[Check]:
    rows = reader.rows("select_calltouch_checks", record=str(order_ref))
    return [Check(row, compared(row["details"].get("differences"))) for row in rows]


def _log(reader: Reader, order_ref: UUID, zone: Any) -> list[Entry]:
    site: Site = CALLTOUCH_ORDERS
    rows = reader.rows("select_calltouch_log", record=str(order_ref), page_size=MOST)
    codes = reader.rows("select_codes")
    return [entry for row in rows for entry in entries_of([row], codes, site.words(row["source"]), zone)]
