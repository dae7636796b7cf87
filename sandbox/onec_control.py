"""
Orders of tests and the demo to the simulated 1C base (``POST /_sandbox/onec``).

- ``{"put": {set: [row, …]}}`` adds rows or changes known ones, by ``Ref_Key``; numbers are padded as 1C does.
- ``{"post": key}``, ``{"unpost": key}``, ``{"mark": key}`` (for deletion), ``{"drop": key}`` (for good),
  ``{"close": key, "at": "2026-03-15T17:00:00"}`` (a work order); a list of keys does as well.
- ``{"unrecord": key}`` takes a document's records out of the register of sales: its profit is not known.
- ``{"read": set}`` returns its rows, with ``"key"`` one of them; with ``"comparable": true`` without what
  differs between two runs that did the same. ``{"read": "calls"}`` returns what was called.
- ``{"settings": {…}}``: those of ``sandbox/onec_base.py``; ``{"clear": true}`` empties the base.
- ``{"shop": day, "first_day": "2026-03-02"}`` lets the demo's shop live through a day (with the first come
  the catalogs), ``{"orders": n, "first_day": …}`` loads orders for a benchmark.
- ``{"fault": …}`` as in ``sandbox/faults.py``, ``{"forget_faults": true}``, ``{"renumber": true}``.

Every answer has the number of rows by set, what clients have written and how many of their calls ran at once.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

from sandbox.demo.motor_shop import day
from sandbox.demo.motor_shop_bench import orders
from sandbox.demo.motor_shop_goods import catalogs
from sandbox.onec_base import Base, Row
from sandbox.onec_schema import ORDERS, Entity
from sandbox.vendor import Faults

Command = Mapping[str, Any]
_PADDED = {"Number": 11, "Code": 9}
_CHANGES: Mapping[str, Row] = {
    "post": {"Posted": True},
    "unpost": {"Posted": False},
    "mark": {"DeletionMark": True, "Posted": False},
}


class Control:
    """Takes orders and counts what clients do."""

    def __init__(self, base: Base, faults: Faults, lock: AbstractContextManager[Any]) -> None:
        self._base, self._faults, self._lock = base, faults, lock
        self._done: Counter[str] = Counter()
        self._running = self._most_at_once = 0
        self._gate = threading.Lock()
        self._orders: Mapping[str, Callable[[Command], Command | None]] = {
            "fault": faults.obey,
            "forget_faults": lambda _: faults.forget(),
            "renumber": lambda _: faults.renumber(),
            "read": self._read,
            "settings": lambda command: base.set(command["settings"]),
            "clear": lambda _: self._clear(),
            "put": lambda command: self._put(command["put"]),
            "shop": lambda command: self._live(command["shop"], date.fromisoformat(command["first_day"])),
            "orders": self._fill,
            "close": lambda command: self._close(command["close"], command["at"]),
            "drop": lambda command: self._drop(command["drop"]),
            "unrecord": lambda command: self._unrecord(command["unrecord"]),
            **dict.fromkeys(_CHANGES, self._change),
        }

    def count(self, what: str) -> None:
        """Remember what a client has done."""
        self._done[what] += 1

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Count the calls that run at once: each of them takes a session of the 1C server."""
        with self._gate:
            self._running += 1
            self._most_at_once = max(self._most_at_once, self._running)
        try:
            yield
        finally:
            with self._gate:
                self._running -= 1

    def obey(self, command: Command) -> dict[str, Any]:
        """Take an order and return the state after it. Raises ValueError, KeyError, TypeError."""
        name = next((name for name in self._orders if name in command), None)
        if name is None:
            raise ValueError(f"unknown order: {', '.join(command)}")
        with self._lock:
            return {**(self._orders[name](command) or {}), **self._state()}

    def _change(self, command: Command) -> None:
        for name, keys in command.items():
            self._write(keys, _CHANGES[name])

    def _close(self, keys: object, at: str) -> None:
        if others := [key for key in _listed(keys) if self._base.find(key).name != ORDERS[1]]:
            raise ValueError(f"only work orders are closed, not {', '.join(others)}")
        self._write(keys, {"ДатаЗакрытия": at, "Posted": True})

    def _drop(self, keys: object) -> None:
        for key in _listed(keys):
            self._base.drop(self._base.find(key).name, key)

    def _unrecord(self, keys: object) -> None:
        for key in _listed(keys):
            self._base.write_records(self._base.find(key).name, {key: []})

    def _write(self, keys: object, values: Row) -> None:
        for key in _listed(keys):
            self._base.write(self._base.find(key).name, [{"Ref_Key": key, **values}])

    def _put(self, sets: Mapping[str, list[Row]]) -> None:
        for name, rows in sets.items():
            self._base.write(self._known(name).name, [_padded(row) for row in rows])

    def _live(self, number: int, first_day: date) -> None:
        if number == 1:
            self._put(catalogs())
        for change in day(number, first_day).changes:
            self._put(change)

    def _fill(self, command: Command) -> None:
        self._put(catalogs())
        self._put(orders(command["orders"], date.fromisoformat(command["first_day"])))

    def _clear(self) -> None:
        self._base.clear()
        self._done.clear()
        self._most_at_once = 0

    def _read(self, command: Command) -> Command:
        if command["read"] == "calls":
            return {"history": list(self._faults.history)}
        entity = self._known(command["read"])
        keys = [command["key"]] if "key" in command else None
        hidden = {"DataVersion"} if command.get("comparable") else set()
        rows = self._base.rows(entity, keys)
        return {"rows": [{name: row[name] for name in row if name not in hidden} for row in rows]}

    def _known(self, name: str) -> Entity:
        if name not in self._base.schema:
            raise ValueError(f"no set {name!r}")
        return self._base.schema[name]

    def _state(self) -> dict[str, Any]:
        sets = {name: entity for name, entity in self._base.schema.items() if not entity.owner}
        return {
            "counts": {name: sum(1 for _ in self._base.rows(entity)) for name, entity in sets.items()},
            "done": dict(self._done),
            "calls": len(self._faults.history),
            "most_at_once": self._most_at_once,
            "faults_planned": self._faults.left(),
            "settings": self._base.settings,
        }


def _listed(keys: object) -> list[str]:
    return [str(key) for key in keys] if isinstance(keys, list) else [str(keys)]


def _padded(row: Row) -> Row:
    """Return the row with number and code as long as the configuration says, filled with spaces."""
    return {name: value.ljust(_PADDED[name]) if name in _PADDED else value for name, value in row.items()}
