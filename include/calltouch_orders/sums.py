"""What a sale is worth: revenue and margin as they are sent (calltouch 6.11-13, A6, A7, A26)."""

from decimal import Decimal
from typing import NamedTuple

from include.calltouch_orders.order import Order
from include.calltouch_orders.roubles import ZERO, roubles


class Sums(NamedTuple):
    """Revenue and margin in roubles; a margin not known is None. ``clamped``: returns exceeded the sales."""

    revenue: Decimal
    margin: Decimal | None
    clamped: bool


def sums_of(order: Order) -> Sums:
    """
    Tell an order's revenue and margin as its documents are now.

    Revenue is never negative. A margin may be, when goods went below cost; but where returns exceed the sales
    the rest of it means nothing, and it is not below zero either. With nothing shipped any more, a margin
    that Calltouch was told is zero.
    """
    revenue = roubles(order.sale.revenue)
    clamped = revenue < 0
    if not order.sale.shipped:
        told = order.deal is not None and order.deal.sent_margin is not None
        return Sums(max(revenue, ZERO), ZERO if told else None, clamped)
    margin = None if order.sale.margin is None else roubles(order.sale.margin)
    if clamped and margin is not None:
        margin = max(margin, ZERO)
    return Sums(max(revenue, ZERO), margin, clamped)


def differ(order: Order, sums: Sums) -> bool:
    """Tell whether the sums are other than Calltouch was told last; a margin not known is no difference."""
    deal = order.deal
    if deal is None or sums.revenue != deal.sent_revenue:
        return True
    return sums.margin is not None and sums.margin != deal.sent_margin
