"""
What the simulated KeepinCRM keeps: materials and their categories, found by id, by article and by page.

Articles are not unique and stay as typed. The newest come first (keepincrm 2), so that what people add or
delete while somebody reads shifts the pages under him.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.place import Store

PER_PAGE = 25
Record = dict[str, Any]


class Shelf:
    """Records of one kind by id, in the order of their ids."""

    def __init__(self, store: Store, kind: str, first_id: int) -> None:
        self._store, self._kind, self._first_id = store, kind, first_id
        self.open()

    def open(self) -> None:
        """Take what the store holds, once more."""
        self.records: dict[int, Record] = {int(key): it for key, it in self._store.all(self._kind).items()}
        self._ids = sorted(self.records)
        self._next_id = max(self._ids[-1] + 1 if self._ids else 0, self._first_id)

    def add(self, records: Iterable[Mapping[str, Any]]) -> list[Record]:
        """Keep new records; an id of their own is respected."""
        added = []
        for record in records:
            number = int(record.get("id") or self._next_id)
            self._next_id = max(self._next_id, number + 1)
            if number not in self.records:
                insort(self._ids, number)
            self.records[number] = {**record, "id": number}
            added.append(self.records[number])
        self._store.put(self._kind, {str(record["id"]): record for record in added})
        return added

    def put(self, record: Record) -> None:
        """Keep a known record as it is now."""
        self.records[record["id"]] = record
        self._store.put(self._kind, {str(record["id"]): record})

    def remove(self, number: int) -> Record | None:
        """Delete a record; its id is never given again."""
        if record := self.records.pop(number, None):
            del self._ids[bisect_left(self._ids, number)]
            self._store.put(self._kind, {str(number): None})
        return record

    def page(self, number: int, category_id: int | None = None) -> tuple[list[Record], Record]:
        """Return a page, the newest first, and its ``pagination``."""
        ids = self._ids
        if category_id is not None:
            ids = [each for each in ids if self.records[each]["category_id"] == category_id]
        end = len(ids) - (number - 1) * PER_PAGE
        found = [self.records[each] for each in reversed(ids[max(0, end - PER_PAGE) : max(0, end)])]
        pages = -(-len(ids) // PER_PAGE)
        return found, {"current_page": number, "total_pages": pages, "total_count": len(ids)}


class Catalogue:
    """The account's materials and categories. Callers hold a lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.materials = Shelf(store, "material", 101)
        self.categories = Shelf(store, "category", 11)
        self._index()

    def forget(self) -> None:
        """Throw everything away."""
        self._store.clear()
        self.materials.open()
        self.categories.open()
        self._index()

    @property
    def fields(self) -> dict[str, str]:
        """Custom fields of materials: title -> key."""
        return {title: str(key) for title, key in self._store.all("field").items()}

    def add_field(self, title: str, key: str | None = None) -> None:
        """Let a person define a custom field."""
        self._store.put("field", {title: key or f"pole_{1469370 + len(self.fields)}"})

    def add(self, materials: Iterable[Mapping[str, Any]]) -> list[Record]:
        """Keep new materials."""
        added = self.materials.add(materials)
        for material in added:
            self._note(material)
        return added

    def change(self, material: Record, changes: Mapping[str, Any]) -> Record:
        """Change a material."""
        changed = {**material, **changes}
        if changed["sku"] != material["sku"]:
            self._forget(material)
            self._note(changed)
        self.materials.put(changed)
        return changed

    def remove(self, number: int) -> bool:
        """Delete a material; tell whether it was there."""
        if material := self.materials.remove(number):
            self._forget(material)
        return material is not None

    def by_sku(self, sku: str) -> Record | None:
        """Return the material of the lowest id among those with exactly this article."""
        found = self._by_sku.get(sku)
        return self.materials.records[min(found)] if found else None

    def _index(self) -> None:
        self._by_sku: dict[str, set[int]] = {}
        for material in self.materials.records.values():
            self._note(material)

    def _note(self, material: Record) -> None:
        if material["sku"] is not None:
            self._by_sku.setdefault(material["sku"], set()).add(material["id"])

    def _forget(self, material: Record) -> None:
        if material["sku"] is not None:
            found = self._by_sku[material["sku"]]
            found.discard(material["id"])
            if not found:
                del self._by_sku[material["sku"]]
