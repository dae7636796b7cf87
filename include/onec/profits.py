"""Profit of documents, in roubles: by the records of a register (onec-odata 9.8), or their own (A26)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from include.onec.asks import Asks
from include.onec.decode import number, reference


class Turnover(NamedTuple):
    """What a document moved."""

    revenue: Decimal
    cost: Decimal


class Profits:
    """The records met so far, summed by document; an unreadable one leaves its document's profit unknown."""

    def __init__(self, asks: Asks) -> None:
        self._names = asks.profile.profit
        self._recorder = asks.recorder()
        self._sums: dict[str, Turnover | None] = {}

    def learn(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add records; one that is not active is not in the register's totals either."""
        for row in rows:
            raw = row.get(self._recorder)
            ref = reference(row.get(f"{self._recorder}_Key") if raw is None else raw)
            if ref and row.get("Active") is not False:
                self._sums[ref] = self._added(self._sums.get(ref, Turnover(Decimal(0), Decimal(0))), row)

    def in_roubles(self, profit: Decimal | None, rate: Decimal) -> Decimal | None:
        """Give a profit in roubles: by the document's rate, unless it is in roubles as it stands."""
        if profit is None or self._names.in_roubles:
            return profit
        try:
            return number(profit * rate)
        except ValueError:
            return None

    def of(self, ref: str) -> Decimal | None:
        """Give the profit of a document; None without records."""
        sums = self._sums.pop(ref, None)
        return sums.revenue - sums.cost if sums else None

    def given_back(self, ref: str) -> Decimal | None:
        """
        Give the profit that a return takes back: positive if what came back had been sold with profit.

        Most configurations record a return with negative sums, some with positive ones: its revenue tells.
        """
        sums = self._sums.pop(ref, None)
        if sums is None:
            return None
        is_negative = (sums.revenue or sums.cost) < 0
        return sums.cost - sums.revenue if is_negative else sums.revenue - sums.cost

    def _added(self, sums: Turnover | None, row: Mapping[str, Any]) -> Turnover | None:
        try:
            revenue, cost = (number(row.get(prop or "")) for prop in (self._names.revenue, self._names.cost))
        except ValueError:
            return None
        if sums is None or revenue is None or cost is None:
            return None
        return Turnover(sums.revenue + revenue, sums.cost + cost)
