"""
One account of the simulated KeepinCRM: its catalogue, its ways, what was written to it and how fast.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.arrivals import Arrivals
from sandbox.keepincrm_catalogue import Catalogue, Record
from sandbox.keepincrm_material import EMPTY, plain
from sandbox.keepincrm_ways import WAYS, check
from sandbox.place import Clock, Store


class Account:
    """What the vendor knows. Callers hold a lock."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.catalogue, self.arrivals = Catalogue(store), Arrivals(0)
        self.counts: Counter[str] = Counter()
        self.writes: list[dict[str, Any]] = []
        self._people: list[Mapping[str, Any]] = []  # what they are about to do at some page
        self._open()

    def _open(self) -> None:
        self.ways: dict[str, Any] = {**WAYS, **(self._store.get("ways", "all") or {})}
        self.arrivals.allowed, self.arrivals.seconds = self.ways["per_minute"], self.ways["minute"]

    def set_ways(self, ways: Mapping[str, Any]) -> None:
        """Choose among what the vendor may do. Raises ValueError."""
        check(ways)
        self._store.put("ways", {"all": self.ways | dict(ways)})
        self._open()

    def begin_anew(self) -> None:
        """Forget what was written and how fast, and keep what is there."""
        self.counts.clear()
        self.writes.clear()
        self.arrivals.forget()

    def forget(self) -> None:
        """Forget everything."""
        self.catalogue.forget()
        self._people.clear()
        self.begin_anew()
        self._open()

    def add(self, materials: Iterable[Mapping[str, Any]]) -> list[Record]:
        """Keep new materials: those that a client creates, or people."""
        now = self._clock.now().isoformat(timespec="milliseconds")
        born = {"created_at": now, "updated_at": now}
        return self.catalogue.add({**EMPTY, **born, **_stored(each)} for each in materials)

    def change(self, material: Record, changes: Mapping[str, Any]) -> Record:
        """Change a material."""
        now = self._clock.now().isoformat(timespec="milliseconds")
        return self.catalogue.change(material, {**_stored(changes), "updated_at": now})

    def remove(self, numbers: Iterable[int]) -> None:
        """Let people delete materials. Raises ValueError for one that is not there."""
        for number in numbers:
            if not self.catalogue.remove(number):
                raise ValueError(f"no material {number}")

    def note(self, what: str, method: str, number: int, body: Any = None) -> None:
        """Remember a write."""
        self.counts[what] += 1
        self.writes.append({"method": method, "id": number, "body": plain(body)})

    def plan_people(self, order: Mapping[str, Any]) -> None:
        """Plan what people will do just before a page is read."""
        self._people.append(order)

    def let_people_act(self, page: int) -> None:
        """Let them do the first thing that is planned for this page."""
        order = next((order for order in self._people if order["at_page"] == page), None)
        if order is not None:
            self._people.remove(order)
            self.add(order.get("add", ()))
            self.remove(order.get("remove", ()))


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Spell sums as they are kept."""
    sums = {name: f"{Decimal(str(values[name])):.2f}" for name in ("price", "cost") if name in values}
    return {**values, **sums}
