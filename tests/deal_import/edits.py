"""What people do by hand between two runs, done to both books."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.deal_import.warehouse import Warehouse
from tests.deal_import.world import Thing, World


class Edits:
    """Hand work on the company; a client or deal is named by its place among those there are."""

    def __init__(self, world: World, warehouse: Warehouse | None) -> None:
        self.world, self.warehouse = world, warehouse

    def make(self, edit: Sequence[Any]) -> None:
        """Make one edit, given as the method's name and what it takes; nothing to edit means nothing done."""
        name, *arguments = edit
        needed = self.world.clients if name in ("add_phone", "add_deal") else self.world.deals
        if needed:
            getattr(self, name)(*arguments)

    def move_status(self, number: int, status: str) -> None:
        deal_id = self._deal(number)
        self.world.deals[deal_id]["status"] = status
        if self.warehouse:
            self.warehouse.rows(
                "update mart.deal set status_id = (select status_id from mart.deal_status where name = %s)"
                " where deal_id = %s",
                status,
                self.warehouse.ours("deal", deal_id),
            )

    def delete_deal(self, number: int) -> None:
        deal_id = self._deal(number)
        del self.world.deals[deal_id]
        if self.warehouse:
            self.warehouse.rows(
                "delete from mart.deal where deal_id = %s", self.warehouse.ours("deal", deal_id)
            )

    def type_amount(self, number: int, amount: str | None) -> None:
        """Type an actual amount where that is allowed: on a deal without imported payments."""
        deal_id = self._deal(number)
        if self.world.deals[deal_id]["locked"]:
            return
        self.world.deals[deal_id]["amount"] = None if amount is None else Decimal(amount)
        if self.warehouse:
            ours = self.warehouse.ours("deal", deal_id)
            self.warehouse.rows("update mart.deal set actual_amount = %s where deal_id = %s", amount, ours)

    def give_deal_away(self, number: int, client_number: int) -> None:
        deal_id, client_id = self._deal(number), self._client(client_number)
        self.world.deals[deal_id]["client_id"] = client_id
        if self.warehouse:
            ours = self.warehouse.ours("client", client_id), self.warehouse.ours("deal", deal_id)
            self.warehouse.rows("update mart.deal set client_id = %s where deal_id = %s", *ours)

    def add_phone(self, client_number: int, phone: str) -> None:
        client_id = self._client(client_number)
        self.world.clients[client_id]["phone"].setdefault(phone, phone)
        if self.warehouse:
            self.warehouse.add_key(client_id, "phone", phone, phone)

    def add_deal(self, deal: Thing) -> None:
        given = {name: value for name, value in deal.items() if name != "client"}
        deal_id = self.world.add_deal(**given, client_id=self._client(deal["client"]))
        if self.warehouse:
            self.warehouse.add_deal(deal_id, self.world.deals[deal_id])

    def _deal(self, number: int) -> int:
        return sorted(self.world.deals)[number % len(self.world.deals)]

    def _client(self, number: int) -> int:
        return sorted(self.world.clients)[number % len(self.world.clients)]
