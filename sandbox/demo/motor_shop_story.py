"""
Three days of the motor-parts shop, and what must become of each order in Calltouch.

The first table has every order with what is sent when it is new; the second every sale, return and change
after that with what is sent then. All of it is worked out by hand from the rules (calltouch 6, 7, 10); a
comment says which rule each group shows. Lines are ``{number of the item: quantity}``, as numbered in
``motor_shop_goods.py``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Rule(NamedTuple):
    """A funnel rule as the demo's settings have it; an organisation is one of its conditions."""

    account: str
    organisation: str
    funnel: str
    lead_tag: str | None = None
    document_kind: str | None = None
    nomenclature_kind: str | None = None
    nomenclature: str | None = None
    priority: int = 1


RULES = (
    Rule("main", "Автозапчасти на Садовой", "Магазин на Садовой", lead_tag="Садовая"),
    Rule("main", "Автозапчасти на Садовой", "Шины", nomenclature_kind="Шины"),
    Rule("main", "Автозапчасти на Садовой", "Масла", nomenclature="Масла и жидкости", priority=2),
    Rule("service", "Сервис на Заводской", "Сервис, остальное", lead_tag="Заводская"),
    Rule("service", "Сервис на Заводской", "Сервис", document_kind="Заказ-наряд"),
    Rule(
        *("service", "Сервис на Заводской", "Ремонт двигателя"),
        document_kind="Заказ-наряд",
        nomenclature="Двигатель",
    ),
)
TAGGED = "main"  # only this account sends kinds of goods as tags

SHOP, OIL, TYRES = "Магазин на Садовой", "Масла", "Шины"
SERVICE, ENGINE, REST = "Сервис", "Ремонт двигателя", "Сервис, остальное"
CREATED, SHIPPED, CHANGED, UNCHANGED = "created", "shipped", "changed", "unchanged"
NO_CONTACT, NO_DEAL, SKIPPED = "skipped_no_contact", "no_deal", "skipped"


class NewOrder(NamedTuple):
    """An order on the day it is written. Numbers: 1xx Садовая, 2xx Заводская; x50 and on: the other kind."""

    number: int
    contractor: int
    lines: Mapping[int, int]
    outcome: str
    revenue: str = ""
    funnel: str = ""
    tags: str = ""  # of the account that sends them
    source: str = ""  # written back into the order
    day: int = 1

    @property
    def is_work_order(self) -> bool:
        return 150 <= self.number < 200 or 200 <= self.number < 250

    @property
    def account(self) -> str:
        return "main" if self.number < 200 else "service"


GOOGLE = "Google карты / offline / Google"
ON_FOOT = "yandex_na_hodu / src / 75344406 / автозапчасти для иномарок"
YANDEX, VK = "yandex / organic", "vk / cpc / весна / шины недорого"
KEPT = "Знакомые"  # typed in by a person: left alone

ORDERS = (
    NewOrder(101, 1, {1: 2, 4: 1}, CREATED, "6940.00", OIL, "Масла, Фильтры", GOOGLE),
    NewOrder(102, 2, {8: 4}, CREATED, "21602.00", TYRES, "Шины", ON_FOOT),
    # Two rules with as many conditions match: the one of the smaller priority wins (16 to 18).
    NewOrder(103, 3, {8: 4, 1: 1}, CREATED, "24802.00", TYRES, "Масла, Шины", VK),
    NewOrder(104, 4, {7: 1, 5: 2}, CREATED, "4390.00", SHOP, "Запчасти, Фильтры", YANDEX),
    NewOrder(105, 5, {10: 1}, CREATED, "7800.00", SHOP, "Аккумуляторы", YANDEX),  # an e-mail only
    NewOrder(106, 6, {6: 1}, NO_CONTACT),
    NewOrder(107, 7, {2: 4}, CREATED, "2760.00", OIL, "Масла", GOOGLE),  # the lead has the second phone
    # A firm and its owner share a telephone: one call is the lead of both. Antifreeze is in the oils' folder.
    NewOrder(108, 8, {9: 2}, CREATED, "11800.00", TYRES, "Шины", VK),
    NewOrder(109, 9, {3: 1}, CREATED, "1150.00", OIL, "Автохимия", VK),
    NewOrder(110, 10, {2: 1}, SKIPPED),  # «Розничный покупатель» is on the stop-list
    NewOrder(111, 11, {4: 2, 5: 1}, CREATED, "1900.00", SHOP, "Фильтры", GOOGLE),
    NewOrder(112, 12, {1: 1}, CREATED, "3200.00", OIL, "Масла", YANDEX),  # not posted: counts (A3)
    NewOrder(113, 13, {1: 1}, ""),  # marked for deletion: is never new (B12)
    NewOrder(114, 14, {10: 2}, CREATED, "15600.00", SHOP, "Аккумуляторы", KEPT),  # A23
    NewOrder(115, 15, {9: 4}, CREATED, "23600.00", TYRES, "Шины", GOOGLE),  # of two leads the nearer (A12)
    NewOrder(116, 16, {7: 2}, CREATED, "5500.00", SHOP, "Запчасти"),  # the lead has another tag (A11)
    NewOrder(117, 17, {2: 6, 4: 1}, CREATED, "4680.00", OIL, "Масла, Фильтры"),  # nobody called (A10)
    NewOrder(118, 18, {6: 1, 3: 2}, CREATED, "9200.00", OIL, "Автохимия, Запчасти"),
    NewOrder(119, 19, {5: 1}, CREATED, "820.00", SHOP, "Фильтры"),
    NewOrder(120, 1, {7: 1}, CREATED, "2750.00", SHOP, "Запчасти", GOOGLE),  # the same person again
    NewOrder(121, 20, {1: 1, 2: 1, 4: 1}, CREATED, "4430.00", OIL, "Масла, Фильтры", YANDEX),
    NewOrder(122, 21, {8: 2}, CREATED, "10801.00", TYRES, "Шины"),
    NewOrder(151, 22, {11: 1, 2: 1}, CREATED, "1590.00", OIL, "Масла, Услуга"),
    NewOrder(152, 23, {13: 1}, CREATED, "2400.00", SHOP, "Услуга"),
    NewOrder(201, 31, {11: 1, 1: 1, 4: 1}, CREATED, "4640.00", SERVICE, source=GOOGLE),
    NewOrder(202, 32, {12: 1, 6: 1}, CREATED, "12400.00", ENGINE, source=YANDEX),  # third-level folder
    NewOrder(203, 33, {}, CREATED, "0.00", SERVICE, source=VK),  # nothing in it yet (A4, A17)
    NewOrder(204, 34, {13: 1}, CREATED, "2400.00", SERVICE),
    NewOrder(205, 35, {11: 1}, NO_CONTACT),
    NewOrder(206, 4, {11: 1}, CREATED, "900.00", SERVICE),  # made from 104: a deal of its own (A24)
    NewOrder(207, 36, {7: 2, 11: 1}, CREATED, "6400.00", SERVICE, source=ON_FOOT),
    NewOrder(208, 37, {13: 1, 9: 4}, CREATED, "26000.00", SERVICE),
    NewOrder(209, 38, {12: 1}, CREATED, "5500.00", SERVICE),
    NewOrder(210, 39, {11: 2}, CREATED, "1800.00", SERVICE, source="Наружная реклама"),
    NewOrder(251, 40, {7: 2}, CREATED, "5500.00", REST, source=GOOGLE),
    NewOrder(252, 41, {1: 3}, CREATED, "9600.00", REST),
    NewOrder(123, 24, {1: 1}, CREATED, "3200.00", OIL, "Масла", VK, day=2),
    NewOrder(124, 25, {8: 4}, CREATED, "21602.00", TYRES, "Шины", GOOGLE, day=2),
    NewOrder(125, 26, {10: 1}, CREATED, "7800.00", SHOP, "Аккумуляторы", day=2),
    NewOrder(126, 27, {4: 3}, CREATED, "1620.00", SHOP, "Фильтры", day=2),
    NewOrder(127, 28, {6: 1}, CREATED, "6900.00", SHOP, "Запчасти", day=2),
    NewOrder(128, 2, {9: 4}, CREATED, "23600.00", TYRES, "Шины", ON_FOOT, day=2),
    NewOrder(129, 29, {2: 1}, NO_CONTACT, day=2),
    NewOrder(130, 30, {3: 3}, CREATED, "3450.00", OIL, "Автохимия", day=2),
    NewOrder(131, 11, {5: 4}, CREATED, "3280.00", SHOP, "Фильтры", GOOGLE, day=2),
    NewOrder(132, 16, {2: 2, 3: 1}, CREATED, "2530.00", OIL, "Автохимия, Масла", day=2),
    NewOrder(211, 42, {11: 1, 2: 4, 4: 1}, CREATED, "4200.00", SERVICE, source=YANDEX, day=2),
    NewOrder(212, 43, {12: 1, 6: 1, 3: 1}, CREATED, "13550.00", ENGINE, day=2),
    NewOrder(213, 44, {}, CREATED, "0.00", SERVICE, day=2),
    NewOrder(214, 31, {13: 1}, CREATED, "2400.00", SERVICE, source=GOOGLE, day=2),
    NewOrder(253, 45, {4: 10}, CREATED, "5400.00", REST, day=2),
    NewOrder(133, 46, {1: 4}, CREATED, "12800.00", OIL, "Масла", YANDEX, day=3),
    NewOrder(134, 47, {9: 4}, CREATED, "23600.00", TYRES, "Шины", day=3),
    NewOrder(135, 48, {7: 1, 10: 1}, CREATED, "10550.00", SHOP, "Аккумуляторы, Запчасти", day=3),
    NewOrder(136, 49, {2: 12}, CREATED, "8280.00", OIL, "Масла", day=3),
    NewOrder(215, 50, {11: 1, 1: 1}, CREATED, "4100.00", SERVICE, day=3),
    NewOrder(216, 51, {12: 1}, CREATED, "5500.00", SERVICE, day=3),
    NewOrder(217, 52, {13: 1}, NO_CONTACT, day=3),
    NewOrder(255, 53, {8: 1}, CREATED, "5400.50", REST, day=3),
)
TYPED = {114: KEPT, 210: "Наружная реклама"}  # «Источник рекламы» that a person chose
NOT_POSTED, DELETED, DERIVED = 112, 113, {206: 104}
BEFORE_GO_LIVE = 90  # an order of 2025, which nobody sends; it has the number that 101 has


class Event(NamedTuple):
    """Something that happens to an order, and what that day's run sends about it (empty: as before)."""

    day: int
    what: str  # ship, invoice (ship by way of an invoice), draft, post, unpost, return, close, edit, contact
    number: int  # of the order; 0: the document says none
    lines: Mapping[int, int] = MappingProxyType({})
    outcome: str = UNCHANGED
    revenue: str = ""
    margin: str = ""
    funnel: str = ""


EVENTS = (
    Event(2, "ship", 101, {1: 2, 4: 1}, SHIPPED, "6940.00", "1710.00"),
    Event(2, "ship", 102, {8: 2}, SHIPPED, "10801.00", "2100.00"),  # half of it (A6)
    Event(2, "ship", 103, {8: 4, 1: 1}, SHIPPED, "24802.00", "4950.00"),
    Event(2, "invoice", 104, {7: 1, 5: 2}, SHIPPED, "4390.00", "1470.00"),  # shipment -> invoice -> order
    Event(2, "ship", 105, {10: 1}, SHIPPED, "7800.00", "1700.00"),
    Event(2, "ship", 106, {6: 1}, NO_DEAL),  # 14
    Event(2, "contact", 106),  # its contractor has a telephone at last: too late (A20)
    Event(2, "draft", 107, {2: 4}),  # not posted: no shipment (B2)
    Event(2, "edit", 108, {9: 4}),  # an edit sends nothing (5)
    Event(2, "ship", 116, {7: 1}, SHIPPED, "5500.00", "1700.00"),  # two shipments in one day
    Event(2, "ship", 116, {7: 1}, SHIPPED, "5500.00", "1700.00"),
    Event(2, "ship", BEFORE_GO_LIVE, {1: 1}, NO_DEAL),
    Event(2, "ship", 251, {7: 2}, SHIPPED, "5500.00", "1700.00"),
    Event(2, "close", 201, {}, SHIPPED, "4640.00", "1860.00"),  # a closed work order is its shipment (A5)
    Event(2, "close", 205, {}, NO_DEAL),
    Event(2, "close", 207, {}, SHIPPED, "6400.00", "2600.00"),
    Event(2, "edit", 203, {12: 1, 6: 1}),
    Event(3, "return", 101, {1: 1}, CHANGED, "3740.00", "960.00"),  # A7
    Event(3, "ship", 102, {8: 2}, CHANGED, "21602.00", "4200.00"),  # the other half
    Event(3, "return", 103, {8: 4, 1: 1}, CHANGED, "0.00", "0.00"),  # all of it
    Event(3, "unpost", 104, {}, CHANGED, "0.00", "0.00"),  # the shipment is taken back (13)
    Event(3, "post", 107, {}, SHIPPED, "2760.00", "840.00"),
    Event(3, "ship", 108, {9: 4}, SHIPPED, "23600.00", "4800.00"),
    # Shipped and partly returned before a run has seen the shipment.
    Event(3, "ship", 115, {9: 4}, SHIPPED, "17700.00", "3600.00"),
    Event(3, "return", 115, {9: 1}, SHIPPED, "17700.00", "3600.00"),
    Event(3, "ship", 124, {8: 4}, SHIPPED, "21602.00", "4200.00"),
    Event(3, "ship", 125, {10: 1}, SHIPPED, "7800.00", "1700.00"),
    Event(3, "ship", 253, {4: 10}, SHIPPED, "5400.00", "2100.00"),
    Event(3, "close", 202, {}, SHIPPED, "12400.00", "7300.00"),
    Event(3, "close", 203, {}, SHIPPED, "12400.00", "7300.00", ENGINE),  # it has lines now (A17)
    Event(3, "close", 204, {}, SHIPPED, "2400.00", "2400.00"),
    Event(3, "close", 211, {}, SHIPPED, "4200.00", "1950.00"),
    Event(3, "ship", 0, {2: 1}),  # without a base document: logged, belongs to nobody
    Event(3, "return", 0, {4: 1}),  # B6
)
