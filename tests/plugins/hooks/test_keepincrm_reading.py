"""Whatever people add and delete while pages are read, a reading that is whole lacks nothing that stayed."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.hooks.keepincrm import Page, Reading
from sandbox.keepincrm_catalogue import Shelf
from sandbox.place import Store

# Before a page: how many records are added, and which of those that are there are deleted (by rank).
CHANGES = st.tuples(st.integers(0, 3), st.lists(st.integers(0, 200), max_size=3))


def pages(shelf: Shelf, changes: list[tuple[int, list[int]]]) -> Iterator[Page]:
    """Serve pages as the vendor does, with people at work between them."""
    number = total = 1
    while number <= total:
        items, told = shelf.page(number)
        total = told["total_pages"]
        yield Page(items, number, total, told["total_count"])
        added, deleted = changes.pop(0) if changes else (0, [])
        for rank in deleted:
            if there := sorted(shelf.records):
                shelf.remove(there[rank % len(there)])
        shelf.add({} for _ in range(added))
        number += 1


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 130), st.lists(CHANGES, max_size=6))
def test_a_whole_reading_lacks_nothing_that_was_there_all_the_time(
    count: int, changes: list[tuple[int, list[int]]]
) -> None:
    shelf = Shelf(Store(), "material", 1)
    before = {record["id"] for record in shelf.add({} for _ in range(count))}
    quiet = not any(added or deleted for added, deleted in changes)
    reading = Reading(pages(shelf, changes))
    read: list[Any] = [item["id"] for item in reading]
    stayed = before & shelf.records.keys()
    assert len(read) == len(set(read))
    assert not reading.is_whole or stayed <= set(read)
    assert reading.is_whole or not quiet
