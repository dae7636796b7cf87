"""
What the demo's exports say, payment by payment, and what should become of each payment.

Three sources, two versions of each: the first export, and a later one in which some payments have changed,
some are new and one cannot be read. ``outcome`` is worked out by hand from the rules (leadexpert 8) and the
company (``sandbox/demo/company.py``); a comment says which rule each group shows. The sources meet different
people, so that the order in which they are imported does not matter.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from sandbox.demo.company import conversion_id, order_number

MOSCOW = timezone(timedelta(hours=3))
FIRST_DAY = datetime(2026, 2, 1, 10, tzinfo=MOSCOW)  # all deals of the company are older
KNOWN = (
    "created",
    "bound",
    "unchanged",
    "overwritten",
)  # outcomes that leave a payment known to the next import

Details = dict[str, object]
BY_ORDER: Details = {"deal_id": order_number}


@dataclass(frozen=True)
class Payment:
    """One record of an export."""

    record_id: str
    holder: int  # number of the person
    outcome: str
    amount: str | None
    paid_at: datetime
    deal_id: str | None = None
    conversion_id: str | None = None
    deal_date: datetime | None = None
    potential: str | None = None
    status: str | None = None
    currency: str | None = None
    comment: str | None = None
    by: tuple[str, ...] = ("phone", "email")  # which contacts the record names
    phone_of: int | None = None  # names another person's phone
    is_return: bool = False


def counters(payments: Iterable[Payment]) -> dict[str, int]:
    """Count the payments by what should become of them."""
    return dict(Counter(payment.outcome for payment in payments))


class Book:
    """Payments in the order they are written down; amounts and dates follow from the record's number."""

    def __init__(self, prefix: str, first_number: int) -> None:
        self.payments: list[Payment] = []
        self._prefix = prefix
        self._number = first_number

    def pay(self, holder: int, outcome: str, **details: object) -> None:
        """Write down the next payment; what is not given is made up, the same each time."""
        self._number += 1
        chance = random.Random(self._number)
        usual: Details = {
            "record_id": f"{self._prefix}{self._number}",
            "amount": f"{chance.randrange(900, 48000)}.{chance.choice(('00', '00', '50', '90'))}",
            "paid_at": FIRST_DAY + timedelta(hours=5 * len(self.payments), minutes=chance.randrange(60)),
        }
        self.payments.append(Payment(holder=holder, outcome=outcome, **(usual | details)))  # type: ignore[arg-type]

    def pay_each(self, holders: Iterable[int], outcome: str, **details: object) -> None:
        """Write down a payment for each; a detail that is a function is asked with the person's number."""
        for holder in holders:
            own = {name: value(holder) if callable(value) else value for name, value in details.items()}
            self.pay(holder, outcome, **own)


def main_first() -> list[Payment]:
    """Return the shop's own export: 116 records."""
    book = Book("PAY-", 100500)
    _from_known_clients(book)
    _odd_meetings(book)
    _from_new_clients(book)
    # Refunds are records of their own.
    book.pay_each((14, 20, 106, 107), "bound", **BY_ORDER, amount=lambda n: f"-{n}00,50", comment="Возврат")
    # No actual amount: passed over, whoever it is.
    book.pay_each(range(130, 135), "ignored", amount=None, potential="25000.00", status="В работе")
    book.pay(15, "ignored", deal_id=order_number(15), amount="  ", potential="9900")
    # The same record once more.
    book.payments += [replace(payment, outcome="duplicate") for payment in book.payments[4:7]]
    return book.payments


def _from_known_clients(book: Book) -> None:
    # Step 13: the deal of that site conversion, whatever is open besides.
    by_conversion: Details = {"conversion_id": conversion_id, "by": ("tsuid", "phone")}
    book.pay_each(range(1, 13), "bound", **by_conversion, status="Оплачена")
    # Step 14: the deal with that order number; half of them pay in two parts, two have an unknown status.
    book.pay_each(range(13, 25), "bound", **BY_ORDER, status=_status_of_orders)
    book.pay_each(range(13, 19), "bound", **BY_ORDER, comment="Доплата")
    # Step 15: no identifiers, so the nearest new deal; two payments of one export go to the same deal.
    book.pay_each(range(25, 37), "bound", status="Оплачена")
    book.pay_each(range(25, 31), "bound", by=("phone",), status="  ОПЛАЧЕНА ")
    # Step 16: a known client, but no new deal; 48 never had a deal.
    book.pay_each((*range(37, 41), 48), "created", status="Оплачена")


def _odd_meetings(book: Book) -> None:
    # «Повторное обращение» never takes a payment: 41 has a new deal besides, 42 has not.
    book.pay(41, "bound", deal_id=order_number(41))
    book.pay(42, "created", deal_id=order_number(42))
    # Two clients share a telephone: the older one is taken. A cookie outweighs somebody else's telephone.
    book.pay_each((43, 43), "bound", by=("phone",))
    book.pay(45, "bound", by=("tsuid", "phone"), phone_of=46)
    # An amount typed in by hand gives way to the imported sum.
    book.pay(47, "bound")


def _from_new_clients(book: Book) -> None:
    # Step 12: people nobody knew. The first six leave their deal new, so that a later payment finds it.
    book.pay_each(range(100, 130), "created", **_new_client())
    book.pay_each(range(100, 106), "bound", by=("phone",))
    book.pay_each(range(106, 111), "bound", **BY_ORDER, by=("phone",))
    book.pay_each(range(111, 114), "bound", **BY_ORDER, by=("email",))


def main_later() -> list[Payment]:
    """Return the same export some days later: 124 records."""
    later = _later(main_first())
    _change(later, range(4), amount="1990.00")  # persons 1 to 4 pay by conversion
    _change(later, [12], amount="2 500,00", status="Отменена")
    _change(later, range(30, 34), status="Отменена")  # persons 25 to 28, first payment
    del later[40]  # dropped out of the export's window: nothing happens to it here
    _pay_at_last(later, 130, "created")
    _pay_at_last(later, 15, "bound")
    book = Book("PAY-", 100700)
    book.pay_each(range(140, 143), "created", **_new_client())
    book.pay_each(range(1, 4), "bound", conversion_id=conversion_id)
    book.pay(100, "bound", amount="-300", comment="Возврат")
    book.pay(37, "created")
    book.pay(143, "refused", amount="15 4OO,00")  # letters instead of noughts
    return later + book.payments


def admitad_first() -> list[Payment]:
    """Return a partner network's revision of payments: 31 records. The record's number is the order's."""
    book = Book("AD-", 500)
    approved: Details = {"status": "1"}
    book.pay_each(range(49, 55), "bound", **approved, record_id=order_number)
    book.pay_each(range(55, 58), "bound", **approved)
    book.pay_each(range(150, 170), "created", status=lambda n: "012"[n % 3], by=("tsuid", "phone", "email"))
    book.pay_each((170, 171), "ignored", amount=None, status="0")
    return [replace(payment, deal_id=payment.record_id) for payment in book.payments]


def admitad_later() -> list[Payment]:
    """Return the revision some days later: 33 records."""
    later = _later(admitad_first())
    _change(later, (9, 12, 15, 18), status="1")  # persons 150, 153, 156, 159 were pending
    _pay_at_last(later, 170, "created")
    book = Book("AD-", 600)
    book.pay_each((172, 173), "created", status="0")
    return later + [replace(payment, deal_id=payment.record_id) for payment in book.payments]


def commerceml_first() -> list[Payment]:
    """Return the order documents of 1C: 38 of them."""
    book = Book("УТ-", 40)
    book.pay_each(range(58, 64), "bound", **BY_ORDER, status="[F] Выполнен")
    book.pay_each((58, 59), "bound", **BY_ORDER, is_return=True)
    book.pay_each(range(64, 67), "bound", by=("phone",))
    book.pay_each(range(180, 200), "created", **BY_ORDER, status=lambda n: ("[N] Принят", None)[n % 2])
    book.pay_each(range(180, 185), "bound", **BY_ORDER)
    book.pay_each((185, 186), "bound", **BY_ORDER, is_return=True)
    return book.payments


def commerceml_later() -> list[Payment]:
    """Return the order documents some days later: 42 of them."""
    later = _later(commerceml_first())
    _change(later, [0], amount="777.00")
    book = Book("УТ-", 140)
    book.pay_each((60, 187), "bound", deal_id=order_number, is_return=True)
    book.pay_each((200, 201), "created", deal_id=order_number)
    return later + book.payments


STORY: dict[str, tuple[Callable[[], list[Payment]], ...]] = {
    "main": (main_first, main_later),
    "admitad": (admitad_first, admitad_later),
    "commerceml": (commerceml_first, commerceml_later),
}


def _status_of_orders(number: int) -> str:
    return "Ждёт звонка" if number in (23, 24) else ("В работе", "paid")[number % 2]


def _new_client() -> Details:
    """Return the details of people who come with everything: contacts, deal, potential amount."""
    return {
        "by": lambda n: ("tsuid", "phone", "email") if n % 4 else ("phone", "email"),
        "deal_id": lambda n: order_number(n) if n > 105 else None,
        "status": lambda n: None if n < 106 else ("Оплачена", "В работе")[n % 2],
        "deal_date": lambda n: FIRST_DAY - timedelta(days=n % 5, hours=n % 7),
        "potential": lambda n: f"{n * 150}.00",
        "currency": lambda n: "USD" if n == 114 else None,
        "comment": lambda n: "Заказ с сайта, доставка до двери" if n % 6 == 0 else None,
    }


def _later(payments: list[Payment]) -> list[Payment]:
    """Return the same payments as the next import meets them."""
    return [replace(p, outcome="unchanged") if p.outcome in KNOWN else p for p in payments]


def _change(payments: list[Payment], places: Iterable[int], **details: str) -> None:
    for place in places:
        payments[place] = replace(payments[place], outcome="overwritten", **details)  # type: ignore[arg-type]


def _pay_at_last(payments: list[Payment], holder: int, outcome: str) -> None:
    """Give the person's payment without a sum one."""
    place = next(n for n, p in enumerate(payments) if p.holder == holder and p.outcome == "ignored")
    payments[place] = replace(payments[place], outcome=outcome, amount="12500.00")
