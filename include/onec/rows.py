"""Documents of 1C as rows, each in the order of its table's columns (``stage.calltouch_orders_*``)."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class ErpOrderRow(NamedTuple):
    """
    An order. Phones and e-mails are normalised.

    Money is in the document's currency, ``rate`` gives roubles; profit is in roubles, here and below.
    """

    order_ref: str
    kind: str
    number: str
    title: str
    ordered_at: datetime
    posted: bool
    deleted: bool
    contractor_ref: str | None
    contractor: str | None
    organisation_ref: str | None
    organisation: str | None
    manager: str | None
    total: Decimal
    profit: Decimal | None
    currency: str
    rate: Decimal
    closed_at: datetime | None
    base_order_ref: str | None
    phones: list[str]
    emails: list[str]
    source_short: str | None
    source_full: str | None
    data_version: str | None


class ErpOrderLineRow(NamedTuple):
    """A line of an order, numbered from 1 through all its sections."""

    order_ref: str
    line_no: int
    item_ref: str | None
    item: str | None
    kind: str | None
    groups: list[str]
    quantity: Decimal | None
    amount: Decimal | None


class ErpShipmentRow(NamedTuple):
    """A shipment; without ``order_ref`` when no order could be told."""

    shipment_ref: str
    order_ref: str | None
    number: str
    shipped_at: datetime
    posted: bool
    deleted: bool
    total: Decimal
    profit: Decimal | None
    currency: str
    rate: Decimal
    data_version: str | None


class ErpReturnRow(NamedTuple):
    """A return; its sum and its profit are what was given back, positive in the ordinary case."""

    return_ref: str
    order_ref: str | None
    shipment_ref: str | None
    number: str
    returned_at: datetime
    posted: bool
    deleted: bool
    total: Decimal
    profit: Decimal | None
    currency: str
    rate: Decimal
    data_version: str | None


class ErpSalePartRow(NamedTuple):
    """
    What of a shipment or a return is whose: rows that name one order; None: rows that name none.

    ``amount`` is the sum of the rows, which says the proportion: sums of documents are shared out by it.
    """

    document_ref: str
    part_no: int
    order_ref: str | None
    amount: Decimal


class RefusalRow(NamedTuple):
    """A document that cannot be read, and why: ``details`` is JSON without personal data."""

    position: int
    entity: str
    record_key: str | None
    code: str
    details: str


class Batch(NamedTuple):
    """
    What one page of documents gave.

    ``lines`` are of ``orders``, ``parts`` of ``shipments`` and ``returns``; ``notes`` deserve a look.
    """

    orders: list[ErpOrderRow]
    lines: list[ErpOrderLineRow]
    shipments: list[ErpShipmentRow]
    returns: list[ErpReturnRow]
    parts: list[ErpSalePartRow]
    refusals: list[RefusalRow]
    notes: list[RefusalRow]
    unchanged: int = 0
    deleted: int = 0

    @classmethod
    def empty(cls, unchanged: int = 0, deleted: int = 0) -> "Batch":
        """Begin a batch."""
        return cls([], [], [], [], [], [], [], unchanged, deleted)
