"""
Filters of Bitrix24's lists: prefixes, groups with a logic, and what of it is refused (bitrix24 1.6).

A list knows its fields by the names that requests give them. Values come as JSON or as texts of a query.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from sandbox.bitrix24_errors import bad_argument
from sandbox.shelf import Record

_KEY = re.compile(r"(!=%|!%=|!=|!%|!@|!|=%|%=|>=|<=|><|[=><@%])?(.*)", re.DOTALL)
_OF_ARRAYS = ("", "=", "!", "!=", "@", "!@", "><")
Test = Callable[[Record], bool]
Compare = Callable[[Any, Any], bool]


class Field(NamedTuple):
    """A field of a list: where a record has it, of which kind it is, what it is where nothing is said."""

    key: str
    kind: str = "string"  # integer, double, date, datetime, boolean, integers
    default: Any = None


class Rules(NamedTuple):
    """How a list takes what it does not know: new ones refuse it, old ones overlook it."""

    fields: Mapping[str, Field]
    is_strict: bool = True
    bad_arrays: str = "error"
    unset: str = "kept"  # by a negated condition: a field that has no value


def test_of(told: Any, rules: Rules) -> Test:
    """Return what a filter asks of a record. Raises Refused."""
    made = (_test(str(key), value, rules) for key, value in _pairs(told))
    tests = [test for test in made if test]
    if isinstance(told, Mapping) and str(told.get("logic", "")).upper() == "OR":
        return lambda record: any(test(record) for test in tests)
    return lambda record: all(test(record) for test in tests)


def floor_of(told: Any, name: str) -> int | None:
    """Return the number above which a filter's records are, so that the others need not be looked at."""
    value = told.get(f">{name}") if isinstance(told, Mapping) else None
    return int(value) if isinstance(value, int | str) and str(value).lstrip("-").isdecimal() else None


def _pairs(told: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(told, list):
        return enumerate(told)
    return (
        [(key, value) for key, value in told.items() if key != "logic"] if isinstance(told, Mapping) else []
    )


def _test(key: str, value: Any, rules: Rules) -> Test | None:
    if key.isdecimal() and isinstance(value, Mapping):
        return test_of(value, rules)
    found = _KEY.fullmatch(key)
    prefix, name = (found[1] or "", found[2]) if found else ("", key)
    field = rules.fields.get(name)
    if field is None:
        if rules.is_strict:
            raise bad_argument("filter", name, "is not allowed in filter")
        return None
    if isinstance(value, list | Mapping) and prefix not in _OF_ARRAYS:
        if rules.bad_arrays == "ignored":
            return None
        raise bad_argument("filter", key, "has invalid value")
    return _condition(prefix, field, value, keeps_unset=rules.unset == "kept")


def _condition(prefix: str, field: Field, told: Any, *, keeps_unset: bool) -> Test:
    values = told if isinstance(told, list) else [*told.values()] if isinstance(told, Mapping) else [told]
    wanted = [comparable(value, field.kind) for value in values]
    negated = prefix.startswith("!")
    bare = prefix.removeprefix("!")
    if bare == "><":
        low, high = wanted[0], wanted[-1]
        return lambda record: _between(low, comparable(_of(record, field), field.kind), high)
    if bare in _ORDERED:
        compare, bound = _ORDERED[bare], wanted[0]
        return lambda record: _ordered(compare, comparable(_of(record, field), field.kind), bound)
    matches = _textual(bare, values) if "%" in bare else _equal(wanted)
    if field.kind == "integers":
        return lambda record: any(matches(each) for each in _of(record, field) or [None]) != negated
    drops_unset = negated and not keeps_unset

    def test(record: Record) -> bool:
        value = comparable(_of(record, field), field.kind)
        return matches(value) != negated and not (drops_unset and value is None)

    return test


_ORDERED: Mapping[str, Compare] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def _of(record: Record, field: Field) -> Any:
    return record.get(field.key, field.default)


def _ordered(compare: Compare, value: Any, bound: Any) -> bool:
    return value is not None and bound is not None and compare(value, bound)


def _between(low: Any, value: Any, high: Any) -> bool:
    return value is not None and low <= value <= high


def _equal(wanted: list[Any]) -> Callable[[Any], bool]:
    known = frozenset(wanted)
    return lambda value: value in known


def _textual(prefix: str, values: list[Any]) -> Callable[[Any], bool]:
    """Find part of a text, or compare it with a pattern whose percent signs are anything."""
    if prefix == "%":
        parts = [str(value).casefold() for value in values]
        return lambda value: any(part in str(value or "") for part in parts)
    patterns = [
        re.compile(".*".join(map(re.escape, str(value).casefold().split("%"))), re.DOTALL) for value in values
    ]
    return lambda value: any(pattern.fullmatch(str(value or "")) for pattern in patterns)


def comparable(value: Any, kind: str) -> Any:
    """Return a value as its kind is compared; nothing, an empty text and what makes no sense are None."""
    if value is None or value == "" or isinstance(value, list | Mapping):
        return None
    return _KINDS[kind](value) if kind in _KINDS else _text(value)


def _text(value: Any) -> str:
    return str(value).casefold()  # the portal's database does not tell upper case from lower


def _integer(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _truth(value: Any) -> bool:
    return str(value) in ("1", "Y", "True", "true")


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "integers": _integer,
    "double": _decimal,
    "date": lambda value: str(value)[:10],
    "datetime": _moment,
    "boolean": _truth,
}
