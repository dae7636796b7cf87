"""
What formulas come to for a lead: exact decimal numbers, 28 digits, half-even (smart-data-hub 4).

What cannot be worked out is a problem with a name, never a zero.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Literal, NamedTuple

from include.amocrm_statuses.expression import (
    Binary,
    Calc,
    Expression,
    Field,
    Neg,
    Number,
    Price,
    divisors_of,
    parts,
)

Problem = Literal["missing", "division_by_zero", "unparsable", "too_large"]
Value = Decimal | Problem

LARGEST = Decimal("1e30")
_TRAPS = [InvalidOperation, DivisionByZero, Overflow]
_EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_PLACES = Decimal("0.000001")
_ZERO = Decimal(0)


class FieldNumber(NamedTuple):
    """What a numeric field of a lead holds. ``several``: the first of several values was taken."""

    value: Value
    several: bool = False


class Numbers(NamedTuple):
    """What formulas of one lead may refer to; what is not there is missing."""

    price: Decimal | None
    fields: Mapping[int, FieldNumber] = {}


class Formula(NamedTuple):
    """One calculated field. ``zero``: what is missing counts as nothing."""

    calc_id: str
    expression: Expression
    zero: bool = False


class Result(NamedTuple):
    """What a formula came to. ``several``: a field it refers to holds more values than the one taken."""

    calc_id: str
    value: Value
    several: bool

    @property
    def number(self) -> Decimal | None:
        """Give the number; None: there is a problem."""
        return self.value if isinstance(self.value, Decimal) else None

    @property
    def problem(self) -> Problem | None:
        """Name the problem; None: there is a number."""
        return None if isinstance(self.value, Decimal) else self.value


def results(formulas: Sequence[Formula], numbers: Numbers) -> list[Result]:
    """Work out all formulas of a lead, in order; one may refer to those before it."""
    known: dict[str, Result] = {}
    for formula in formulas:
        worked = _Worked(formula, numbers, known)
        known[formula.calc_id] = Result(formula.calc_id, worked.rounded(), worked.several)
    return list(known.values())


def value(expression: Expression, numbers: Numbers, *, zero: bool = False) -> Value:
    """Work out one formula that refers to no other."""
    return _Worked(Formula("", expression, zero), numbers, {}).rounded()


def divides_by_nothing(expression: Expression) -> bool:
    """Tell whether a formula divides by what is zero for every lead."""
    return any(_is_nothing(divisor) for divisor in divisors_of(expression))


def _is_nothing(expression: Expression) -> bool:
    is_constant = not any(isinstance(part, Price | Field | Calc) for part in parts(expression))
    return is_constant and value(expression, Numbers(None)) == _ZERO


class _Stuck(Exception):
    """Carry the first problem met out of a formula."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Worked:
    """One formula of one lead."""

    def __init__(self, formula: Formula, numbers: Numbers, known: Mapping[str, Result]) -> None:
        self.several = False
        self._formula, self._numbers, self._known = formula, numbers, known

    def rounded(self) -> Value:
        try:
            exact = self._value(self._formula.expression)
        except _Stuck as stuck:
            return stuck.problem
        except DivisionByZero:
            return "division_by_zero"
        except (InvalidOperation, Overflow):
            return "too_large"
        if abs(exact) >= LARGEST:
            return "too_large"
        return exact.quantize(_PLACES, context=_ROUNDING) + _ZERO  # never a negative zero

    def _value(self, expression: Expression) -> Decimal:
        match expression:
            case Number(number):
                return number
            case Price():
                return self._found(self._numbers.price)
            case Field(field_id):
                return self._field(self._numbers.fields.get(field_id))
            case Calc(calc_id):
                return self._earlier(self._known.get(calc_id))
            case Neg(operand):
                return self._value(operand).copy_negate()
            case Binary(operator, left, right):
                return _worked_out(operator, self._value(left), self._value(right))

    def _field(self, held: FieldNumber | None) -> Decimal:
        self.several |= held is not None and held.several
        return self._found(None if held is None else held.value)

    def _earlier(self, result: Result | None) -> Decimal:
        self.several |= result is not None and result.several
        return self._found(None if result is None else result.value)

    def _found(self, told: Value | None) -> Decimal:
        if isinstance(told, Decimal):
            return told
        if self._formula.zero and told in (None, "missing"):
            return _ZERO
        raise _Stuck(told or "missing")


def _worked_out(operator: str, left: Decimal, right: Decimal) -> Decimal:
    match operator:
        case "+":
            return _EXACT.add(left, right)
        case "-":
            return _EXACT.subtract(left, right)
        case "*":
            return _EXACT.multiply(left, right)
    if not right:  # also nothing by nothing
        raise DivisionByZero
    return _EXACT.divide(left, right)
