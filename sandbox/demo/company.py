"""
The company of the demo before its first import: a shop with clients and deals of its own.

Which person holds which deal decides what the exports (``sandbox/demo/story.py``) meet.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from sandbox.demo.people import person, spelled

STATUSES = (
    ("Новая", "new"),
    ("Повторное обращение", "repeat"),
    ("В работе", "in_work"),
    ("Оплачена", "won"),
    ("Отменена", "lost"),
)
OPENED = datetime(2026, 1, 10, 9, tzinfo=UTC)


class OpenDeal(NamedTuple):
    """A deal that is there before the first import."""

    holder: int  # number of the person
    status: str = "Новая"
    conversion_id: str | None = None
    external_id: str | None = None
    amount: Decimal | None = None  # typed in by hand


def conversion_id(number: int) -> str:
    """Return the id of the site conversion of that person's deal."""
    return f"cv-{77000 + number}"


def order_number(number: int) -> str:
    """Return the order number of that person's deal."""
    return f"ORD-{8800 + number}"


DEALS = (
    *(OpenDeal(n, "В работе", conversion_id=conversion_id(n)) for n in range(1, 13)),
    *(OpenDeal(n, "В работе", external_id=order_number(n)) for n in range(13, 25)),
    *(OpenDeal(n) for n in range(25, 37)),
    *(OpenDeal(n, "Оплачена") for n in range(37, 41)),
    *(OpenDeal(n, "Повторное обращение", external_id=order_number(n)) for n in (41, 42)),
    OpenDeal(41),
    *(OpenDeal(n) for n in (43, 44, 45, 46)),
    OpenDeal(47, amount=Decimal("500.00")),
    *(OpenDeal(n, "В работе", external_id=order_number(n)) for n in range(49, 55)),  # the partner network's
    *(OpenDeal(n) for n in range(55, 58)),
    *(OpenDeal(n, "В работе", external_id=order_number(n)) for n in range(58, 64)),  # those known to 1C
    *(OpenDeal(n) for n in range(64, 67)),
)
CLIENTS = range(1, 67)  # 48 has never bought anything
SHARES_THE_PHONE_OF = {44: 43}  # a couple with one telephone


def seed(connection: psycopg.Connection[Any]) -> None:
    """Put the company into an empty mart and commit; where there are clients already, do nothing."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("select exists (select from mart.client)")
        if cursor.fetchone() == (True,):
            return
        seed_statuses(cursor)
        ids = {number: _seed_client(cursor, number) for number in CLIENTS}
        for deal in DEALS:
            _seed_deal(cursor, ids[deal.holder], deal)
    connection.commit()


def seed_statuses(cursor: psycopg.Cursor[Any]) -> None:
    """Add the company's deal statuses; those that are there stay."""
    cursor.executemany(
        "insert into mart.deal_status (name, kind) values (%s, %s) on conflict (name) do nothing", STATUSES
    )


def _seed_client(cursor: psycopg.Cursor[Any], number: int) -> int:
    who = person(number)
    fields = {"city": who.city, "__tsuid": who.tsuid} if _has_cookie(number) else {"city": who.city}
    cursor.execute(
        "insert into mart.client (name, params, created_at) values (%s, %s, %s) returning client_id",
        [who.name, Jsonb(fields), OPENED - timedelta(days=200 - number)],
    )
    row = cursor.fetchone()
    assert row
    client_id = int(row[0])
    phone = person(SHARES_THE_PHONE_OF.get(number, number)).phone
    keys = [("phone", phone, spelled(phone, number)), ("email", who.email, who.email)]
    if _has_cookie(number):
        keys.append(("tsuid", who.tsuid, who.tsuid))
    cursor.executemany(
        "insert into mart.client_key (kind, value, client_id, value_raw) values (%s, %s, %s, %s)",
        [(kind, value, client_id, raw) for kind, value, raw in keys],
    )
    return client_id


def _seed_deal(cursor: psycopg.Cursor[Any], client_id: int, deal: OpenDeal) -> None:
    opened = OPENED + timedelta(days=deal.holder % 20, hours=deal.holder % 9)
    cursor.execute(
        """
        insert into mart.deal (
            client_id, conversion_id, external_id, status_id, created_at,
            actual_amount, potential_amount, currency
        )
        select %s, %s, %s, status_id, %s, %s, %s, 'RUB' from mart.deal_status where name = %s
        """,
        [
            *(client_id, deal.conversion_id, deal.external_id, opened, deal.amount),
            *(Decimal(1000 + 250 * deal.holder), deal.status),
        ],
    )
    cursor.execute(
        """
        insert into mart.client_stats (client_id, last_deal_at) values (%s, %s)
        on conflict (client_id) do update
        set last_deal_at = greatest(client_stats.last_deal_at, excluded.last_deal_at)
        """,
        [client_id, opened],
    )


def _has_cookie(number: int) -> bool:
    return number % 3 == 0
