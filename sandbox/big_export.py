"""
A large export, and the mart it is imported into: for benchmarks, and for seeing memory stay flat.

Clients and deals are numbered, and all about number n follows from n by arithmetic, once in Python for the
file and once in SQL for the mart. Of the records (with the usual ``existing=0.9``) a tenth finds its deal by
conversion id, three tenths by deal id, three tenths as the nearest new one, two tenths open a deal for a
known client and a tenth creates a client. Every fiftieth client shares the telephone of the one before.

    python -m sandbox.big_export export.xml --records 1000000 --changed 0.01
"""

import argparse
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import psycopg

from sandbox.demo.company import seed_statuses
from sandbox.demo.people import person

_FIRST_PAYMENT = datetime(2026, 2, 1)  # noqa: DTZ001 - written with its offset, which never changes
_STRIDE = 999_983  # a prime: neighbours in the file are strangers in the mart
_BLOCK = 2_000  # records written at a time
_NAMES = [(person(number).name, person(number).city) for number in range(1, 200)]

_RECORD = """\
  <record>
    <id>PAY-{number}</id>{ids}
    <status>{status}</status>
    <deal_date>{deal_date}</deal_date>
    <payment_date>{paid_at}</payment_date>
    <actual_amount>{amount}</actual_amount>
    <potential_amount>{potential}</potential_amount>
    <client>{keys}
      <name>{name}</name>
      <field name="city">{city}</field>
    </client>
  </record>
"""


def write_export(
    path: Path,
    *,
    records: int,
    clients: int = 1_000_000,
    existing: float = 0.9,
    changed: float = 0.0,
    heavy: int = 0,
    seed: int = 1,
) -> int:
    """
    Write an export of ``records`` records; return its size in bytes.

    ``clients`` and ``heavy`` are those of ``seed_base``. ``existing`` is the share of records about clients
    of the mart. With the same seed the file is the same, but for the share ``changed`` of its records, whose
    amounts, and partly statuses, are other ones: a later export. ``heavy`` adds payments of one client.
    """
    usual = _records(records, clients, existing, changed, seed)
    texts = chain(usual, (_heavy_record(records + number, number) for number in range(heavy)))
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<deal_export version="1.0" currency="RUB">\n')
        while block := "".join(islice(texts, _BLOCK)):
            file.write(block)
        file.write("</deal_export>\n")
    return path.stat().st_size


def _records(records: int, clients: int, existing: float, changed: float, seed: int) -> Iterator[str]:
    chance, change = random.Random(seed).random, random.Random(f"{seed} changed").random
    for number in range(records):
        is_new, is_changed = chance() >= existing, change() < changed
        client = clients + 1 + number if is_new else number * _STRIDE % clients + 1
        name, city = _NAMES[client % 199]
        paid_at = _FIRST_PAYMENT + timedelta(seconds=number * 97 % 3_000_000)
        rubles = 100 + number * 37 % 49_000 + (1_000 if is_changed else 0)
        yield _RECORD.format(
            number=number,
            ids="" if is_new else _ids(client),
            status="Отменена" if is_changed and number % 3 == 0 else "Оплачена",
            deal_date=f"{(paid_at - timedelta(hours=number % 99)).isoformat()}+03:00",
            paid_at=f"{paid_at.isoformat()}+03:00",
            amount=f"{rubles}.{number % 100:02d}",
            potential=f"{rubles + 5_000}.00",
            keys=_keys(client, is_new),
            name=name,
            city=city,
        )


def _ids(client: int) -> str:
    """Return the identifiers that lead to the client's first deal; which, if any, depends on its number."""
    kind = client % 9
    if kind == 0:
        return f"\n    <conversion_id>cv-{client}</conversion_id>"
    return f"\n    <deal_id>ORD-{client}</deal_id>" if kind <= 3 else ""


def _keys(client: int, is_new: bool) -> str:
    """Return the contacts a record names: what the mart knows the client by, and all of a new client."""
    shared = client % 50 == 0 and not is_new
    digits = f"{client - shared:07d}"
    tsuid = f"\n      <tsuid>a91f3c77e0b{client:08x}</tsuid>" if is_new or client % 5 < 3 else ""
    email = f"\n      <email>Client{client}.Demo@example.org</email>" if is_new or client % 10 < 7 else ""
    if client % 10 == 3 and not is_new:  # of some there is nothing but the e-mail
        return email
    return f"{tsuid}\n      <phone>8 (000) {digits[:-4]}-{digits[-4:-2]}-{digits[-2:]}</phone>{email}"


def _heavy_record(number: int, place: int) -> str:
    """Return a payment of the one client with many deals: every other one by deal id, the rest by date."""
    paid_at = datetime(2025, 6, 1) + timedelta(minutes=place * 10 + 5)  # noqa: DTZ001 - as above
    return _RECORD.format(
        number=f"H{number}",
        ids=f"\n    <deal_id>HEAVY-{place}</deal_id>" if place % 2 else "",
        status="Оплачена" if place % 5 else "",
        deal_date="",
        paid_at=f"{paid_at.isoformat()}+03:00",
        amount=f"{10 + place}.00",
        potential="",
        keys="\n      <tsuid>heavy-client</tsuid>",
        name="Оптовый покупатель",
        city="Псков",
    )


# Deal d belongs to client (d - 1) % clients + 1. A client's first deal is the one its records are meant for:
# by conversion id, by deal id, as a new one; or it is paid, so that a record opens another.
_CLIENTS = """
insert into mart.client (client_id, name, params, created_at)
select n, 'Клиент ' || n, '{}', '2024-01-01'::timestamptz + n * interval '1 second'
from generate_series(1, %(clients)s) as n
"""
_KEYS = """
insert into mart.client_key (kind, value, client_id, value_raw)
select key.kind, key.value, n, key.value
from generate_series(1, %(clients)s) as n
cross join lateral (
    values
    ('phone', '7000' || lpad((n - (n %% 50 = 0)::int)::text, 7, '0'), true),
    ('tsuid', 'a91f3c77e0b' || lpad(to_hex(n), 8, '0'), n %% 5 < 3),
    ('email', 'client' || n || '.demo@example.org', n %% 10 < 7)
) as key (kind, value, is_known)
where key.is_known
order by key.kind, key.value
"""
_DEALS = """
insert into mart.deal (
    deal_id, client_id, conversion_id, external_id, status_id, created_at, potential_amount, currency
)
select
    d, holder.n,
    case when holder.is_first and holder.n %% 9 = 0 then 'cv-' || d end,
    case when holder.is_first and holder.n %% 9 between 1 and 3 then 'ORD-' || d end,
    status.status_id, '2025-01-01'::timestamptz + d %% 300 * interval '1 day', 1000 + d %% 9000, 'RUB'
from generate_series(1, %(deals)s) as d
cross join lateral (select (d - 1) %% %(clients)s + 1 as n, d <= %(clients)s as is_first) as holder
inner join mart.deal_status as status on status.kind = case
    when holder.is_first and holder.n %% 9 <= 3 then 'in_work'
    when holder.is_first and holder.n %% 9 <= 6 then 'new'
    when holder.is_first then 'won'
    when d %% 10 = 0 then 'repeat'
    when d %% 10 <= 3 then 'lost'
    else 'won'
end
"""
_STATS = """
insert into mart.client_stats (client_id, last_deal_at)
select client_id, max(created_at) from mart.deal group by client_id
"""
_HEAVY = """
with holder as (
    insert into mart.client (client_id, name, params)
    values (%(clients)s + 1, 'Оптовый покупатель', '{"__tsuid": "heavy-client"}') returning client_id
),

key as (
    insert into mart.client_key (kind, value, client_id, value_raw)
    select 'tsuid', 'heavy-client', client_id, 'heavy-client' from holder
)

insert into mart.deal (deal_id, client_id, external_id, status_id, created_at, currency)
select
    %(deals)s + 1 + n, holder.client_id, 'HEAVY-' || n, status.status_id,
    '2025-06-01 00:00+03'::timestamptz + n * interval '10 minutes', 'RUB'
from generate_series(0, %(heavy)s - 1) as n
cross join holder
inner join mart.deal_status as status on status.kind = 'new'
"""
_SEQUENCES = """
select
    setval(pg_get_serial_sequence('mart.client', 'client_id'), (select max(client_id) from mart.client)),
    setval(pg_get_serial_sequence('mart.deal', 'deal_id'), (select max(deal_id) from mart.deal))
"""


def seed_base(
    connection: psycopg.Connection[Any], *, clients: int = 1_000_000, deals: int = 2_000_000, heavy: int = 0
) -> None:
    """
    Fill an empty mart with clients, keys, deals and statuses, analyse it, and commit.

    ``heavy`` adds one more client with that many deals. Raises ValueError for fewer deals than clients (each
    has a first deal), and for a mart with clients in it. Must be run as a superuser, as the local stack does.
    """
    if deals < clients:
        raise ValueError("at least one deal a client")
    statements = (_CLIENTS, _KEYS, _DEALS, *((_HEAVY,) if heavy else ()), _STATS)
    with connection.transaction(), connection.cursor() as cursor:
        if cursor.execute("select exists (select from mart.client)").fetchone() == (True,):
            raise ValueError("the mart has clients already")
        cursor.execute("set local session_replication_role = replica")  # no foreign keys: half the time
        seed_statuses(cursor)
        for statement in statements:
            cursor.execute(statement, {"clients": clients, "deals": deals, "heavy": heavy})
        cursor.execute(_SEQUENCES)
    connection.execute("analyze mart.client, mart.client_key, mart.client_stats, mart.deal, mart.deal_status")
    connection.commit()


def main() -> None:
    """Write a file as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.big_export", description="Write a large export")
    parser.add_argument("path", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=1_000_000)
    parser.add_argument("--existing", type=float, default=0.9, help="share of records about known clients")
    parser.add_argument("--changed", type=float, default=0.0, help="share that differs from --changed 0")
    parser.add_argument("--heavy", type=int, default=0, help="payments of one client besides")
    parser.add_argument("--seed", type=int, default=1)
    options = vars(parser.parse_args())
    print(f"{write_export(options.pop('path'), **options):,} bytes")


if __name__ == "__main__":
    main()
