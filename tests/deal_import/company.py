"""The company that the test vectors of leadexpert 12 begin with, and records about it."""

from datetime import UTC, datetime
from typing import Any

from tests.deal_import.compare import Books
from tests.deal_import.oracle import Run
from tests.deal_import.reading import RawRecord
from tests.deal_import.world import Source, Thing

K1, K2 = 1, 2
D1, D2, D3, D4, D5 = 1, 2, 3, 4, 5
PHONE, OTHER, UNKNOWN = "79210001122", "79210001133", "79210001199"
MAPPED = Source(
    status_map={"Оплачена": "Оплачена", "Отменена": "Отменена", "повторно": "Повторное обращение"}
)


def day(number: int, month: int = 2) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def start(books: Books) -> Books:
    """Begin with client K1 and its deals D1 to D4, and client K2 with a deal D5 that has ids of its own."""
    books.begin(
        [{"phone": [PHONE], "tsuid": ["t1"], "last_deal_at": day(20)}, {"phone": [OTHER]}],
        [
            {"client": 0, "status": "Новая", "created_at": day(1), "external_id": "X1"},
            {"client": 0, "status": "Новая", "created_at": day(10)},
            {"client": 0, "status": "Повторное обращение", "created_at": day(20), "external_id": "X3"},
            {
                "client": 0,
                "status": "В работе",
                "created_at": day(15, 1),
                "conversion_id": "cv4",
                "external_id": "X4",
            },
            {
                "client": 1,
                "status": "В работе",
                "created_at": day(1),
                "conversion_id": "cv5",
                "external_id": "X5",
            },
        ],
    )
    return books


def pay(record_id: str, paid: str, amount: str, **more: Any) -> RawRecord:
    """Write a record of K1, found by its phone unless other keys are given."""
    return {"id": record_id, "payment_date": paid, "actual_amount": amount, "phone": [PHONE]} | more


def stranger(record_id: str, paid: str, amount: str, **more: Any) -> RawRecord:
    """Write a record of somebody who is no client yet."""
    return pay(record_id, paid, amount, **{"phone": [UNKNOWN], "tsuid": "t9"} | more)


def told(run: Run, record_id: str) -> Thing:
    """Find the one row of the run about a record."""
    (row,) = [row for row in run.rows if row["record_key"] == record_id]
    return row
