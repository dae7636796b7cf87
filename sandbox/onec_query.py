"""Queries of the simulated 1C base: filter, order, page; the index answers what it can (onec-odata 4)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from sandbox.onec_base import Base, Row
from sandbox.onec_filter import Compiler
from sandbox.onec_grammar import BadQuery, Tree, read_condition, read_order
from sandbox.onec_schema import Entity

_BY_DATE = [("Date", False), ("Ref_Key", False)]
Order = list[tuple[str, bool]]


class Query(NamedTuple):
    """What is asked of a set."""

    entity: Entity
    filter: str = ""
    orderby: str = ""
    top: int | None = None
    skip: int = 0

    def run(self, base: Base, may_see: Callable[[Row], bool] | None = None) -> Iterator[Row]:
        """Return the rows asked for; those that ``may_see`` refuses are as if they were not there."""
        rows = self.matching(base)
        if may_see:
            rows = filter(may_see, rows)
        end = None if self.top is None else self.skip + self.top
        return islice(rows, self.skip, end)

    def matching(self, base: Base) -> Iterator[Row]:
        """Return all rows that fulfil the condition, in order. Raises what reading and compiling it does."""
        tree = read_condition(self.filter) if self.filter else None
        order = list(read_order(self.orderby)) if self.orderby else []
        compiler = Compiler(base, self.entity)
        holds = compiler.condition(tree) if tree else None
        found, sorted_already = self._candidates(base, tree, order)
        if holds:
            found = filter(holds, found)
        return found if sorted_already else iter(_sorted(compiler, list(found), order))

    def _candidates(self, base: Base, tree: Tree | None, order: Order) -> tuple[Iterator[Row], bool]:
        """Return rows among which all that match are, and whether they are in the order asked for."""
        key = self.entity.keys[0]
        needs = list(_needs(tree)) if tree else []
        for need in needs:
            if (keys := _keys(need, key)) is not None:
                return base.rows(self.entity, keys), not order
        if "Date" not in self.entity.types:
            return base.rows(self.entity), not order
        since, until = _span(needs)
        if order == _BY_DATE[: len(order)] and order:
            return base.dated(self.entity, since, until), True
        if since or until != _END:
            return base.dated(self.entity, since, until), False
        return base.rows(self.entity), not order


_END = "9"


def _needs(tree: Tree) -> Iterator[Tree]:
    """Return the conditions that all have to hold."""
    if tree[0] == "and":
        for part in tree[1:]:
            yield from _needs(part)
    else:
        yield tree


def _keys(tree: Tree, key: str) -> dict[str, None] | None:
    """Return the keys that a chain of ``key eq …`` joined by ``or`` names; None: it is something else."""
    match tree:
        case ("or", one, other):
            first, second = _keys(one, key), _keys(other, key)
            return None if first is None or second is None else first | second
        case ("eq", ("property", name), ("value", "guid", value)) if name == key:
            return {value: None}
        case ("eq", ("property", name), ("call", "cast", [("value", "guid", value), _])) if name == key:
            return {value: None}
    return None


def _span(needs: Iterable[Tree]) -> tuple[str, str]:
    """Return the half-open span of dates that conditions leave, somewhat too wide at times."""
    since, until = "", _END
    for need in needs:
        match need:
            case ("ge" | "gt", ("property", "Date"), ("value", "date", value)):
                since = max(since, value)
            case ("lt", ("property", "Date"), ("value", "date", value)):
                until = min(until, value)
    return since, until


def _sorted(compiler: Compiler, rows: list[Row], order: Order) -> list[Row]:
    for path, downwards in reversed(order):
        read = compiler.path(path).read
        rows.sort(key=lambda row, read=read: _sortable(read(row)), reverse=downwards)  # type: ignore[misc]
    return rows


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value)


def whole(options: Mapping[str, str], name: str) -> int | None:
    """Read a number of ``$top`` or ``$skip``. Raises BadQuery."""
    if name not in options:
        return None
    if not options[name].isdecimal():
        raise BadQuery(f"{name}={options[name]}")
    return int(options[name])
