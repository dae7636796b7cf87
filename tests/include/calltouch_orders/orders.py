"""Orders, accounts and settings to try the rules on; small, with the same few names everywhere."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from include.calltouch_orders.decide import Decision
from include.calltouch_orders.order import KnownDeal, Line, Order, Sale
from include.calltouch_orders.told import told
from include.settings.calltouch_orders import Account, CalltouchOrdersSettings, load_calltouch_orders

MOSCOW = ZoneInfo("Europe/Moscow")
SHOP = UUID("5f0e7b1a-6d41-11ec-80d1-2c44fd8322a7")
SERVICE = UUID("6a1c2f94-6d41-11ec-80d1-2c44fd8322a7")
OTHER = UUID("7b2d3fa5-6d41-11ec-80d1-2c44fd8322a7")
REF = UUID("2c55a318-c2ed-11ed-80d6-2c44fd8322a7")
BUYER = UUID("0b7c1f52-7d0e-11ed-80d5-2c44fd8322a7")

_CATCH_ALL = {"account": "main", "funnel_name": "Остальное"}


def at(text: str) -> datetime:
    """Read ``2026-03-15 17:21:44`` as Moscow's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def settings_of(rules: list[dict[str, Any]] | None = None, **changes: Any) -> CalltouchOrdersSettings:
    """Take the shipped settings with other rules and other keys; rules name the account ``main``."""
    data = load_calltouch_orders().model_dump(mode="json")
    data["organisations"] = [{"name": "shop", "ref": str(SHOP)}, {"name": "service", "ref": str(SERVICE)}]
    data["exchange_rules"] = [{"account": "main"} | rule for rule in rules or [_CATCH_ALL]]
    data["accounts"].append(data["accounts"][0] | {"name": "second", "site_id": "2", "api_token": "second"})
    data["profiles"]["dalion_default"]["header"]["base"] = "ДокументОснование"
    return CalltouchOrdersSettings.model_validate(data | changes, context={})


def main_account(settings: CalltouchOrdersSettings, **changes: Any) -> Account:
    return settings.account("main").model_copy(update=changes)


def line(kind: str | None = None, *groups: str, amount: str = "100.00") -> Line:
    return Line(kind=kind, groups=list(groups), amount=Decimal(amount))


def order(**changes: Any) -> Order:
    """Make a customer's order of 1760 roubles that is all right in every respect."""
    usual: dict[str, Any] = {
        "order_ref": REF,
        "kind": "customer_order",
        "number": "ЕР00-000123",
        "title": "Заказ покупателя ЕР00-000123 от 15.03.2026 17:21:44",
        "ordered_at": at("2026-03-15 17:21:44"),
        "posted": True,
        "deleted": False,
        "contractor_ref": BUYER,
        "contractor": "ООО Ромашка",
        "organisation_ref": SHOP,
        "organisation": "shop",
        "manager": "Петров П. П.",
        "total": Decimal("1760.00"),
        "phones": ["79210001122"],
        "emails": ["ivan@example.org"],
    }
    return Order(**usual | changes)


def sale(revenue: str, margin: str | None = None, *, last: str = "2026-03-16 12:00:00") -> Sale:
    """Make what was sold by documents from 16 March on."""
    return Sale(
        shipped=True,
        first_shipped_at=at("2026-03-16 12:00:00"),
        last_document_at=at(last),
        revenue=Decimal(revenue),
        margin=None if margin is None else Decimal(margin),
    )


def created(**changes: Any) -> KnownDeal:
    """Make a deal that Calltouch was told of as new."""
    usual: dict[str, Any] = {
        "calltouch_order_id": 7071678,
        "sent_status": "Оформлен заказ",
        "sent_status_at": at("2026-03-15 17:21:44"),
        "sent_revenue": Decimal("1760.00"),
        "sent_funnel": "Остальное",
        "sent_manager": "Петров П. П.",
    }
    return KnownDeal("created", **usual | changes)


def shipped(revenue: str = "1760.00", margin: str | None = "1003.71", **changes: Any) -> KnownDeal:
    """Make a deal whose shipment Calltouch was told of."""
    return created(
        sent_status="Заказ отгружен",
        sent_status_at=at("2026-03-16 12:00:00"),
        sent_revenue=Decimal(revenue),
        sent_margin=None if margin is None else Decimal(margin),
        **changes,
    )._replace(state="shipped")


def carried_out(order: Order, decision: Decision) -> Order:
    """Give the order as the next run sees it, when all that the decision says was done."""
    if decision.after is not None:
        return order._replace(deal=told(order.deal, decision.after, MOSCOW))
    if decision.state is not None:
        return order._replace(deal=KnownDeal(decision.state))
    return order
