"""
Pages of Bitrix24's lists: 50 rows from a start on, counted or not (bitrix24 1.6).
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from sandbox.bitrix24_errors import bad_argument
from sandbox.bitrix24_filter import Rules, Test, comparable, floor_of, test_of
from sandbox.shelf import Record, Shelf

PAGE = 50
DESCENDING = "DESC"


class Page(NamedTuple):
    """Some records, and what a list says of the others."""

    records: list[Record]
    total: int | None
    next: int | None


def page(shelf: Shelf, params: Mapping[str, Any], rules: Rules, own: Test, number: str = "id") -> Page:
    """
    Read a page of what a filter asks for, of the records that ``own`` lets be seen.

    ``number`` is the name of the record's number in this list. Raises Refused.
    """
    test = test_of(params.get("filter"), rules)
    order = _order(params.get("order"), rules)
    numbers = (number, number.upper())
    descending = bool(order) and order[0][0] in numbers and order[0][1]
    found: Iterator[Record] = (
        record
        for record in shelf.after(floor_of(params.get("filter"), number), descending)
        if own(record) and test(record)
    )
    if order and order[0][0] not in numbers:
        found = iter(_sorted(list(found), order, rules))
    return _cut(found, params.get("start", 0))


def _cut(found: Iterator[Record], told: Any) -> Page:
    start = int(told or 0)
    if start < 0:
        return Page(list(islice(found, PAGE)), None, None)
    everything, start = list(found), start - start % PAGE
    end = start + PAGE
    return Page(everything[start:end], len(everything), end if end < len(everything) else None)


def _order(told: Any, rules: Rules) -> list[tuple[str, bool]]:
    if not isinstance(told, Mapping):
        return []
    order = []
    for name, way in told.items():
        if name in rules.fields:
            order.append((name, str(way).upper() == DESCENDING))
        elif rules.is_strict:
            raise bad_argument("order", name, "is not allowed in order")
    return order


def _sorted(records: list[Record], order: list[tuple[str, bool]], rules: Rules) -> list[Record]:
    for name, descending in reversed(order):
        field = rules.fields[name]
        keyed = [(comparable(each.get(field.key, field.default), field.kind), each) for each in records]
        empty = [each for key, each in keyed if key is None]
        full = sorted(
            (pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=descending
        )
        sorted_ = [each for _, each in full]
        records = [*sorted_, *empty] if descending else [*empty, *sorted_]
    return records
