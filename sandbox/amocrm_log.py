"""
What has happened in a simulated account: its events in the order of their seconds (amocrm 5.11).
"""

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.place import Store

Record = dict[str, Any]
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_MANY = 100


class EventLog:
    """Events by the second and their id, which is in no order within a second."""

    def __init__(self, store: Store, kind: str) -> None:
        self._store, self._kind = store, kind
        self.open()

    def open(self) -> None:
        """Take what the store holds, once more."""
        self.records: dict[str, Record] = self._store.all(self._kind)
        self._places = sorted(_place(each) for each in self.records.values())
        self.version = 0

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return self.between(None, None)

    def put(self, events: Iterable[Record]) -> None:
        """Keep events; one without an id gets its own."""
        added: dict[str, Record] = {}
        for event in events:
            number = len(self.records) + len(added) + 1
            event["id"] = str(event.get("id") or event_id(event["created_at"], number))
            added[event["id"]] = event
        self._shelve(added)
        self.records |= added
        self._store.put(self._kind, added)
        self.version += 1

    def between(self, first: int | None, last: int | None, is_newest_first: bool = False) -> Iterator[Record]:
        """Give the events from a second to another, both included."""
        start = 0 if first is None else bisect_left(self._places, (first, ""))
        end = len(self._places) if last is None else bisect_right(self._places, (last + 1, ""))
        places = range(start, end)
        for place in reversed(places) if is_newest_first else places:
            yield self.records[self._places[place][1]]

    def _shelve(self, added: dict[str, Record]) -> None:
        known = [each for each in added if each in self.records]
        for each in known:
            self._places.remove(_place(self.records[each]))
        if len(added) > _MANY:  # sorting a list that is nearly sorted costs less than so many insertions
            self._places = sorted([*self._places, *map(_place, added.values())])
            return
        for event in added.values():
            insort(self._places, _place(event))


def _place(event: Record) -> tuple[int, str]:
    return event["created_at"], event["id"]


def event_id(second: int, number: int) -> str:
    """Spell an id of 26 characters: by the second, and within it by nothing at all."""
    digest = int.from_bytes(hashlib.blake2b(str(number).encode(), digest_size=10).digest())
    return _spelled(second * 1000, 10) + _spelled(digest, 16)


def _spelled(number: int, digits: int) -> str:
    text = ""
    for _ in range(digits):
        number, digit = divmod(number, 32)
        text = _DIGITS[digit] + text
    return text
