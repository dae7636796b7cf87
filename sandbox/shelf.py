"""
Records of one kind by number, in the order of their numbers, as a list reads them: from a number on.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.place import Store

Record = dict[str, Any]


class Shelf:
    """Records by number; ``key`` is where a record has its own."""

    def __init__(self, store: Store, kind: str, first: int = 1, key: str = "id") -> None:
        self._store, self._kind, self._first, self._key = store, kind, first, key
        self.open()

    def open(self) -> None:
        """Take what the store holds, once more."""
        self.records: dict[int, Record] = {int(key): it for key, it in self._store.all(self._kind).items()}
        self._numbers = sorted(self.records)
        self._next = max(self._numbers[-1] + 1 if self._numbers else 0, self._first)

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return (self.records[number] for number in self._numbers)

    def get(self, number: Any) -> Record | None:
        """Return a record; its number may be a text."""
        try:
            return self.records.get(int(number))
        except (TypeError, ValueError):
            return None

    def put(self, records: Iterable[Record]) -> None:
        """Keep records as they are now; one without a number gets the next."""
        added: dict[str, Record] = {}
        fresh: list[int] = []
        for record in records:
            number = record[self._key] = int(record.get(self._key) or self._next)
            self._next = max(self._next, number + 1)
            if number not in self.records:
                fresh.append(number)
            self.records[number] = added[str(number)] = record
        self._shelve(fresh)
        self._store.put(self._kind, added)

    def remove(self, number: int) -> Record | None:
        """Take a record away; its number is never given again."""
        if record := self.records.pop(number, None):
            del self._numbers[bisect_left(self._numbers, number)]
            self._store.put(self._kind, {str(number): None})
        return record

    def after(self, number: int | None, descending: bool = False) -> Iterator[Record]:
        """Give the records above a number, or all, without looking at the others."""
        start = 0 if number is None else bisect_right(self._numbers, number)
        places = range(start, len(self._numbers))
        for place in reversed(places) if descending else places:
            yield self.records[self._numbers[place]]

    def _shelve(self, fresh: list[int]) -> None:
        if len(fresh) > 100:  # sorting a list that is nearly sorted costs less than so many insertions
            self._numbers = sorted(self._numbers + fresh)
            return
        for number in fresh:
            insort(self._numbers, number)
