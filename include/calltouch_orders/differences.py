"""How a deal differs from what 1C says now, field by field: for a check by hand (calltouch 6.21)."""

from typing import NamedTuple

from include.calltouch_orders.cuts import Cuts
from include.calltouch_orders.deal import ORDERED, SHIPPED, first_revenue, funnel, manager
from include.calltouch_orders.order import KnownDeal, Order
from include.calltouch_orders.roubles import text
from include.calltouch_orders.sums import sums_of
from include.calltouch_orders.tags import deal_tags
from include.settings.calltouch_orders import Account, CalltouchOrdersSettings

Values = dict[str, str | None]


class Difference(NamedTuple):
    """One field as each side has it; None: not there."""

    field: str
    in_order: str | None
    in_calltouch: str | None


def expected(order: Order, account: Account, settings: CalltouchOrdersSettings) -> Values:
    """Tell what Calltouch should show of an order as 1C has it now."""
    cut, sold = Cuts(), order.sale.shipped
    sums = sums_of(order)
    tags = deal_tags(order.lines, cut) if account.send_nomenclature_kinds_as_tags else []
    return {
        "status": SHIPPED if sold else ORDERED,
        "revenue": text(sums.revenue if sold else first_revenue(order, settings)),
        "margin": text(sums.margin) if sold and sums.margin is not None else None,
        "funnel": funnel(order, account, settings, cut),
        "manager": manager(order, cut),
        "tags": ", ".join(tags) or None,
    }


def last_told(deal: KnownDeal) -> Values:
    """Tell what Calltouch was last told of a deal."""
    return {
        "status": deal.sent_status,
        "revenue": None if deal.sent_revenue is None else text(deal.sent_revenue),
        "margin": None if deal.sent_margin is None else text(deal.sent_margin),
        "funnel": deal.sent_funnel,
        "manager": deal.sent_manager,
        "tags": ", ".join(sorted(deal.sent_tags or ())) or None,
    }


def differences(in_order: Values, in_calltouch: Values) -> list[Difference]:
    """Compare the fields that both sides can show; what an answer of Calltouch lacks is left out."""
    return [
        Difference(field, value, in_calltouch[field])
        for field, value in in_order.items()
        if field in in_calltouch and in_calltouch[field] != value
    ]
