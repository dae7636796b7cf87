"""
The language of ``$filter`` and ``$orderby`` (onec-odata 4), read into a tree.

A tree is a tuple: ``("and", a, b)``, ``("eq", a, b)``, ``("not", a)``, ``("property", "Контрагент/ИНН")``,
``("value", type, value)``, ``("call", name, arguments)``, ``("any", section, variable, condition)``.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

Tree = tuple[Any, ...]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<guid>guid'[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}')
      | (?P<date>datetime'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d')
      | (?P<text>'(?:[^']|'')*')
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<name>[^\W\d]\w*(?:/[^\W\d]\w*)*)
      | (?P<mark>[(),:-])
    )""",
    re.VERBOSE,
)
_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_LITERALS = {"true": True, "false": False}
LAMBDAS = ("any", "all")


class BadQuery(ValueError):
    """A condition that 1C would not read: error 14."""


def read_condition(text: str) -> Tree:
    """Read ``$filter``. Raises BadQuery."""
    reader = _Reader(text)
    tree = reader.either()
    reader.expect("end")
    return tree


def read_order(text: str) -> Iterator[tuple[str, bool]]:
    """Read ``$orderby``: paths, and whether each goes downwards. Raises BadQuery."""
    for part in text.split(","):
        words = part.split()
        if not 1 <= len(words) <= 2 or words[1:] not in ([], ["asc"], ["desc"]):
            raise BadQuery(f"$orderby: {part.strip()!r}")
        yield words[0], words[1:] == ["desc"]


class _Reader:
    """Reads one expression from left to right; each method reads what binds tighter than its caller."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._place = 0

    def either(self) -> Tree:
        tree = self._both()
        while self._take("name", "or"):
            tree = ("or", tree, self._both())
        return tree

    def expect(self, kind: str, text: str | None = None) -> str:
        """Step over a token that has to be there and return it."""
        found = self._take(kind, text)
        return found if found is not None else self._stop()

    def _both(self) -> Tree:
        tree = self._negation()
        while self._take("name", "and"):
            tree = ("and", tree, self._negation())
        return tree

    def _negation(self) -> Tree:
        return ("not", self._negation()) if self._take("name", "not") else self._comparison()

    def _comparison(self) -> Tree:
        tree = self._sum()
        kind, text = self._tokens[self._place]
        if kind == "name" and text in _COMPARISONS:
            self._place += 1
            return (text, tree, self._sum())
        return tree

    def _sum(self) -> Tree:
        tree = self._product()
        while sign := self._take("name", "add") or self._take("name", "sub"):
            tree = (sign, tree, self._product())
        return tree

    def _product(self) -> Tree:
        tree = self._operand()
        while sign := self._take("name", "mul") or self._take("name", "div"):
            tree = (sign, tree, self._operand())
        return tree

    def _operand(self) -> Tree:
        if self._take("mark", "("):
            tree = self.either()
            self.expect("mark", ")")
            return tree
        if self._take("mark", "-"):
            return ("value", "number", -Decimal(self.expect("number")))
        kind, text = self._tokens[self._place]
        self._place += 1
        if kind == "name":
            return self._named(text)
        return _literal(kind, text) if kind not in ("end", "mark") else self._stop()

    def _named(self, name: str) -> Tree:
        if name in _LITERALS:
            return ("value", "bool", _LITERALS[name])
        if not self._take("mark", "("):
            return ("property", name)
        path, _, last = name.rpartition("/")
        if path:
            return self._lambda(path, last)
        arguments = [self.either()]
        while self._take("mark", ","):
            arguments.append(self.either())
        self.expect("mark", ")")
        return ("call", name, arguments)

    def _lambda(self, section: str, name: str) -> Tree:
        if name not in LAMBDAS:
            self._stop()
        if name == "any" and self._take("mark", ")"):
            return ("any", section, "", None)
        variable = self.expect("name")
        self.expect("mark", ":")
        condition = self.either()
        self.expect("mark", ")")
        return (name, section, variable, condition)

    def _take(self, kind: str, text: str | None = None) -> str | None:
        found = self._tokens[self._place]
        if found[0] != kind or text not in (None, found[1]):
            return None
        self._place += 1
        return found[1]

    def _stop(self) -> NoReturn:
        raise BadQuery(f"не ожидалось {self._tokens[min(self._place, len(self._tokens) - 1)][1]!r}")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match or not match.lastgroup:
            raise BadQuery(f"не разобрано: {text[place : place + 40]!r}")
        yield match.lastgroup, match[match.lastgroup]
        place = match.end()
    yield "end", "конец выражения"


def _literal(kind: str, text: str) -> Tree:
    match kind:
        case "guid":
            return ("value", "guid", text[5:-1].lower())
        case "date":
            return ("value", "date", text[9:-1])
        case "number":
            return ("value", "number", Decimal(text))
    return ("value", "text", text[1:-1].replace("''", "'"))
