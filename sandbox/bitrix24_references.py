"""
``$result[key][path]`` in a batch: a command uses what commands before it have answered (bitrix24 1.7).

Where a step of the path is missing, the deepest node that is there takes its place: beyond the end of a short
page that is the page itself, an array, at which a filter takes offence. A chain of pages ends like that.
"""

import re
from collections.abc import Mapping
from typing import Any

_REFERENCE = re.compile(r"\$(result|total|next|error)((?:\[[^\[\]]+\])+)")
_STEP = re.compile(r"\[([^\[\]]+)\]")
Known = Mapping[str, Mapping[str, Any]]


def filled(value: Any, known: Known) -> Any:
    """Return parameters with their references resolved, wherever in them they are."""
    match value:
        case dict():
            return {name: filled(inner, known) for name, inner in value.items()}
        case list():
            return [filled(inner, known) for inner in value]
        case str() if "$" in value:
            return _resolved(value, known)
    return value


def _resolved(text: str, known: Known) -> Any:
    if whole := _REFERENCE.fullmatch(text):
        return _at(known[whole[1]], whole[2])
    return _REFERENCE.sub(lambda found: _spelled(_at(known[found[1]], found[2])), text)


def _at(node: Any, path: str) -> Any:
    for step in _STEP.findall(path):
        if isinstance(node, Mapping) and step in node:
            node = node[step]
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            break
    return node


def _spelled(value: Any) -> str:
    """Spell a value inside a text as PHP does."""
    if isinstance(value, Mapping | list):
        return "Array"
    return "" if value is None or value is False else "1" if value is True else str(value)
