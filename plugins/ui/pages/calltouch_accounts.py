"""The first page of the exchange: the accounts, how each went last, what a person may start."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from plugins.ui.access import may_start
from plugins.ui.accounts import READING, read_accounts
from plugins.ui.latest import latest_runs
from plugins.ui.pages.query import Filter
from plugins.ui.rendering import page
from plugins.ui.site import CALLTOUCH_ORDERS
from plugins.ui.warehouse import WarehouseReader

MayStart = Annotated[bool, Depends(may_start(CALLTOUCH_ORDERS.dag_id))]

router = APIRouter()


@router.get("/")
def accounts_page(
    request: Request, reader: WarehouseReader, may_start: MayStart, order: Filter = None
) -> HTMLResponse:
    accounts = read_accounts()
    latest = latest_runs(reader, CALLTOUCH_ORDERS, [READING, *accounts.names])
    return page(
        request,
        "calltouch_accounts.html",
        accounts=accounts,
        reading=READING,
        left=latest.left,
        latest=latest.runs,
        trials=latest.trials,
        unchosen=latest.unchosen,
        zone=accounts.zone(),
        order=order,
        may_start=may_start,
        dag_id=CALLTOUCH_ORDERS.dag_id,
    )
