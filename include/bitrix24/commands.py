"""
One call as a command of a batch: a method and a query string (bitrix24 1.7).

Such a string cannot say everything. What it would lose or bend is not spelt at all, and goes alone as JSON.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import quote

_INTERPRETED = re.compile(r"\$\w+\[")  # the portal would put something else in its place


class Command(NamedTuple):
    """One call: a method and what it is told."""

    method: str
    params: Mapping[str, Any] = {}


class Reference(str):
    """Stand for a part of an earlier command's answer; the portal puts it there."""

    __slots__ = ()


def spelled(command: Command) -> str:
    """
    Spell a command, every key and value encoded once.

    Raises ValueError for what a query string cannot say: null, an empty list, true and false, a fraction
    that is not exact. A flag of the portal is a text or a number, as its method has it: ``"Y"`` or 1.
    """
    pairs = (f"{_encoded(name)}={_encoded(text)}" for name, text in _flat(command.params))
    query = "&".join(pairs)
    return f"{command.method}?{query}" if query else command.method


def chained(command: Command, name: str, previous: str, path: Sequence[str | int]) -> Command:
    """Let one value of a command's filter come from the answer of an earlier one, found there by a path."""
    steps = "".join(f"[{step}]" for step in path)
    reference = Reference(f"$result[{previous}]{steps}")
    condition = {**command.params.get("filter", {}), name: reference}
    return command._replace(params={**command.params, "filter": condition})


def is_plain(command: Command) -> bool:
    """Tell whether a command may go in a batch: it can be spelt, and none of its texts is interpreted."""
    try:
        texts = [text for pair in _flat(command.params) for text in pair]
    except ValueError:
        return False
    return not any(_INTERPRETED.search(text) for text in texts if not isinstance(text, Reference))


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Give names and values as PHP reads them: ``filter[@id][0]``."""
    match value:
        case Mapping() | list() | tuple():
            items = value.items() if isinstance(value, Mapping) else enumerate(value)
            if name and not value:
                raise ValueError(f"{name}: an empty list cannot be said")
            for key, each in items:
                yield from _flat(each, f"{name}[{key}]" if name else str(key))
        case bool():
            raise ValueError(f"{name}: say Y or 1")
        case str():
            yield name, value
        case int():
            yield name, str(value)
        case Decimal() if value.is_finite():
            yield name, f"{value:f}"
        case _:
            raise ValueError(f"{name}: {type(value).__name__} cannot be said")


def _encoded(text: str) -> str:
    return quote(text, safe="")
