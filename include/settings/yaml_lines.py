"""A YAML file as plain data, with the line of every key, so that each problem can be pointed at."""

import os
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

KeyPath = tuple[str | int, ...]

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_PREFIX = "DEALFLOW_"  # no other variable may leak into settings


@dataclass
class Problem:
    """Something wrong, the key path where, and its line when the key path itself has none."""

    path: KeyPath
    text: str
    line: int | None = None


@dataclass
class Document:
    """The data of a file, the line of each key path, and what was wrong already while reading."""

    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: KeyPath) -> int:
        """Find the line of a key path, or of the nearest one around it that the file does have."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Document:
    """
    Read YAML text. Keys are text as written, ``1:`` too; ``${DEALFLOW_…}`` in a value is the environment's.

    Broken YAML, keys given twice and missing variables become problems of the document.
    """
    document = Document()
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        document.data = {} if node is None else _build(node, (), document, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.problems.append(
            Problem((), f"не читается как YAML: {error.problem}", mark.line + 1 if mark else 1)
        )
    except yaml.reader.ReaderError as error:
        document.problems.append(Problem((), f"не читается как YAML: {error.reason}", 1))
    return document


def _build(node: yaml.Node, path: KeyPath, document: Document, loader: yaml.SafeLoader) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document, loader)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, number), document, loader) for number, item in enumerate(node.value)]
    if _VARIABLE.search(node.value):
        return _VARIABLE.sub(lambda found: _variable(found[1], path, document), node.value)
    return loader.construct_object(node)


def _mapping(
    node: yaml.MappingNode, path: KeyPath, document: Document, loader: yaml.SafeLoader
) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in built:
            text = f"ключ указан второй раз, первый в строке {document.lines[(*path, key)]}"
            document.problems.append(Problem((*path, key), text, line))
            continue
        document.lines[(*path, key)] = line
        built[key] = _build(value_node, (*path, key), document, loader)
    return built


def _variable(name: str, path: KeyPath, document: Document) -> str:
    if not name.startswith(_PREFIX):
        document.problems.append(Problem(path, f"${{{name}}}: подставляются только переменные {_PREFIX}…"))
    elif name not in os.environ:
        document.problems.append(Problem(path, f"переменная окружения {name} не задана"))
    return os.environ.get(name, "") if name.startswith(_PREFIX) else ""
