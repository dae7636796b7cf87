"""Shipments and returns: what they came to, and whose they are or their parts (onec-odata 9.5-8, B4, B5)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from include.onec.asks import Asks
from include.onec.heads import Head, Heads
from include.onec.links import Links
from include.onec.parts import Parts
from include.onec.profits import Profits
from include.onec.rows import ErpReturnRow, ErpSalePartRow, ErpShipmentRow

Row = Mapping[str, Any]


class Sales:
    """Makes rows of shipments and returns; raises BadDocument for one that cannot be read."""

    def __init__(self, asks: Asks, heads: Heads, links: Links, profits: Profits) -> None:
        self._asks = asks
        self._profile = asks.profile
        self._heads, self._links, self._profits = heads, links, profits
        self.parts = Parts(asks)

    def shipment(self, row: Row) -> tuple[ErpShipmentRow, list[ErpSalePartRow]]:
        """Read a shipment, and its parts when its rows name another order than its header."""
        names = self._profile.shipments
        head = self._heads.read(names.entity, row, names.total)
        own = self._profile.profit.source == "document"
        profit = self._heads.amount(row, names.profit) if own else self._profits.of(head.ref)
        made = ErpShipmentRow(
            **head.columns(),
            shipment_ref=head.ref,
            order_ref=self._links.order_of(self._links.base_of(names.entity, row)),
            shipped_at=head.at,
            total=head.total,
            profit=self._roubles(head, profit),
        )
        parts = self.parts.of(head.ref)
        is_shared = any(part.order_ref not in (None, made.order_ref) for part in parts)
        return made, parts if is_shared else []

    def give_back(self, row: Row) -> tuple[ErpReturnRow, list[ErpSalePartRow]]:
        """Read a return, and its parts when its rows name orders: else it is shared out as its shipment."""
        names = self._profile.returns
        head = self._heads.read(names.entity, row, names.total)
        chain = list(self._links.chain(self._links.base_of(names.entity, row)))
        shipments = (link.ref for link in chain if link.entity == self._profile.shipments.entity)
        made = ErpReturnRow(
            **head.columns(),
            return_ref=head.ref,
            order_ref=next((link.ref for link in chain if link.entity in self._asks.order_entities), None),
            shipment_ref=next(shipments, None),
            returned_at=head.at,
            total=abs(head.total),
            profit=self._roubles(head, self._given_back(head, row)),
        )
        parts = self.parts.of(head.ref)
        return made, parts if any(part.order_ref for part in parts) else []

    def _given_back(self, head: Head, row: Row) -> Decimal | None:
        if self._profile.profit.source != "document":
            return self._profits.given_back(head.ref)
        own = self._heads.amount(row, self._profile.returns.profit)
        return -own if own and head.total < 0 else own

    def _roubles(self, head: Head, profit: Decimal | None) -> Decimal | None:
        return self._profits.in_roubles(profit, head.rate)
