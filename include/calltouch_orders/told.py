"""What Calltouch holds of a deal: fields as they were last sent, and what an element makes of them."""

from collections.abc import Sequence
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from include.calltouch_orders.dates import from_lead_service, lead_service
from include.calltouch_orders.deal import SHIPPED, Element
from include.calltouch_orders.order import KnownDeal
from include.calltouch_orders.roubles import text


def held(deal: KnownDeal | None, element: Element, zone: tzinfo) -> Element:
    """Give, of the fields of an element, what Calltouch was last told, in the element's own spelling."""
    return {field: value for field, value in _spelt(deal, zone).items() if field in element} if deal else {}


def taken_up(deal: KnownDeal | None) -> KnownDeal | None:
    """
    Give the deal that Calltouch holds, as it was before it refused to change it; None: it holds none.

    A refused deal has an id or a status if it had been created: then it is only the change that was refused.
    """
    if deal is None or deal.state in ("created", "shipped"):
        return deal
    if deal.state != "rejected" or (deal.calltouch_order_id is None and deal.sent_status is None):
        return None
    is_shipped = deal.sent_status == SHIPPED or deal.sent_margin is not None
    return deal._replace(state="shipped" if is_shipped else "created")


def told(deal: KnownDeal | None, element: Element, zone: tzinfo) -> KnownDeal:
    """Give what Calltouch knows once it has accepted an element; fields an update omits stay as they were."""
    known = taken_up(deal) or KnownDeal("created")
    changes: dict[str, Any] = {}
    for field, name, read in (
        ("status", "sent_status", str),
        ("statusDate", "sent_status_at", lambda spelt: from_lead_service(spelt, zone)),
        ("revenue", "sent_revenue", Decimal),
        ("margin", "sent_margin", Decimal),
        ("funnel", "sent_funnel", str),
        ("manager", "sent_manager", str),
        ("addTags", "sent_tags", lambda added: _tags(known.sent_tags or (), added)),
    ):
        if field in element:
            changes[name] = read(element[field])
    if element.get("status") == SHIPPED:
        changes["state"] = "shipped"
    return known._replace(**changes)


def _spelt(deal: KnownDeal, zone: tzinfo) -> Element:
    return {
        "status": deal.sent_status,
        "statusDate": lead_service(deal.sent_status_at, zone) if deal.sent_status_at else None,
        "revenue": None if deal.sent_revenue is None else text(deal.sent_revenue),
        "margin": None if deal.sent_margin is None else text(deal.sent_margin),
        "funnel": deal.sent_funnel,
        "manager": deal.sent_manager,
        "addTags": {"tags": [{"tag": tag} for tag in deal.sent_tags or ()]},
    }


def _tags(known: Sequence[str], added: Any) -> list[str]:
    """Read the tags of a new deal (a list) or of an update (an object); those not overwritten stay."""
    names = [tag["tag"] for tag in (added if isinstance(added, list) else added["tags"])]
    keeps = isinstance(added, dict) and not added["overwrite"]
    return sorted({*names, *(known if keeps else ())})
