"""
The simulated 1C infobase: rows by set, kept in the vendor's memory and indexed by key and by date.

Rows are stored as they go on the wire without metadata: Int64 as text, dates as ISO text without a zone,
empty references and dates as sentinels (onec-odata 3). Writing a document posts it (``onec_posting.py``).
"""

import base64
import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from sandbox.onec_posting import records
from sandbox.onec_schema import SALES, Entity, Schema, empty_row, schema
from sandbox.place import Store

Row = dict[str, Any]
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
SETTINGS: Mapping[str, Any] = {
    "ad_source": "catalog",  # or text, any: the type of «Источник рекламы»
    "if_match": True,  # False: the server pays no attention to If-Match
    "prohibited_before": "",  # documents dated before this moment can't be changed
    "restricted": [],  # organisations that the user may not see
    "hidden": [],  # sets that are not in the composition
    "data_load_mode": True,  # False: code 17
}


class BadValue(ValueError):
    """A value that its property can't hold: error 4."""


class Base:
    """Rows and settings; one instance a sandbox. Callers hold a lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open()

    def _open(self) -> None:
        self.settings: dict[str, Any] = {**SETTINGS, **self._store.all("settings")}
        self.schema: Schema = schema(self.settings["ad_source"])
        self._rows: dict[str, dict[str, Row]] = {}
        self._dates: dict[str, list[tuple[str, str]]] = {}
        self._version = 0
        for name in self.schema:
            self._index(name, self._store.all(name).values())

    def clear(self) -> None:
        """Empty the base and set it back to the usual."""
        self._store.clear()
        self._open()

    def set(self, settings: Mapping[str, Any]) -> None:
        """Change settings. Raises ValueError; the type of the source can be changed only of an empty base."""
        if unknown := settings.keys() - SETTINGS.keys():
            raise ValueError(f"unknown settings: {', '.join(sorted(unknown))}")
        if settings.get("ad_source", self.settings["ad_source"]) != self.settings["ad_source"]:
            if any(self._rows[name] for name in self.schema if not self.schema[name].owner):
                raise ValueError("ad_source belongs to an empty base: clear it first")
            self.schema = schema(settings["ad_source"])
        self.settings |= settings
        self._store.put("settings", settings)

    def row(self, entity: str, key: str) -> Row | None:
        """Return a row by its key, or of a section's row by that of its owner and its number."""
        return self._rows[entity].get(key)

    def rows(self, entity: Entity, keys: Iterable[str] | None = None) -> Iterator[Row]:
        """Return rows, all or those of the keys, in the order in which they were first written."""
        owner = self._rows[entity.owner or entity.name]
        found = owner.values() if keys is None else [owner[key] for key in keys if key in owner]
        if entity.owner:
            return chain.from_iterable(row[entity.section] for row in found)
        return iter(found)

    def dated(self, entity: Entity, since: str = "", until: str = "9") -> Iterator[Row]:
        """Return documents by date and key, from ``since`` to ``until`` without it."""
        dates, rows = self._dates[entity.name], self._rows[entity.name]
        span = slice(bisect_left(dates, (since, "")), bisect_left(dates, (until, "")))
        return (rows[key] for _, key in dates[span])

    def find(self, key: str) -> Entity:
        """Return the set of documents or catalog items that holds the key. Raises ValueError."""
        for entity in self.schema.values():
            if not entity.owner and entity.name != SALES and key in self._rows[entity.name]:
                return entity
        raise ValueError(f"nothing has the key {key}")

    def write(self, name: str, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
        """
        Write rows whole or in part, new and known ones, as one change; each gets a new version.

        A new row has its other properties empty; a section is replaced. Raises BadValue, and ValueError for a
        property that is not there.
        """
        entity = self.schema[name]
        key = entity.keys[0]
        changed = [self._merged(entity, self._rows[name].get(row[key]), row) for row in rows]
        self._put(entity, {row[key]: row for row in changed})
        posted = {row[key]: records(self, name, row) for row in changed}
        self.write_records(name, {ref: found for ref, found in posted.items() if found is not None})
        return changed

    def write_records(self, document: str, records_of: Mapping[str, list[Row]]) -> None:
        """Replace what documents have written to the register of sales."""
        register, kind = self.schema[SALES], f"StandardODATA.{document}"
        changes: dict[str, Row | None] = {}
        for ref, found in records_of.items():
            own = {"Recorder": ref, "Recorder_Type": kind}
            lines = [{**own, **record} for record in found]
            changes[ref] = self._merged(register, None, {**own, "RecordSet": lines}) if found else None
        self._put(register, changes)

    def drop(self, name: str, key: str) -> None:
        """Remove a row for good, with its records."""
        self._put(self.schema[name], {key: None})
        self._put(self.schema[SALES], {key: None})

    def _put(self, entity: Entity, changes: Mapping[str, Row | None]) -> None:
        if not changes:
            return
        rows, dates = self._rows[entity.name], self._dates[entity.name]
        for key, row in changes.items():
            if "Date" in entity.types and (old := rows.get(key)):
                del dates[bisect_left(dates, (old["Date"], key))]
            if row is None:
                rows.pop(key, None)
            else:
                rows[key] = row
                if "Date" in entity.types:
                    insort(dates, (row["Date"], key))
        self._store.put(entity.name, changes)

    def _index(self, name: str, rows: Iterable[Row]) -> None:
        entity = self.schema[name]
        self._rows[name] = {row[entity.keys[0]]: self._filled(entity, row) for row in rows}
        dated = self._rows[name].items() if "Date" in entity.types else ()
        self._dates[name] = sorted((row["Date"], key) for key, row in dated)
        if "DataVersion" in entity.types:
            versions = (_version_number(row["DataVersion"]) for row in self._rows[name].values())
            self._version = max((self._version, *versions))

    def _filled(self, entity: Entity, row: Row) -> Row:
        """Add what the schema has and a row that was kept by an older one has not: it is empty."""
        sections = {
            name: [{**empty_row(self.schema[rows]), **line} for line in row.get(name, [])]
            for name, rows in entity.sections.items()
        }
        return {**empty_row(entity), **row, **sections}

    def _merged(self, entity: Entity, known: Row | None, row: Mapping[str, Any]) -> Row:
        merged = dict(known) if known else {**empty_row(entity), **{name: [] for name in entity.sections}}
        for name, value in row.items():
            if name in entity.sections:
                merged[name] = self._lines(entity, name, row, value)
            elif name in entity.types:
                merged[name] = fitting(entity.types[name], name, value)
            else:
                raise ValueError(f"{entity.name} has no {name!r}")
        if "DataVersion" in entity.types:
            self._version += 1
            merged["DataVersion"] = base64.b64encode(self._version.to_bytes(8, "big")).decode()
        return merged

    def _lines(self, entity: Entity, section: str, owner: Mapping[str, Any], lines: Any) -> list[Row]:
        if not isinstance(lines, list):
            raise BadValue(f"{section}: не табличная часть")
        rows = self.schema[entity.sections[section]]
        key = entity.keys[0]
        made = []
        for number, line in enumerate(lines, 1):
            own = {**line, key: owner[key], "LineNumber": str(number)}
            checked = {name: fitting(rows.types[name], name, own[name]) for name in own if name in rows.types}
            if unknown := own.keys() - checked.keys():
                raise ValueError(f"{rows.name} has no {', '.join(sorted(unknown))}")
            made.append({**empty_row(rows), **checked})
        return made


def fitting(kind: str, name: str, value: Any) -> Any:
    """Return the value as it is stored. Raises BadValue."""
    match kind, value:
        case "Edm.Guid", str() if _GUID.fullmatch(value):
            return value.lower()
        case "Edm.DateTime", str() if _DATE.fullmatch(value):
            return value
        case ("Edm.String", str()) | ("Edm.Boolean", bool()):
            return value
        case "Edm.Int64", int() | str() if re.fullmatch(r"-?\d+", str(value)):
            return str(value)
        case "Edm.Double" | "Edm.Int16", int() | float() if not isinstance(value, bool):
            return value
    raise BadValue(f"Неверное значение свойства {name!r}")


def _version_number(version: str) -> int:
    return int.from_bytes(base64.b64decode(version), "big")
