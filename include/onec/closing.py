"""When an order without shipments of its own was closed, which is its shipment (calltouch A5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from include.onec.asks import Asks
from include.onec.decode import flag, reference, text
from include.onec.heads import Head, Heads
from include.settings.onec_profile import OrderDocument


def closed_at(
    asks: Asks, heads: Heads, order: OrderDocument, head: Head, row: Mapping[str, Any]
) -> datetime | None:
    """Read when an order was closed; by a sign that is no date it was closed on the day it was made."""
    prop = order.shipped_when.field if order.shipped_when else None
    if prop is None:
        return None
    match asks.schema.properties[order.entity].get(prop):
        case "Edm.DateTime" | None:
            return heads.moment(row, prop)
        case "Edm.Boolean":
            is_closed = flag(row.get(prop))
        case "Edm.Guid":
            is_closed = reference(row.get(prop)) is not None
        case _:
            is_closed = text(row.get(prop)) is not None
    return head.at if is_closed else None
