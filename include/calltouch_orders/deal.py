"""The elements of ``orders`` that are sent: a new deal, a shipped one, changed sums (calltouch 2.2-2.5)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from include.calltouch_orders import cuts
from include.calltouch_orders.contacts import distinct
from include.calltouch_orders.cuts import Cuts
from include.calltouch_orders.dates import lead_service
from include.calltouch_orders.order import Order
from include.calltouch_orders.roubles import ZERO, roubles, text
from include.calltouch_orders.rules import choose_rule, lead_tag
from include.calltouch_orders.sums import sums_of
from include.calltouch_orders.tags import deal_tags
from include.settings.calltouch_orders import Account, CalltouchOrdersSettings

ORDERED = "Оформлен заказ"
SHIPPED = "Заказ отгружен"

Element = dict[str, Any]


class Contacts(NamedTuple):
    """Phones and e-mails of an order that stand for its buyer; ``stopped``: how many stand for nobody."""

    phones: list[str]
    emails: list[str]
    stopped: int = 0


def contacts_of(order: Order, settings: CalltouchOrdersSettings) -> Contacts:
    """Take an order's contacts, without the phones of the stop list (calltouch 7)."""
    phones = distinct(order.phones, settings.stop_list.numbers)
    return Contacts(phones, distinct(order.emails), len(set(order.phones)) - len(phones))


def new_deal(
    order: Order, account: Account, settings: CalltouchOrdersSettings, found: Contacts, cut: Cuts
) -> Element:
    """Put together the deal of a new order (6.7)."""
    ordered_at = lead_service(order.ordered_at, settings.zone)
    tags = deal_tags(order.lines, cut) if account.send_nomenclature_kinds_as_tags else []
    return _filled(
        {
            "matching": matching(order, account, settings, found),
            "orderNumber": str(order.order_ref),
            "orderName": cut.cut("orderName", order.title, cuts.ORDER_NAME),
            "funnel": funnel(order, account, settings, cut),
            "status": ORDERED,
            "statusDate": ordered_at,
            "orderDate": ordered_at,
            "currency": "rub",
            "revenue": text(first_revenue(order, settings)),
            "manager": manager(order, cut),
            "orderContacts": _order_contacts(order, found, cut),
            "addTags": [{"tag": tag} for tag in tags],
        }
    )


def shipped_update(order: Order, account: Account, settings: CalltouchOrdersSettings, cut: Cuts) -> Element:
    """Put together the first shipment of an order: status, sums, and what may have been filled in (6.12)."""
    sale, sent = order.sale, order.deal.sent_funnel if order.deal else None
    chosen = funnel(order, account, settings, cut)
    tags = deal_tags(order.lines, cut) if account.send_nomenclature_kinds_as_tags else []
    overwrite = settings.replace_tags
    return _filled(
        {
            "orderNumber": str(order.order_ref),
            "status": SHIPPED,
            "statusDate": lead_service(sale.first_shipped_at or order.ordered_at, settings.zone),
            **_sums(order, settings),
            "currency": "rub",
            "funnel": chosen if chosen != sent else None,
            "manager": manager(order, cut),
            "addTags": {"overwrite": overwrite, "tags": [{"tag": tag} for tag in tags]} if tags else None,
        }
    )


def sums_update(order: Order, settings: CalltouchOrdersSettings) -> Element:
    """Put together a change of sums alone: a further shipment, a return, a cancelled posting (6.13)."""
    return _filled({"orderNumber": str(order.order_ref), **_sums(order, settings)})


def status_update(order: Order, status: str, settings: CalltouchOrdersSettings, cut: Cuts) -> Element:
    """
    Put together a change of status that no shipment made: a deletion mark, or its removal (A21).

    1C does not say when that was done; the newest moment known of the order is sent.
    """
    at = lead_service(last_moment(order), settings.zone)
    status = cut.cut("status", status, cuts.STATUS)
    return {"orderNumber": str(order.order_ref), "status": status, "statusDate": at, "updateDate": at}


def matching(
    order: Order, account: Account, settings: CalltouchOrdersSettings, found: Contacts
) -> list[Element]:
    """Say how a deal finds its lead: by contacts, near the order's date; else it has no source (6.7, A10)."""
    tag = lead_tag(settings.rules_of(account), order)
    lead = {
        "phones": found.phones,
        "emails": found.emails,
        "date": lead_service(order.ordered_at, settings.zone),
        "tags": [tag] if tag else None,
        "tagsLogic": "and" if tag else None,
        "leadTypeToMatch": settings.lead_type_to_match,
        "searchDepth": settings.search_depth,
    }
    return [{"type": "leadContact", "leadContactParams": _filled(lead)}, {"type": "withoutSource"}]


def funnel(order: Order, account: Account, settings: CalltouchOrdersSettings, cut: Cuts) -> str | None:
    """Choose the funnel of an order; None when no rule matches."""
    rule = choose_rule(settings.rules_of(account), order, settings.line_condition)
    return cut.cut("funnel", rule.funnel, cuts.FUNNEL) if rule else None


def manager(order: Order, cut: Cuts) -> str | None:
    """Name the responsible person of an order; None when there is none."""
    return cut.cut("manager", order.manager, cuts.MANAGER) if order.manager else None


def first_revenue(order: Order, settings: CalltouchOrdersSettings) -> Decimal:
    """Tell the revenue of a new deal, never negative (A4, A7)."""
    return ZERO if settings.create_revenue == "zero" else max(roubles(order.total, order.rate), ZERO)


def last_moment(order: Order) -> datetime:
    """Tell the newest moment known of an order, its documents and its status in Calltouch."""
    sent_at = order.deal.sent_status_at if order.deal else None
    known = (order.ordered_at, order.sale.first_shipped_at, order.sale.last_document_at, sent_at)
    return max(moment for moment in known if moment)


def _sums(order: Order, settings: CalltouchOrdersSettings) -> Element:
    sums = sums_of(order)
    return {
        "updateDate": lead_service(order.sale.last_document_at or last_moment(order), settings.zone),
        "revenue": text(sums.revenue),
        "margin": None if sums.margin is None else text(sums.margin),
    }


def _order_contacts(order: Order, found: Contacts, cut: Cuts) -> Element:
    main = {
        "fio": cut.cut("fio", order.contractor or "", cuts.PERSON),
        "phoneNumber": next(iter(found.phones), None),
        "email": next(iter(found.emails), None),
    }
    others = {"phoneNumber": found.phones[1:], "email": found.emails[1:]}
    return _filled({"mainContacts": _filled(main), "otherContacts": _filled(others)})


def _filled(element: Mapping[str, Any]) -> Element:
    """Leave out what is empty: Calltouch keeps what an update omits, and an empty list is unproven."""
    return {key: value for key, value in element.items() if value not in (None, "", [], {})}
