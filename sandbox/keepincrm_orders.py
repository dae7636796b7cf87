"""
Orders of tests and the demo to the simulated KeepinCRM; ``sandbox/keepincrm.py`` lists them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.keepincrm_account import Account
from sandbox.keepincrm_catalogue import Record
from sandbox.vendor import Faults

Command = Mapping[str, Any]
_OWN_MARKS = ("id", "created_at", "updated_at", "category_id")


class Orders:
    """Takes orders for the account."""

    def __init__(self, account: Account, faults: Faults) -> None:
        self._account, self._faults = account, faults
        self._orders: Mapping[str, Callable[[Command], object]] = {
            "at_page": account.plan_people,
            "materials": lambda command: account.add(command["materials"]),
            "categories": self._add_categories,
            "change": self._change,
            "remove": lambda command: account.remove(command["remove"]),
            "fields": self._add_fields,
            "ways": lambda command: account.set_ways(command["ways"]),
            "fault": faults.obey,
            "forget_faults": lambda _: faults.forget(),
            "renumber": lambda _: self._renumber(),
            "reset": lambda _: self._reset(),
        }
        self._readings: Mapping[str, Callable[[bool], Any]] = {
            "materials": self._materials,
            "categories": self._categories,
            "counts": lambda _: dict(sorted(account.counts.items())),
            "writes": lambda _: list(account.writes),
            "pace": account.arrivals.report,
            "calls": lambda _: list(faults.history),
        }

    def obey(self, command: Command) -> dict[str, Any]:
        """Take an order and return the state after it. Raises ValueError, KeyError, TypeError."""
        if "read" in command:
            what = command["read"]
            if what not in self._readings:
                raise ValueError(f"can't read {what!r}: one of {', '.join(self._readings)}")
            return {what: self._readings[what](bool(command.get("ids")))}
        name = next((name for name in self._orders if name in command), None)
        if name is None:
            raise ValueError("an order that KeepinCRM does not know: see sandbox/keepincrm.py")
        self._orders[name](command)
        return {
            "calls": self._faults.calls,
            "faults_planned": self._faults.left(),
            "materials": len(self._account.catalogue.materials.records),
            "categories": len(self._account.catalogue.categories.records),
        }

    def _add_categories(self, command: Command) -> None:
        added = ({"parent_id": None, **each} for each in command["categories"])
        self._account.catalogue.categories.add(added)

    def _change(self, command: Command) -> None:
        for number, changes in command["change"].items():
            self._account.change(self._account.catalogue.materials.records[int(number)], changes)

    def _add_fields(self, command: Command) -> None:
        for title in command["fields"]:
            self._account.catalogue.add_field(title)

    def _renumber(self) -> None:
        self._faults.renumber()
        self._account.begin_anew()

    def _reset(self) -> None:
        self._account.forget()
        self._faults.forget()
        self._faults.renumber()

    def _materials(self, ids: bool) -> list[Record]:
        materials = self._account.catalogue.materials.records.values()
        if ids:
            return sorted(materials, key=lambda material: int(material["id"]))
        return sorted((self._comparable(material) for material in materials), key=repr)

    def _categories(self, ids: bool) -> list[Any]:
        categories = self._account.catalogue.categories.records
        return list(categories.values()) if ids else sorted(self._path(number) for number in categories)

    def _comparable(self, material: Record) -> Record:
        """Return a material with the names of its categories instead of numbers; article and title first."""
        known = {name: value for name, value in material.items() if name not in _OWN_MARKS}
        return {
            "sku": known.pop("sku"),
            "title": known.pop("title"),
            "category": self._path(material["category_id"]),
            **dict(sorted(known.items())),
        }

    def _path(self, number: int | None) -> list[str]:
        """Name a category from the root on."""
        category = self._account.catalogue.categories.records.get(number or 0)
        return [*self._path(category["parent_id"]), category["name"]] if category else []
