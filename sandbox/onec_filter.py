"""
``$filter`` of the simulated 1C base as a Python function of a row, compiled once a request (onec-odata 4).

Every part knows the type of its value, so that a comparison that 1C would not take is refused before any row
is read. A reference of a composite type equals only a ``cast``; compared with a plain guid it never does.
"""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from sandbox.onec_grammar import LAMBDAS, BadQuery, Tree
from sandbox.onec_schema import Entity, Schema

Row = Mapping[str, Any]
Read = Callable[[Row], Any]


class UnknownProperty(ValueError):
    """A property that the set has not: error 10."""


class UnknownFunction(ValueError):
    """A function that 1C has not, or wrong arguments: error 21."""


class Source(Protocol):
    """Where rows are looked up when a path leads through a reference."""

    schema: Schema

    def row(self, entity: str, key: str) -> Row | None:
        """Return a row by its key."""


class Term(NamedTuple):
    """A compiled part of a condition: number, text, date, guid, bool or any."""

    type: str
    read: Read


_FAMILIES = {
    "Edm.String": "text",
    "Edm.DateTime": "date",
    "Edm.Int64": "number",
    "Edm.Int16": "number",
    "Edm.Double": "number",
    "Edm.Boolean": "bool",
    "Edm.Guid": "guid",
}
_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    **{"eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge},
    **{"lt": operator.lt, "le": operator.le},
}
_SUMS: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
}


class Compiler(NamedTuple):
    """Compiles trees over one set; inside a lambda over its rows, whose paths begin with the variable."""

    source: Source
    entity: Entity
    variable: str = ""

    def condition(self, tree: Tree) -> Callable[[Row], bool]:
        """Compile a condition. Raises BadQuery, UnknownProperty, UnknownFunction."""
        term = self.term(tree)
        if term.type != "bool":
            raise BadQuery("условие не даёт истину или ложь")
        return term.read

    def term(self, tree: Tree) -> Term:
        """Compile any part."""
        match tree[0]:
            case "value":
                return Term(tree[1], lambda _, value=tree[2]: value)  # type: ignore[misc]
            case "property":
                return self.path(tree[1])
            case "and" | "or" | "not":
                return self._logic(tree)
            case "call":
                return self._call(tree[1], tree[2])
            case name if name in LAMBDAS:
                return self._lambda(*tree)
            case name if name in _SUMS:
                return self._sum(name, self.term(tree[1]), self.term(tree[2]))
        return self._comparison(tree[0], self.term(tree[1]), self.term(tree[2]))

    def path(self, path: str) -> Term:
        """Compile a property, or a path through references to one of another set."""
        first, _, rest = path.partition("/")
        if self.variable:
            if first != self.variable:
                raise UnknownProperty(path)
            return self._replace(variable="").path(rest)
        if rest:
            return self._through(first, rest)
        if first in self.entity.composites:
            return Term("any", lambda row: (row[first], row[f"{first}_Type"]))
        if first not in self.entity.types:
            raise UnknownProperty(path)
        kind = self.entity.types[first]
        as_it_is = operator.itemgetter(first)
        numbers = {
            "Edm.Int64": lambda row: int(row[first]),
            "Edm.Double": lambda row: Decimal(str(row[first])),
        }
        return Term(_FAMILIES[kind], numbers.get(kind, as_it_is))

    def _through(self, reference: str, rest: str) -> Term:
        target = self.entity.references.get(reference)
        if target is None:
            raise UnknownProperty(f"{reference}/{rest}")
        inner = Compiler(self.source, self.source.schema[target]).path(rest)

        def read(row: Row) -> Any:
            found = self.source.row(target, row[f"{reference}_Key"])
            return inner.read(found) if found else None

        return Term(inner.type, read)

    def _logic(self, tree: Tree) -> Term:
        parts = [self.condition(part) for part in tree[1:]]
        first, last = parts[0], parts[-1]
        match tree[0]:
            case "and":
                return Term("bool", lambda row: first(row) and last(row))
            case "or":
                return Term("bool", lambda row: first(row) or last(row))
        return Term("bool", lambda row: not first(row))

    def _comparison(self, name: str, left: Term, right: Term) -> Term:
        if (left.type == "any") != (right.type == "any"):
            return Term("bool", lambda _: False)  # documented: such a condition finds nothing
        if left.type != right.type:
            raise BadQuery(f"несравнимые типы: {left.type} и {right.type}")
        one, other, sign = left.read, right.read, _SIGNS[name]
        if left.type == "text":  # as the databases under 1C do, without the padding
            return Term("bool", lambda row: _known(sign, _trim(one(row)), _trim(other(row))))
        return Term("bool", lambda row: _known(sign, one(row), other(row)))

    def _sum(self, name: str, left: Term, right: Term) -> Term:
        if (left.type, right.type) != ("number", "number"):
            raise BadQuery(f"{name}: складывать можно только числа")
        one, other, sign = left.read, right.read, _SUMS[name]
        return Term("number", lambda row: sign(Decimal(one(row)), Decimal(other(row))))

    def _lambda(self, name: str, section: str, variable: str, condition: Tree | None) -> Term:
        if section not in self.entity.sections:
            raise UnknownProperty(section)
        if condition is None:
            return Term("bool", lambda row: bool(row[section]))
        rows = self.source.schema[self.entity.sections[section]]
        holds = Compiler(self.source, rows, variable).condition(condition)
        verdict = any if name == "any" else all
        return Term("bool", lambda row: verdict(holds(line) for line in row[section]))

    def _call(self, name: str, arguments: list[Tree]) -> Term:
        if name in ("cast", "isof"):
            return self._typed(name, arguments)
        if name not in _FUNCTIONS:
            raise UnknownFunction(name)
        result, types, work = _FUNCTIONS[name]
        terms = [self.term(argument) for argument in arguments]
        if tuple(term.type for term in terms) != types:
            raise UnknownFunction(f"{name}: неверные аргументы")
        reads = [term.read for term in terms]
        return Term(result, lambda row: work(*(read(row) for read in reads)))

    def _typed(self, name: str, arguments: list[Tree]) -> Term:
        if len(arguments) != 2 or arguments[1][:2] != ("value", "text"):
            raise UnknownFunction(f"{name}: неверные аргументы")
        term, wanted = self.term(arguments[0]), f"StandardODATA.{arguments[1][2]}"
        if arguments[1][2] not in self.source.schema:
            raise BadQuery(f"неизвестный тип {arguments[1][2]!r}")
        if name == "isof":
            return Term("bool", lambda row: term.type == "any" and term.read(row)[1] == wanted)
        if term.type == "guid":
            return Term("any", lambda row: (term.read(row), wanted))
        return Term("any", lambda row: value if (value := term.read(row))[1] == wanted else ("", ""))


def _known(sign: Callable[[Any, Any], Any], one: Any, other: Any) -> bool:
    """Compare; what a broken reference leads to equals nothing."""
    return one is not None and other is not None and bool(sign(one, other))


def _trim(value: Any) -> Any:
    return value.rstrip(" ") if isinstance(value, str) else value


def _like(text: str, template: str) -> bool:
    parts = re.split(r"(%|_)", template)
    return bool(re.fullmatch("".join({"%": ".*", "_": "."}.get(p, re.escape(p)) for p in parts), text, re.S))


def _moment(part: str) -> Callable[[str], int]:
    return lambda text: int(getattr(datetime.fromisoformat(text), part))


_TEXT2 = ("text", "text")
_FUNCTIONS: Mapping[str, tuple[str, tuple[str, ...], Callable[..., Any]]] = {
    "substringof": ("bool", _TEXT2, lambda part, whole: part in whole),
    "startswith": ("bool", _TEXT2, lambda whole, part: whole.startswith(part)),
    "endswith": ("bool", _TEXT2, lambda whole, part: whole.rstrip(" ").endswith(part)),
    "like": ("bool", _TEXT2, _like),
    "concat": ("text", _TEXT2, operator.add),
    "substring": ("text", ("text", "number", "number"), lambda text, at, n: text[int(at) - 1 :][: int(n)]),
    "round": ("number", ("number",), lambda number: round(number)),
    **{
        part: ("number", ("date",), _moment(part))
        for part in ("year", "month", "day", "hour", "minute", "second")
    },
    "quarter": ("number", ("date",), lambda text: (int(text[5:7]) + 2) // 3),
}
