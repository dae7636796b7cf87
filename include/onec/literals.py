"""Literals and conditions of ``$filter``: here alone a value becomes a part of a query (onec-odata 4)."""

import re
from collections.abc import Iterable
from datetime import datetime

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
TYPE_PREFIX = "StandardODATA."  # of the type names beside composite references

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[^\W\d]\w*")


def is_guid(value: object) -> bool:
    """Tell whether a value is a GUID in its ordinary spelling, in any case."""
    return isinstance(value, str) and _GUID.fullmatch(value.lower()) is not None


def guid(value: str) -> str:
    """Spell a GUID. Raises ValueError for anything else."""
    if not is_guid(value):
        raise ValueError(f"not a GUID: {value!r}")
    return f"guid'{value.lower()}'"


def dt(value: datetime) -> str:
    """Spell a moment by the base's wall clock, to the second. Raises ValueError for one that has a zone."""
    if value.tzinfo is not None:
        raise ValueError("1C knows no zones: bring the moment to the base's wall clock first")
    return f"datetime'{value.isoformat(timespec='seconds')}'"


def text(value: str) -> str:
    """Spell a string, inner quotes doubled."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """Admit the name of a property or an entity. Raises ValueError for anything else."""
    if not _NAME.fullmatch(value):
        raise ValueError(f"not a name of 1C: {value!r}")
    return value


def cast(value: str, entity: str) -> str:
    """Spell a reference of a composite type: compared without its type it never equals anything."""
    return f"cast({guid(value)},{text(name(entity))})"


def within(field: str, since: datetime | None, until: datetime | None) -> str:
    """Spell a half-open window of a date; an end that is None is open."""
    ends = [("ge", since), ("lt", until)]
    return " and ".join(f"{name(field)} {sign} {dt(moment)}" for sign, moment in ends if moment is not None)


def any_of(terms: Iterable[str]) -> str:
    """Join alternatives."""
    return " or ".join(terms)
