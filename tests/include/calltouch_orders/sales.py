"""What was sold by an order, worked out document by document (calltouch 6.11, A5-A7, A26-A27)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from include.calltouch_orders.order import Sale
from include.calltouch_orders.roubles import roubles


class Document(NamedTuple):
    """A shipment or a return."""

    is_return: bool
    at: datetime
    total: Decimal
    profit: Decimal | None
    posted: bool = True
    deleted: bool = False
    rate: Decimal = Decimal(1)


def sale_of(documents: Iterable[Document]) -> Sale:
    """Add up the documents that count; the newest one matters even if it counts no more."""
    documents = list(documents)
    counted = [document for document in documents if document.posted and not document.deleted]
    shipments = [document for document in counted if not document.is_return]
    revenue, margin = Decimal(0), Decimal(0)
    for document in counted:
        sign = -1 if document.is_return else 1
        revenue += sign * roubles(document.total, document.rate)
        margin += sign * (document.profit or Decimal(0))
    return Sale(
        shipped=bool(shipments),
        first_shipped_at=min((document.at for document in shipments), default=None),
        last_document_at=max((document.at for document in documents), default=None),
        revenue=revenue,
        margin=None if any(document.profit is None for document in counted) or not counted else margin,
    )
