"""What each account has spent of its limits, hour by hour."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from include.settings.calltouch_orders import Account, CalltouchOrdersSettings
from include.vendors.limits import Limits
from plugins.hooks.calltouch import CalltouchHook
from plugins.pipelines.calltouch_orders import limits_of
from plugins.steps.budget import Room, SpentRow, room, spent_by_hour
from plugins.ui.accounts import Accounts, read_accounts
from plugins.ui.rendering import page
from plugins.ui.warehouse import Reader, WarehouseReader

HOUR = timedelta(hours=1)
REFUSED = "refused"  # a row of the vendor's own refusal, of an hour that ends when something may pass again

Hours = Literal[24, 72, 168]

router = APIRouter()


class Hour(NamedTuple):
    """One hour of an account. ``width``: how much of the bar is filled, in percent."""

    starts: datetime
    calls: int
    points: Decimal
    methods: list[SpentRow]
    width: float


class Spent(NamedTuple):
    """
    An account and what it has spent; ``account`` and limits are None when it has left the settings.

    mark: where on the bar the share of automatic runs ends, in percent; None without a limit.
    """

    name: str
    account: Account | None
    limits: Limits | None
    now: Room | None
    hours: list[Hour]
    refusals: list[datetime]
    mark: float | None


@router.get("/budget")
def budget_page(
    request: Request, reader: WarehouseReader, hours: Annotated[Hours, Query()] = 24
) -> HTMLResponse:
    accounts = read_accounts()
    return page(
        request,
        "calltouch_budget.html",
        spent=list(_spent(reader, accounts, hours)),
        accounts=accounts,
        zone=accounts.zone(),
        hours=hours,
        choices={24: "сутки", 72: "трое суток", 168: "неделю"},
    )


def _spent(reader: Reader, accounts: Accounts, hours: int) -> Iterable[Spent]:
    rows: dict[str, list[SpentRow]] = defaultdict(list)
    for row in spent_by_hour(reader, CalltouchHook.vendor, hours=hours):
        rows[row.account].append(row)
    for account in accounts.listed:
        if accounts.settings:
            yield _of_account(reader, account, accounts.settings, rows.pop(account.api_token, []))
    for connection, left in rows.items():
        yield _of_rows(connection, left, Decimal(0), None)


def _of_account(
    reader: Reader, account: Account, settings: CalltouchOrdersSettings, rows: list[SpentRow]
) -> Spent:
    limits = limits_of(account, settings, "manual")
    spent = _of_rows(account.name, rows, account.limits.hour_points, account.limits.automatic_share)
    now = room(reader, CalltouchHook.vendor, account.api_token, limits)
    return spent._replace(account=account, limits=limits, now=now)


def _of_rows(name: str, rows: list[SpentRow], allowance: Decimal, share: Decimal | None) -> Spent:
    by_hour: dict[datetime, list[SpentRow]] = defaultdict(list)
    for row in rows:
        if row.method != REFUSED:
            by_hour[row.window_start].append(row)
    full = max([allowance, *map(_points, by_hour.values())])
    hours = [_hour(starts, own, full) for starts, own in by_hour.items()]
    refusals = [row.window_start + HOUR for row in rows if row.method == REFUSED]
    mark = float(allowance * share * 100 / full) if allowance and share and full else None
    return Spent(name, None, None, None, hours, refusals, mark)


def _hour(starts: datetime, rows: list[SpentRow], full: Decimal) -> Hour:
    points = _points(rows)
    width = float(points * 100 / full) if full else 0.0
    return Hour(starts, sum(row.calls for row in rows), points, rows, width)


def _points(rows: list[SpentRow]) -> Decimal:
    return sum((row.points for row in rows), Decimal(0))
