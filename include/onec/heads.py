"""What all documents of 1C have in common: number, date, state, sum, currency, version."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from include.onec.asks import REF, VERSION, Asks
from include.onec.catalogs import RUBLE, Catalogs
from include.onec.decode import flag, moment, number, reference, text

Row = Mapping[str, Any]
Value = TypeVar("Value")
_ONE = Decimal(1)
_RATE_PLACES = 6


class BadDocument(ValueError):
    """Say in Russian why a document cannot be read."""


class Head(NamedTuple):
    """The common part of a document."""

    ref: str
    number: str
    at: datetime
    posted: bool
    deleted: bool
    total: Decimal
    currency: str
    rate: Decimal
    version: str | None

    def columns(self) -> dict[str, Any]:
        """Give the columns that all documents have under one name, but for the sum."""
        return {
            "number": self.number,
            "posted": self.posted,
            "deleted": self.deleted,
            "currency": self.currency,
            "rate": self.rate,
            "data_version": self.version,
        }


class Heads:
    """Reads the common part; raises BadDocument for what no document can be without."""

    def __init__(self, asks: Asks, catalogs: Catalogs, zone: ZoneInfo) -> None:
        self._asks = asks
        self._names = asks.profile.header
        self._catalogs = catalogs
        self._zone = zone

    def read(self, entity: str, row: Row, total: str) -> Head:
        """Read it; ``total`` names the property with the document's sum."""
        names, currency = self._names, self._currency(row)
        return Head(
            ref=_needed(reference(row.get(REF)), "нет ссылки"),
            number=_needed(text(row.get(names.number)), "нет номера"),
            at=_needed(self.moment(row, names.date), "нет даты"),
            posted=flag(row.get(names.posted)),
            deleted=flag(row.get(names.deleted)),
            total=_needed(self.amount(row, total), "нет суммы"),
            currency=currency,
            rate=_ONE if currency == RUBLE else self._rate(entity, row),
            version=text(row.get(VERSION)),
        )

    def moment(self, row: Row, prop: str) -> datetime | None:
        """Read a moment."""
        try:
            return moment(row.get(prop), self._zone)
        except ValueError:
            raise BadDocument(f"{prop}: дата не читается") from None

    def amount(self, row: Row, prop: str | None) -> Decimal | None:
        """Read a sum of money."""
        try:
            return number(row.get(prop)) if prop else None
        except ValueError:
            raise BadDocument(f"{prop}: число не читается или слишком велико") from None

    def _currency(self, row: Row) -> str:
        ref = reference(row.get(self._names.currency or ""))
        if not ref:
            return RUBLE
        return _needed(self._catalogs.currencies.get(ref), "валюта не определена по справочнику")

    def _rate(self, entity: str, row: Row) -> Decimal:
        """Work out roubles for a unit: the rate may be that of a hundred."""
        try:
            rate = number(row.get(self._names.rate or ""), _RATE_PLACES)
            units = number(row.get(self._asks.rate_units(entity) or ""), _RATE_PLACES) or _ONE
            found = number(rate / units, _RATE_PLACES) if rate else None
        except (ValueError, ArithmeticError):
            found = None
        if not found or found <= 0:
            raise BadDocument("документ в валюте, а курса в нём нет")
        return found


def _needed(value: Value | None, problem: str) -> Value:
    if value is None:
        raise BadDocument(problem)
    return value
