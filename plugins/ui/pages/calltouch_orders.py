"""Orders of 1C, the deals they have become in Calltouch, and where their leads came from."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from include.calltouch_orders.wording import DEAL_STATES, SOURCE_STATES
from plugins.ui.accounts import Accounts, read_accounts
from plugins.ui.pages.calltouch_search import Search, search
from plugins.ui.pages.query import Filter, or_none
from plugins.ui.rendering import page
from plugins.ui.warehouse import Reader, Row, WarehouseReader

PAGE_SIZE = 50
NO_DEAL = "none"
STATE_CHOICES = {**DEAL_STATES, NO_DEAL: "сделки нет"}
SOURCE_CHOICES = {
    **SOURCE_STATES,
    "written": "записан в 1С",
    "kept": "указан вручную",
    "refused": "не принят 1С",
}

Filters = dict[str, str | None]
OrderRef = Annotated[UUID | None, Query(), BeforeValidator(or_none)]

router = APIRouter()


class Listed(NamedTuple):
    """An order with its deals."""

    row: Row
    deals: Sequence[Row]


def _chosen(
    order: Filter = None, account: Filter = None, state: Filter = None, source: Filter = None
) -> Filters:
    return {"order": order, "account": account, "state": state, "source": source}


@router.get("/orders")
def orders_page(
    request: Request,
    reader: WarehouseReader,
    filters: Annotated[Filters, Depends(_chosen)],
    before: OrderRef = None,
) -> HTMLResponse:
    accounts, sought = read_accounts(), search(filters["order"])
    found = [] if sought.problem else _found(reader, accounts, sought, filters, before)
    orders = found[:PAGE_SIZE]
    return page(
        request,
        "calltouch_orders.html",
        orders=_with_deals(reader, orders),
        older=orders[-1]["order_ref"] if len(found) > PAGE_SIZE else None,
        before=before,
        filters=filters,
        problem=sought.problem,
        accounts=accounts,
        zone=accounts.zone(),
        choices={"state": STATE_CHOICES, "source": SOURCE_CHOICES},
    )


def _with_deals(reader: Reader, orders: list[Row]) -> list[Listed]:
    deals = reader.rows("select_calltouch_deals", orders=[order["order_ref"] for order in orders])
    return [Listed(row, [deal for deal in deals if deal["order_ref"] == row["order_ref"]]) for row in orders]


def _found(
    reader: Reader, accounts: Accounts, sought: Search, filters: Filters, before: UUID | None
) -> list[Row]:
    asked: dict[str, Any] = {**sought.params, "zone": str(accounts.base_zone), "before": before}
    chosen = {name: filters[name] for name in ("account", "state", "source")}
    return reader.rows("select_calltouch_orders", **asked, **chosen, page_size=PAGE_SIZE + 1)
