"""
A seller of licences whose second hour makes every kind of call: what the sweeps of the funnel disturb.

``first_hour`` fills the account; ``second_hour`` moves a hundred and twenty leads, wins, refuses, deletes and
restores some, and lets the access token run out. Three leads are moved, deleted and restored just before the
run that is disturbed, or just before one of its pages is read. A page holds fifty rows, not more.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from sandbox.control import VendorControl
from tests.amocrm_account import (
    ACTS,
    BACK,
    CONTRACT,
    FAST,
    FUNNEL,
    LOST,
    NEW,
    PAID,
    PUSH,
    QUOTE,
    SALES,
    AccountAtHand,
    account_in,
)
from tests.amocrm_statuses.dag_run import DagRun
from tests.calltouch_orders.shop import NO_PACE
from tests.faults.lost_answers import TIME_OUT
from tests.today import BEGAN

EXTRA = {**FAST, "timeout": TIME_OUT, "patience": 0}
FIRST, LEADS, MOVED = 41000001, 160, 120
YOUNG = range(FIRST + LEADS, FIRST + LEADS + 3)  # leads of the second hour, the only ones to be pushed
WON, REFUSED, DELETED, RESTORED = FIRST + 1, FIRST + 2, FIRST + 3, FIRST + 4
LATE_MOVED, LATE_DELETED, LATE_RESTORED = FIRST + 5, FIRST + 6, FIRST + 7
LONG_AGO = timedelta(days=20)
# What was read was read hours ago, and what happened since is older than the overlap of two readings: that
# would bring back whatever a reading has lost.
READ_LONG_AGO = """
    update ops.cursor
    set value = to_char(
        value::timestamptz at time zone 'UTC' - interval '3 hours', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'
    )
    where name in ('leads', 'deleted', 'events', 'contacts', 'id_scan')
"""


def settings(today: datetime) -> dict[str, Any]:
    """Give the settings of the shop; leads of the last two days are pushed."""
    young = (today - timedelta(days=2)).date().isoformat()
    return {"funnels": [FUNNEL], "push": {**PUSH, "created_from": young, "requests_per_second": 50}}


def first_hour(crm: VendorControl, now: datetime) -> None:
    """Let there be leads, a few in the bin, and contacts."""
    begun = int((now - LONG_AGO).timestamp())
    crm.order(ways={"max_limit": 50})
    crm.order(contacts=[_contact(number, begun) for number in range(60500001, 60500006)])
    crm.order(leads=[_lead(place, begun + 60 * place) for place in range(LEADS)])
    for number in (RESTORED, LATE_RESTORED):
        crm.order(delete=[number], at=begun + 9000)


def _contact(number: int, begun: int) -> dict[str, Any]:
    told = {"phones": [f"+7921{number % 10**7:07d}"], "emails": [f"buyer{number}@shop.example"]}
    return {"id": number, "name": f"Покупатель {number}", "created_at": begun, "updated_at": begun, **told}


def _lead(place: int, born: int) -> dict[str, Any]:
    number, path = FIRST + place, [[SALES, NEW, born], [SALES, QUOTE, born + 60]]
    told = {"fields": {1500101: f"site-{place % 3}", 1500201: "yandex"}, "contacts": [60500001 + place % 5]}
    return {"id": number, "name": f"Лицензии {place}", "price": 100 * place, "path": path, **told}


def second_hour(crm: VendorControl, now: datetime) -> None:
    """Let happen what the disturbed run finds."""
    at = int((now - timedelta(hours=2)).timestamp())
    moved = range(FIRST + 8, FIRST + 8 + MOVED)
    crm.order(leads=[_lead(number - FIRST, at - 600) for number in YOUNG])
    crm.order(move={str(number): [SALES, CONTRACT] for number in moved}, at=at)
    crm.order(move={str(WON): [SALES, ACTS], str(REFUSED): [SALES, LOST]}, at=at + 1)
    crm.order(move={str(WON): [SALES, BACK]}, at=at + 2)
    crm.order(set={str(REFUSED): {"loss_reason_id": 15500021}}, at=at + 3)
    crm.order(delete=[DELETED], at=at + 4)
    crm.order(restore=[RESTORED], at=at + 5)
    crm.order(contacts=[{**_contact(60500001, at), "name": "Покупатель Новый"}])


def late_deeds() -> dict[str, Any]:
    """Give the order of what happens just before the run, or while it reads."""
    return {"move": {str(LATE_MOVED): [SALES, LOST]}, "delete": [LATE_DELETED], "restore": [LATE_RESTORED]}


def begin(account: AccountAtHand) -> None:
    """Let the late deeds be done, unless they are."""
    account.crm.order(**late_deeds())


def prepare(folder: Path, url: str, number: int = PAID) -> None:
    """Make the first hour in ``folder`` and the database behind ``url``; leave what the vendors then know."""
    with psycopg.connect(url) as connection:
        connection.execute(NO_PACE)
    now = datetime.now(UTC)
    with place_in(folder, url, number=number) as account:
        first_hour(account.crm, now - timedelta(hours=1))
        for _ in range(2):
            made = account.run("manual")
            assert made.state == "success", made.errors
        second_hour(account.crm, datetime.now(UTC))
        account.crm.order(expire=True)
        account.forget()
    with psycopg.connect(url) as connection:
        connection.execute("update ops.oauth_token set access_until = now()")
        connection.execute(READ_LONG_AGO)


@contextmanager
def place_in(
    folder: Path, url: str, vendors: Path | None = None, number: int = PAID
) -> Iterator[AccountAtHand]:
    """Open the account in an empty folder; it knows what is in ``vendors``."""
    state = folder / "vendors"
    if vendors:
        shutil.copytree(vendors, state)
    folder.mkdir(parents=True, exist_ok=True)
    told = settings(BEGAN)
    with account_in(
        folder, url, DagRun, told, number=number, state=state, extra=EXTRA, auth="oauth"
    ) as account:
        yield account
