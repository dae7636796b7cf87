"""
Parameters and answers as PHP spells them: nested keys of query strings, and empty maps that are lists.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

_NAME = re.compile(r"([^\[]+)((?:\[[^\[\]]*\])*)")
_STEP = re.compile(r"\[([^\[\]]*)\]")


def parsed(query: str) -> dict[str, Any]:
    """Parse ``filter[>id]=5&select[0]=id``; what is numbered from 0 on is a list."""
    return parsed_pairs(parse_qsl(query, keep_blank_values=True))


def parsed_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nest parameters by their names."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        if found := _NAME.fullmatch(name):
            _place(root, [found[1], *_STEP.findall(found[2])], value)
    return {name: _listed(value) for name, value in root.items()}


def _place(node: dict[str, Any], steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        inner = node.setdefault(step or str(len(node)), {})
        if not isinstance(inner, dict):
            return  # a scalar said before keeps its place
        node = inner
    node[steps[-1] or str(len(node))] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(each) for name, each in value.items()}
    return list(inner.values()) if is_numbered(inner) else inner


def is_numbered(value: Mapping[str, Any]) -> bool:
    """Tell whether PHP would spell a map as a list: its keys are 0, 1, 2 and so on."""
    return all(name == str(place) for place, name in enumerate(value))


def as_map(value: Mapping[str, Any], empty: str = "list") -> Any:
    """Spell a map: ``[]`` if it is empty, and a list if its keys are numbers from 0 on."""
    if not value and empty == "map":
        return {}
    return list(value.values()) if is_numbered(value) else dict(value)
