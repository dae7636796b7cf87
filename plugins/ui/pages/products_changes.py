"""What runs have written to deals, or would have: each field as it was and as it is, from which product."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.bitrix24_deal_products.changes import Names, changes
from include.bitrix24_deal_products.wording import ACTION_STATES
from include.wording.changes import Change
from plugins.ui.pages.query import Filter, NumberFilter
from plugins.ui.portals import field_names
from plugins.ui.rendering import page
from plugins.ui.site import DEAL_PRODUCTS
from plugins.ui.totals_portal import chosen_portal
from plugins.ui.warehouse import Reader, Row, WarehouseReader

PAGE_SIZE = 50
ALL: dict[str, Any] = dict.fromkeys(("run", "state", "deal", "before"))

Filters = dict[str, Any]

router = APIRouter()


class Written(NamedTuple):
    """A write and what it changes; ``product``: the number of the product its values come from."""

    row: Row
    changes: list[Change]
    product: int | None


def _chosen(
    state: Filter = None, run: NumberFilter = None, deal: NumberFilter = None, portal: Filter = None
) -> Filters:
    return {"state": state, "run": run, "deal": deal, "portal": portal}


@router.get("/changes")
def changes_page(
    request: Request,
    reader: WarehouseReader,
    filters: Annotated[Filters, Depends(_chosen)],
    before: NumberFilter = None,
) -> HTMLResponse:
    chosen = chosen_portal(reader, filters["portal"], filters["run"], site=DEAL_PRODUCTS)
    asked = {name: filters[name] for name in ("state", "run", "deal")}
    names = field_names(chosen.portals)
    found = changes_of(reader, names, account=chosen.name, **asked, before=before, page_size=PAGE_SIZE + 1)
    return page(
        request,
        "products_changes.html",
        chosen=chosen,
        changes=found[:PAGE_SIZE],
        older=found[PAGE_SIZE - 1].row["action_id"] if len(found) > PAGE_SIZE else None,
        filters=filters,
        before=before,
        states=ACTION_STATES,
        zone=chosen.portals.zone(),
    )


def changes_of(reader: Reader, names: Names, **asked: Any) -> list[Written]:
    """Read writes, the latest first; what is not asked for narrows nothing."""
    rows = reader.rows("select_product_changes", pipeline=DEAL_PRODUCTS.dag_id, **{**ALL, **asked})
    return [Written(row, changes(row["before"], row["after"], names), _product(row)) for row in rows]


def _product(row: Row) -> int | None:
    after = row["after"]
    number = after.get("product_id") if isinstance(after, dict) else None
    return number if isinstance(number, int) else None
