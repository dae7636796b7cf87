"""
A small company whose second import meets every case at once: the file that the sweeps interrupt.

``prepare`` makes the first import and the hand work after it; ``AFTER`` and ``SETTINGS`` are the import to
interrupt.
"""

import io
from typing import Any, LiteralString

import psycopg

from include.settings.deal_import import DealImportSettings
from tests.deal_import.export_xml import record_xml
from tests.deal_import.reading import RawRecord
from tests.deal_import.run import STATUSES, import_file

LINK = "https://shop.example/export.xml"
STATUS_MAP = {"В пути": "В работе", "снова": "Повторное обращение"}
SETTINGS = DealImportSettings.model_validate(
    {
        "statuses": [*STATUSES, {"name": "Возврат", "kind": "other"}],
        "sources": [{"name": "main", "link": LINK, "status_map": STATUS_MAP}],
    },
    context={},
)
FIRST, SECOND, THIRD, FOURTH = (f"7921000{number}" for number in (1122, 1133, 1144, 1155))


def record(number: str, phone: str | None, amount: str = "100", **values: Any) -> RawRecord:
    """Write a record down: of a phone, paid at the end of February."""
    keys = {"phone": [phone]} if phone else {}
    return {"id": number, "payment_date": "2026-02-25", "actual_amount": amount} | keys | values


def export(*records: RawRecord) -> bytes:
    """Write a file as its owner would."""
    text = "\n".join(map(record_xml, records))
    return f'<deal_export version="1.0" currency="RUB">\n{text}\n</deal_export>\n'.encode()


BEFORE = export(
    record("same", FIRST, deal_id="X1", tsuid="t1"),
    record("more", FIRST, "50"),
    record("dearer", SECOND, "70", email=["olga@example.org"]),
    record("moved", THIRD, status="Новая", deal_date="2026-02-20"),
    record("waits", THIRD, status="В пути"),
    record("waits for ever", THIRD, status="Странный"),
    record("waits unseen", SECOND, status="В пути"),
    record("unseen again", SECOND, status="снова", conversion_id="cv-again"),
    record("orphan", FOURTH, deal_id="X4"),
)
AFTER = export(
    record("same", FIRST, deal_id="X1", tsuid="t1"),
    record("more", FIRST, "50"),
    record("dearer", SECOND, "75.50"),
    record("moved", THIRD, status="Оплачена", deal_date="2026-02-20"),
    record("waits", THIRD, status="В пути"),
    record("waits for ever", THIRD, status="Странный"),
    record("orphan", FOURTH, deal_id="X4"),
    # Strangers who turn out to be one another, or not, record by record.
    record(
        "n1", None, tsuid="t7", email=["ivan@example.org"], payment_date="2026-02-10", name="Иван Примеров"
    ),
    record("n2", "79210002211", tsuid="t7", payment_date="2026-02-11", conversion_id="cv-7"),
    record("n3", "79210002211", email=["anna@example.org"], payment_date="2026-02-09", deal_id="N3"),
    record("n4", None, email=["anna@example.org", "ivan@example.org"], conversion_id="cv-7", deal_id="N3"),
    record("n5", "79210002222", payment_date="2026-02-01", deal_date="2026-02-01", status="Оплачена"),
    record("n6", "79210002222", payment_date="2026-02-02", deal_id="N6", comment="Самовывоз"),
    record("n7", "79210002222", status="снова", deal_id="N7", potential_amount="900"),
    record("n8", "79210002233", status="Чудной", deal_date="2099-01-01", field=[("city", "Псков")]),
    # Payments of clients whom people have added deals for.
    record("by conversion", FIRST, conversion_id="cv1", deal_id="X1"),
    record("by deal", FIRST, "30", deal_id="H2", status="Оплачена"),
    record("nearest", FIRST, "20", deal_date="2026-02-24"),
    record("refund", FIRST, "-5", deal_id="H2"),
    record("repeat", SECOND, deal_id="H3"),
    record("owned", SECOND, deal_id="H2"),
    record("dollars", FIRST, conversion_id="cv1", currency="USD"),
    record("two clients", SECOND, tsuid="t1"),
    record("shared phone", FOURTH),
    # What is refused or passed over.
    record("nobody", None),
    record("no date", FIRST, payment_date=""),
    record("bad date", FIRST, payment_date="2026-02-30"),
    record("bad sum", FIRST, "12x"),
    record("", FIRST),
    record("long", FIRST, conversion_id="c" * 129),
    record("no sum", FIRST, ""),
    record("twice", SECOND, "11", deal_id="H2"),
    record("twice", SECOND, "11", deal_id="H2"),
    record("twice", SECOND, "12", deal_id="H2"),
    record("odd", SECOND, "1", colour="red"),
)

BY_HAND: tuple[LiteralString, ...] = (
    "delete from mart.deal where external_id = 'X4'",
    "insert into mart.client (name) values ('Общий телефон')",
    "insert into mart.client_key (kind, value, client_id)"
    " select 'phone', '79210001155', max(client_id) from mart.client",
    """insert into mart.deal
        (client_id, conversion_id, external_id, status_id, created_at, actual_amount, currency)
    select
        client_id, hand.conversion_id, hand.external_id, status_id, hand.at::timestamptz, hand.amount,
        hand.currency
    from (values
        ('79210001122', 'cv1', 'H1', 'В работе', '2026-01-10', null, 'RUB'),
        ('79210001122', null, 'H2', 'Новая', '2026-01-20', null, null),
        ('79210001122', null, null, 'Новая', '2026-02-24', 500, 'RUB'),
        ('79210001133', null, 'H3', 'Повторное обращение', '2026-02-20', null, 'RUB')
    ) as hand (phone, conversion_id, external_id, status, at, amount, currency)
    inner join mart.client_key on kind = 'phone' and value = hand.phone
    inner join mart.deal_status on deal_status.name = hand.status
    order by hand.at""",
)


def prepare(url: str) -> None:
    """Import the first file and do what people do before the second comes."""
    with psycopg.connect(url) as connection:
        import_file(connection, BEFORE, name="main", link=LINK)
        for statement in BY_HAND:
            connection.execute(statement)


def file() -> io.BytesIO:
    """Open the second file."""
    return io.BytesIO(AFTER)
