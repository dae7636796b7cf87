"""Rows of shipments and returns that say for which order they are (onec-odata B5)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from include.onec.asks import REF, Asks
from include.onec.decode import number, reference
from include.onec.heads import BadDocument
from include.onec.links import referred
from include.onec.rows import ErpSalePartRow
from include.settings.onec_profile import SaleLines


class _Line(NamedTuple):
    order: str | None
    amount: object


class Parts:
    """The rows met so far, waiting for their documents."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks
        self._names: dict[str, SaleLines] = {
            ask.entity: names
            for sale in (asks.profile.shipments, asks.profile.returns)
            for ask, names in zip(asks.sale_lines(sale), sale.lines, strict=True)
        }
        self._waiting: dict[str, list[_Line]] = {}

    def learn(self, entity: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep the rows of a section."""
        names = self._names[entity]
        for row in rows:
            if document := reference(row.get(REF)):
                line = _Line(self._order_of(entity, names, row), row.get(names.sum))
                self._waiting.setdefault(document, []).append(line)

    def of(self, document: str) -> list[ErpSalePartRow]:
        """
        Add up a document's rows by the order they name, None for those that name none.

        Numbered by order, so that it does not matter how people sort the rows. Raises BadDocument.
        """
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in self._waiting.pop(document, []):
            sums[line.order or ""] += _amount(line.amount)
        return [
            ErpSalePartRow(document, part_no, order or None, _amount(sums[order]))
            for part_no, order in enumerate(sorted(sums), 1)
        ]

    def _order_of(self, entity: str, names: SaleLines, row: Mapping[str, Any]) -> str | None:
        """Read which order a row is for; another document in its place says nothing."""
        found = referred(self._asks, entity, names.order, row) if names.order else None
        return found.ref if found and found.entity in self._asks.order_entities else None


def _amount(raw: object) -> Decimal:
    try:
        return number(raw) or Decimal(0)
    except ValueError:
        raise BadDocument("сумма в строке документа не читается или слишком велика") from None
