"""An order as the plan sees it: the document, its lines, what was sold of it, and its deal in Calltouch."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID


class Line(NamedTuple):
    """A line of an order, of whichever section; columns of ``mart.erp_order_line``."""

    item_ref: UUID | None = None
    item: str | None = None
    kind: str | None = None
    groups: Sequence[str] = ()
    quantity: Decimal | None = None
    amount: Decimal | None = None


class Sale(NamedTuple):
    """
    What was sold by an order: its posted shipments less its posted returns, in roubles (calltouch 6.11).

    ``shipped``: there is at least one posted shipment, or the order is closed and is its own.
    ``margin`` is None when the profit of any of the documents is not known.
    """

    shipped: bool = False
    first_shipped_at: datetime | None = None
    last_document_at: datetime | None = None
    revenue: Decimal = Decimal(0)
    margin: Decimal | None = None


class KnownDeal(NamedTuple):
    """What Calltouch was last told of an order; columns of ``mart.calltouch_deal``."""

    state: str
    calltouch_order_id: int | None = None
    sent_status: str | None = None
    sent_status_at: datetime | None = None
    sent_revenue: Decimal | None = None
    sent_margin: Decimal | None = None
    sent_funnel: str | None = None
    sent_manager: str | None = None
    sent_tags: Sequence[str] | None = None


class Order(NamedTuple):
    """An order or a work order; columns of ``mart.erp_order`` and, after them, all that hangs on it."""

    order_ref: UUID
    kind: str
    number: str
    title: str
    ordered_at: datetime
    posted: bool
    deleted: bool
    contractor_ref: UUID | None
    contractor: str | None
    organisation_ref: UUID | None
    organisation: str | None
    manager: str | None
    total: Decimal
    currency: str = "RUB"
    rate: Decimal = Decimal(1)
    base_order_ref: UUID | None = None
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    lines: Sequence[Line] = ()
    sale: Sale = Sale()
    deal: KnownDeal | None = None
