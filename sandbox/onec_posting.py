"""
What documents write to the register of sales when they are posted, line by line.

Shipments sell, returns take back with the sign turned, a work order sells once it is closed. The cost is the
item's accounting price times the quantity.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from sandbox.onec_schema import EMPTY_DATE, ORDERS, RETURNS, SHIPMENTS

_WORK_ORDER = ORDERS[1]
_SECTIONS = ("Товары", "Услуги", "Работы")


class Items(Protocol):
    """Where items are looked up."""

    def row(self, entity: str, key: str) -> dict[str, Any] | None:
        """Return a row by its key."""


def records(base: Items, document: str, row: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the records of a document as it is now; none when it does not count; None: it never has any."""
    if document not in (SHIPMENTS, RETURNS, _WORK_ORDER):
        return None
    closed = row.get("ДатаЗакрытия", row["Date"])
    if row["DeletionMark"] or not row["Posted"] or closed == EMPTY_DATE:
        return []
    sign = -1 if document == RETURNS else 1
    lines = [line for section in _SECTIONS for line in row.get(section, [])]
    return [_record(base, line, sign) | _about(row, closed) for line in lines]


def _about(row: Mapping[str, Any], at: str) -> dict[str, Any]:
    parties = {name: row[name] for name in ("Контрагент_Key", "Организация_Key")}
    return {"Period": at, "Active": True, **parties}


def _record(base: Items, line: Mapping[str, Any], sign: int) -> dict[str, Any]:
    item = base.row("Catalog_Номенклатура", line["Номенклатура_Key"])
    cost = Decimal(str(item["УчетнаяЦена"] if item else 0)) * Decimal(str(line["Количество"]))
    return {
        "Номенклатура_Key": line["Номенклатура_Key"],
        "Количество": sign * line["Количество"],
        "Сумма": sign * line["Сумма"],
        "Себестоимость": sign * _number(cost),
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(round(value, 2))
