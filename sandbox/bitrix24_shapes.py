"""
How records are told: numbers in new methods, texts in old ones, dates shifted, empty values (bitrix24 1.8).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.bitrix24_filter import Field
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_schema import USER_KINDS
from sandbox.shelf import Record

_ORDERS = {"ascending": False, "descending": True}


class Shapes:
    """Tells records of one entity; ``fields`` are those that the method knows, by their names in it."""

    def __init__(
        self, portal: Portal, entity: int, fields: Mapping[str, Field], is_old: bool = False
    ) -> None:
        self._ways, self._zone = portal.ways, portal.zone
        self._fields, self._is_old = fields, is_old
        self._own = {each["FIELD_NAME"]: each for each in portal.user_fields(entity)}

    def selected(self, told: Any, hidden: Iterable[str] = ()) -> list[str]:
        """Return the names that a ``select`` asks for: those that are not known vanish silently."""
        if isinstance(told, str):
            told = [told]
        names = told.values() if isinstance(told, Mapping) else told or ["*"]
        own = [name for name, field in self._fields.items() if field.key in self._own]
        every = {"*": [name for name in self._fields if name not in hidden], "UF_*": own}
        if self._is_old:  # a mask of theirs has no own fields
            every["*"] = [name for name in every["*"] if name not in own]
        asked = [each for name in names for each in every.get(str(name), [str(name)])]
        return [
            name for name in dict.fromkeys(("ID" if self._is_old else "id", *asked)) if name in self._fields
        ]

    def row(self, record: Record, names: Iterable[str]) -> Record:
        """Tell a record."""
        return {name: self._told(record, self._fields[name]) for name in names}

    def _told(self, record: Record, field: Field) -> Any:
        if field.key in self._own:
            return self._own_value(self._own[field.key], record.get(field.key))
        value = record.get(field.key, field.default)
        match field.kind:
            case "date":
                value = self._date(value)
            case "double" if not self._is_old:
                return _number(value)
            case "double":
                return f"{float(value or 0):.2f}"
            case "integers":
                return self._contacts(value or [])
        if self._is_old:
            return "" if value is None and field.kind == "date" else None if value is None else str(value)
        return value

    def _contacts(self, numbers: list[int]) -> list[int]:
        order = self._ways["contact_ids_order"]
        return list(numbers) if order == "kept" else sorted(numbers, reverse=_ORDERS[order])

    def _own_value(self, field: Record, value: Any) -> Any:
        if isinstance(value, list):
            return [self._own_value(field, each) for each in value]
        if value is None or value == "":
            return [] if field["MULTIPLE"] == "Y" else self._ways["uf_empty"]
        kind = USER_KINDS.get(field["USER_TYPE_ID"], "string")
        if kind == "double" and isinstance(value, int | float):
            number = _number(value)
            return str(number) if self._ways["uf_number"] == "text" else number
        if kind == "boolean" and isinstance(value, bool):
            return str(int(value)) if self._is_old else "Y" if value else "N"
        return self._date(value) if kind == "date" else value

    def _date(self, value: Any) -> str | None:
        """Shift a day's midnight by the portal's offset, as its servers do."""
        if not value or len(str(value)) != len("2026-12-31"):
            return str(value) if value else None
        midnight = datetime.fromisoformat(value).replace(tzinfo=self._zone)
        return (midnight + (self._zone.utcoffset(None))).isoformat()


def _number(value: Any) -> int | float:
    number = float(value or 0)
    return int(number) if number.is_integer() else number
