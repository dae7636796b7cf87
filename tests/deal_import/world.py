"""What the oracle remembers between runs: plain dictionaries, one a client, deal and payment."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.deal_import.reading import RawRecord

DEFAULT_STATUSES = {
    "Новая": "new",
    "Повторное обращение": "repeat",
    "В работе": "in_work",
    "Оплачена": "won",
    "Отменена": "lost",
}

Thing = dict[str, Any]


@dataclass
class Source:
    """The settings of one import source that the rules look at."""

    name: str = "main"
    timezone: str = "Europe/Moscow"
    currency: str = "RUB"
    status_map: dict[str, str] = field(default_factory=dict)
    require_tsuid_for_new_client: bool = False
    max_lookback_days: int | None = None


@dataclass
class Export:
    """One file: its records as raw texts, in file order, and the currency its root names."""

    records: list[RawRecord]
    currency: str | None = None


@dataclass
class World:
    """All that is remembered between runs. Ids are given in the order things are created."""

    statuses: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_STATUSES))
    clients: dict[int, Thing] = field(default_factory=dict)
    deals: dict[int, Thing] = field(default_factory=dict)
    payments: dict[tuple[str, str], Thing] = field(default_factory=dict)
    feed: list[Thing] = field(default_factory=list)
    runs: int = 0
    last_client_id: int = 0
    last_deal_id: int = 0

    def add_client(self, **given: Any) -> int:
        """Add a client; keys are given as ``tsuid``, ``phone`` and ``email``: normalised -> as written."""
        self.last_client_id += 1
        client: Thing = {"tsuid": {}, "phone": {}, "email": {}, "params": {}, "origin": "manual"}
        client |= dict.fromkeys(("name", "company", "last_deal_at"))
        self.clients[self.last_client_id] = client | given
        return self.last_client_id

    def add_deal(self, **given: Any) -> int:
        """Add a deal; ``client_id``, ``status`` (its name) and ``created_at`` have to be given."""
        self.last_deal_id += 1
        deal: Thing = {"locked": False, "origin": "manual"}
        deal |= dict.fromkeys(("conversion_id", "external_id", "amount", "potential", "currency", "note"))
        self.deals[self.last_deal_id] = deal | given
        return self.last_deal_id

    def kind_of(self, deal_id: int) -> str:
        return self.statuses[self.deals[deal_id]["status"]]

    def first_status(self, kind: str) -> str:
        return next(name for name, its_kind in self.statuses.items() if its_kind == kind)

    def holders(self, kind: str, values: set[str]) -> set[int]:
        """Find the clients that hold any of these keys."""
        return {client_id for client_id, client in self.clients.items() if values & set(client[kind])}

    def sum_of_payments(self, deal_id: int) -> Decimal:
        """Add up what was imported for a deal, by whichever source."""
        amounts = [payment["amount"] for payment in self.payments.values() if payment["deal_id"] == deal_id]
        return sum(amounts, Decimal("0.00"))
