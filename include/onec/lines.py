"""Lines of orders: goods, works and services, all sections in one sequence."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from include.onec.asks import REF, Asks
from include.onec.catalogs import Catalogs
from include.onec.decode import number, ordinal, reference
from include.onec.rows import ErpOrderLineRow
from include.settings.onec_profile import Lines as Names


class _Line(NamedTuple):
    section: int
    number: int
    row: Mapping[str, Any]


class Lines:
    """The lines met so far, waiting for their orders."""

    def __init__(self, asks: Asks) -> None:
        self._sections: dict[str, int] = {}
        self._names: list[Names] = []
        for order in asks.profile.orders:
            for ask, names in zip(asks.lines(order), order.lines, strict=True):
                self._sections[ask.entity] = len(self._names)
                self._names.append(names)
        self._waiting: dict[str, list[_Line]] = {}

    def learn(self, entity: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep the rows of a section."""
        section = self._sections[entity]
        for row in rows:
            if order := reference(row.get(REF)):
                line = _Line(section, ordinal(row.get("LineNumber")), row)
                self._waiting.setdefault(order, []).append(line)

    def of(self, order: str, catalogs: Catalogs) -> Iterator[ErpOrderLineRow]:
        """Give an order's lines, numbered from 1. Raises ValueError for one that cannot be read."""
        lines = sorted(self._waiting.pop(order, []), key=lambda line: line[:2])
        for position, (section, _, row) in enumerate(lines, 1):
            names = self._names[section]
            item = reference(row.get(names.item))
            yield ErpOrderLineRow(
                order_ref=order,
                line_no=position,
                item_ref=item,
                item=catalogs.name(item),
                kind=catalogs.item_kind(item),
                groups=catalogs.groups(item),
                quantity=number(row.get(names.quantity or ""), 3),
                amount=number(row.get(names.sum)),
            )
