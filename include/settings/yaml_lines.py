"""A YAML file as plain data, with the line of every key, so that each problem can be pointed at."""

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from include.wording.speech import say

KeyPath = tuple[str | int, ...]

# What the parser says, and what a person who wrote the file can do about it; the first that fits counts.
_SYNTAX = (
    ("mapping values are not allowed", "лишнее двоеточие (его берут в кавычки) или сбит отступ"),
    ("could not find expected ':'", "не хватает двоеточия после ключа"),
    ("'\\t' that cannot start any token", "отступ сделан табуляцией, а нужны пробелы"),
    ("found unexpected end of stream", "не закрыта кавычка"),
    ("found unexpected document separator", "не закрыта кавычка"),
    ("expected ',' or ']'", "не закрыта скобка [ или не хватает запятой"),
    ("expected ',' or '}'", "не закрыта скобка { или не хватает запятой"),
    ("expected <block end>", "сбит отступ"),
    ("that cannot start any token", "с этого знака значение не начинают: возьмите его в кавычки"),
    ("unknown escape character", "в двойных кавычках обратную черту пишут дважды"),
    ("found undefined alias", "* в начале значения это ссылка: возьмите его в кавычки"),
    ("while scanning an alias", "* в начале значения это ссылка: возьмите его в кавычки"),
    ("expected alphabetic or numeric character", "значение с * или & в начале берут в кавычки"),
    ("but found another document", "в файле несколько документов (---), а нужен один"),
    ("could not determine a constructor", "значение с ! в начале берут в кавычки"),
    ("", "нарушена разметка"),
)
STRANGE_SIGN = "знак, которого в нём не бывает"
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_PREFIX = "DEALFLOW_"  # no other variable may leak into settings


class WrittenInt(int):
    """A whole number that is written otherwise than it is told."""

    written: str


class WrittenFloat(float):
    """A number that is written otherwise than it is told."""

    written: str


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
    unknown: set[KeyPath] = field(default_factory=set)  # values that lack a variable: not to be judged
    is_empty: bool = False  # nothing but comments

    def is_unknown(self, path: KeyPath) -> bool:
        """Say whether the value at a key path, or around it, is not what the file means."""
        return any(path[:length] in self.unknown for length in range(len(path) + 1))

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
        node = _parsed(text)
        document.is_empty = node is None
        document.data = {} if node is None else _build(node, (), document, SafeConstructor())
    except yaml.MarkedYAMLError as error:
        document.problems.append(Problem((), _syntax(error.problem or ""), _line_of(error)))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.problems.append(Problem((), say("не читается как YAML: {}").format(say(STRANGE_SIGN)), line))
    return document


def _line_of(error: yaml.MarkedYAMLError) -> int:
    """Find the line to look at: where a quote was opened, and not the end of the file, where it is missed."""
    is_unclosed = "while scanning a quoted scalar" in (error.context or "")
    marks = (error.problem_mark, error.context_mark)
    mark = next((each for each in (marks[::-1] if is_unclosed else marks) if each), None)
    return mark.line + 1 if mark else 1


@lru_cache(maxsize=32)
def _parsed(text: str) -> yaml.Node | None:
    """Parse once: it takes most of the time of a reading, and pages read the same files again and again."""
    return yaml.SafeLoader(text).get_single_node()


def _syntax(problem: str) -> str:
    reason = next(reason for said, reason in _SYNTAX if said in problem)
    return say("не читается как YAML: {}").format(say(reason))


def _build(node: yaml.Node, path: KeyPath, document: Document, constructor: SafeConstructor) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document, constructor)
    if isinstance(node, yaml.SequenceNode):
        return [
            _build(item, (*path, number), document, constructor) for number, item in enumerate(node.value)
        ]
    if _VARIABLE.search(node.value):
        return _VARIABLE.sub(lambda found: _variable(found[1], path, document), node.value)
    return _as_written(constructor.construct_object(node), node.value)


def _as_written(value: Any, text: str) -> Any:
    """Let a number know how it is written, where that is not how numbers are: 007 is 7, and 12:30 is 750."""
    if type(value) not in (int, float) or str(value) == text:
        return value
    known: WrittenInt | WrittenFloat = WrittenInt(value) if isinstance(value, int) else WrittenFloat(value)
    known.written = text
    return known


def _mapping(
    node: yaml.MappingNode, path: KeyPath, document: Document, constructor: SafeConstructor
) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in built:
            text = say("ключ указан второй раз, первый в строке {}").format(document.lines[(*path, key)])
            document.problems.append(Problem((*path, key), text, line))
            continue
        document.lines[(*path, key)] = line
        built[key] = _build(value_node, (*path, key), document, constructor)
    return built


def _variable(name: str, path: KeyPath, document: Document) -> str:
    if name.startswith(_PREFIX) and name in os.environ:
        return os.environ[name]
    text = say("переменная окружения {} не задана").format(name)
    if not name.startswith(_PREFIX):
        text = say("{}: подставляются только переменные {}…").format(f"${{{name}}}", _PREFIX)
    document.problems.append(Problem(path, text))
    document.unknown.add(path)
    return ""
