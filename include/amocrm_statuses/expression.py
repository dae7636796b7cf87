"""
Formulas of calculated fields: a small grammar of our own, never ``eval`` (smart-data-hub 4).

    sum     = product {("+" | "-") product}
    product = unary {("*" | "/") unary}
    unary   = "-" unary | "+" unary | number | "price" | "cf(" number ")" | "calc(" id ")" | "(" sum ")"
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

LONGEST, DEEPEST = 500, 50

TOO_LONG = f"формула длиннее {LONGEST} знаков"
TOO_DEEP = f"скобок и минусов друг в друге больше {DEEPEST}"
COMMA = "дробную часть отделяют точкой"
ENDS = "формула оборвана: нужно число, price, cf(…), calc(…) или скобка"
NO_NAME = "«{}» здесь не бывает: есть price, cf(номер поля), calc(формула)"
BAD_FIELD = "после cf в скобках пишут номер поля цифрами: cf(1500102)"
BAD_CALC = "после calc в скобках пишут id другой формулы: calc(margin)"
NO_SIGN = "знака «{}» здесь не бывает"
NOT_CLOSED = "не закрыта скобка"
NO_OPERATOR = "между значениями нужен знак + - * /"
EMPTY = "формулы нет"


class ExpressionError(ValueError):
    """Say what is wrong with a formula, and at which sign of it."""

    def __init__(self, text: str, column: int) -> None:
        super().__init__(f"{text} (знак {column})")
        self.column = column


class Number(NamedTuple):
    value: Decimal


class Price(NamedTuple):
    """«Бюджет» of the lead."""


class Field(NamedTuple):
    field_id: int


class Calc(NamedTuple):
    """Another formula of the settings."""

    calc_id: str


class Neg(NamedTuple):
    operand: "Expression"


class Binary(NamedTuple):
    operator: str
    left: "Expression"
    right: "Expression"


Expression = Number | Price | Field | Calc | Neg | Binary


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


_TOKENS = re.compile(
    r"""\s*(?:
    (?P<number>[0-9]+(?:\.[0-9]+)?)
    |cf\s*\(\s*(?P<field>[0-9]{1,18})\s*\)
    |calc\s*\(\s*(?P<calc>[A-Za-z0-9][A-Za-z0-9_-]{0,59})\s*\)
    |(?P<price>price)(?![\w.(])
    |(?P<sign>[-+*/()])
    |(?P<end>\Z)
    )""",
    re.VERBOSE,
)
_WORD = re.compile(r"\w[\w.]*")
_CALLS = MappingProxyType({"cf": BAD_FIELD, "calc": BAD_CALC})


def parse(text: str) -> Expression:
    """Read a formula. Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(TOO_LONG, LONGEST + 1)
    if not text.strip():
        raise ExpressionError(EMPTY, 1)
    return _Parser(text).whole()


def parts(expression: Expression) -> Iterator[Expression]:
    """Walk a formula and everything inside it."""
    yield expression
    if isinstance(expression, Neg):
        yield from parts(expression.operand)
    elif isinstance(expression, Binary):
        yield from parts(expression.left)
        yield from parts(expression.right)


def fields_of(expression: Expression) -> list[int]:
    """Name the custom fields of a formula."""
    return [part.field_id for part in parts(expression) if isinstance(part, Field)]


def divisors_of(expression: Expression) -> list[Expression]:
    """Name what a formula divides by."""
    return [part.right for part in parts(expression) if isinstance(part, Binary) and part.operator == "/"]


def calcs_of(expression: Expression) -> list[str]:
    """Name the other formulas of a formula."""
    return [part.calc_id for part in parts(expression) if isinstance(part, Calc)]


class _Parser:
    """Precedence climbing over the tokens of one formula."""

    def __init__(self, text: str) -> None:
        self._tokens = iter(list(_tokens(text)))
        self._here = next(self._tokens)
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._sum()
        if self._here.kind != "end":
            closing = self._here.text == ")"
            raise ExpressionError(NO_SIGN.format(")") if closing else NO_OPERATOR, self._here.column)
        return expression

    def _sum(self) -> Expression:
        left = self._product()
        while self._here.text in ("+", "-"):
            left = Binary(self._next().text, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._unary()
        while self._here.text in ("*", "/"):
            left = Binary(self._next().text, left, self._unary())
        return left

    def _unary(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(TOO_DEEP, self._here.column)
        expression = self._operand()
        self._depth -= 1
        return expression

    def _operand(self) -> Expression:
        token = self._next()
        match token.kind, token.text:
            case "number", text:
                return Number(Decimal(text))
            case "field", text:
                return Field(int(text))
            case "calc", text:
                return Calc(text)
            case "price", _:
                return Price()
            case "sign", "-":
                return Neg(self._unary())
            case "sign", "+":
                return self._unary()
            case "sign", "(":
                return self._inside(token.column)
        raise ExpressionError(ENDS if token.kind == "end" else NO_SIGN.format(token.text), token.column)

    def _inside(self, opened_at: int) -> Expression:
        expression = self._sum()
        if self._next().text != ")":
            raise ExpressionError(NOT_CLOSED, opened_at)
        return expression

    def _next(self) -> _Token:
        token = self._here
        self._here = next(self._tokens, token)
        return token


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while True:
        found = _TOKENS.match(text, at)
        if found is None or found.lastgroup is None:
            raise _stranger(text, at)
        kind = found.lastgroup
        token = _Token(kind, found[kind], found.start(kind) + 1)
        yield token
        if kind == "end":
            return
        at = found.end()


def _stranger(text: str, at: int) -> ExpressionError:
    """Say what stands where nothing of the grammar does."""
    at += len(text[at:]) - len(text[at:].lstrip())
    word = _WORD.match(text, at)
    if word is None:
        return ExpressionError(COMMA if text[at] == "," else NO_SIGN.format(text[at]), at + 1)
    return ExpressionError(_CALLS.get(word[0], NO_NAME).format(word[0]), at + 1)
