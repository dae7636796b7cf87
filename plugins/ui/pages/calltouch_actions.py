"""What was sent to Calltouch and to 1C, or is still to be: before and after, and the vendor's words."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.calltouch_orders.changes import changes
from include.calltouch_orders.wording import ACTION_KINDS, ACTION_STATES
from include.wording.changes import Change
from plugins.ui.accounts import READING, Accounts, read_accounts
from plugins.ui.pages.calltouch_search import Search, search
from plugins.ui.pages.query import Filter, NumberFilter
from plugins.ui.rendering import page
from plugins.ui.site import CALLTOUCH_ORDERS
from plugins.ui.warehouse import Reader, Row, WarehouseReader

PAGE_SIZE = 50
ALL: dict[str, Any] = dict.fromkeys(
    ("ref", "number", "kind", "year", "zone", "account", "action_kind", "state", "run", "before")
)

Filters = dict[str, Any]

router = APIRouter()


class Action(NamedTuple):
    """An action and what it changes."""

    row: Row
    changes: list[Change]


def _chosen(
    order: Filter = None,
    account: Filter = None,
    kind: Filter = None,
    state: Filter = None,
    run: NumberFilter = None,
) -> Filters:
    return {"order": order, "account": account, "kind": kind, "state": state, "run": run}


@router.get("/actions")
def actions_page(
    request: Request,
    reader: WarehouseReader,
    filters: Annotated[Filters, Depends(_chosen)],
    before: NumberFilter = None,
) -> HTMLResponse:
    accounts, sought = read_accounts(), search(filters["order"])
    found = [] if sought.problem else _found(reader, accounts, sought, filters, before)
    known = reader.rows("select_known_sources", pipeline=CALLTOUCH_ORDERS.dag_id)
    return page(
        request,
        "calltouch_actions.html",
        actions=found[:PAGE_SIZE],
        older=found[PAGE_SIZE - 1].row["action_id"] if len(found) > PAGE_SIZE else None,
        before=before,
        filters=filters,
        problem=sought.problem,
        named=sorted({*accounts.names, *(row["source"] for row in known)} - {READING}),
        zone=accounts.zone(),
        choices={"kind": ACTION_KINDS, "state": ACTION_STATES},
    )


def _found(
    reader: Reader, accounts: Accounts, sought: Search, filters: Filters, before: int | None
) -> list[Action]:
    chosen = {name: filters[name] for name in ("account", "state", "run")}
    asked = {**sought.params, **chosen, "action_kind": filters["kind"], "before": before}
    return actions_of(reader, **asked, zone=str(accounts.base_zone), page_size=PAGE_SIZE + 1)


def actions_of(reader: Reader, **asked: Any) -> list[Action]:
    """Read actions, the latest first; what is not asked for narrows nothing."""
    rows = reader.rows("select_calltouch_actions", **{**ALL, **asked})
    return [Action(row, changes(row["before"], row["after"])) for row in rows]
