"""Load a pipeline's settings; report all problems at once, each with its line, key path and a suggestion."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from include.errors import ConfigError
from include.paths import SETTINGS_DIR
from include.settings.yaml_lines import Document, KeyPath, Problem, read
from include.wording.speech import say

_TEXTS = {
    "missing": "обязательный ключ не указан",
    "extra_forbidden": "неизвестный ключ",
    "bool_parsing": "нужно true или false",
    "bool_type": "нужно true или false",
    "int_parsing": "нужно целое число",
    "int_type": "нужно целое число",
    "int_from_float": "нужно целое число",
    "float_parsing": "нужно число",
    "float_type": "нужно число",
    "decimal_parsing": "нужно число",
    "decimal_type": "нужно число",
    "date_type": "нужна дата вида 2026-01-31",
    "date_parsing": "нужна дата вида 2026-01-31",
    "date_from_datetime_parsing": "нужна дата вида 2026-01-31",
    "date_from_datetime_inexact": "нужна дата без времени, вида 2026-01-31",
    "uuid_parsing": "нужен GUID вида 2c55a318-c2ed-11ed-80d6-2c44fd8322a7",
    "uuid_type": "нужен GUID вида 2c55a318-c2ed-11ed-80d6-2c44fd8322a7",
    "greater_than": "нужно больше {gt}",
    "greater_than_equal": "нужно не меньше {ge}",
    "less_than_equal": "нужно не больше {le}",
    "literal_error": "нужно одно из: {expected}",
    "list_type": "нужен список",
    "dict_type": "нужны пары «ключ: значение»",
    "model_type": "нужны пары «ключ: значение»",
    "too_short": "нужно хотя бы одно значение",
    "string_too_short": "не может быть пустым",
    "value_error": "{error}",
}
_NO_TEXT: dict[type[Any], str] = {
    dict: "нужен текст, а здесь пары «ключ: значение»",
    list: "нужен текст, а здесь список",
}
_NO_TEXT |= {type(None): "нужен текст, а значения нет"}
_UNQUOTED = "нужен текст: возьмите значение в кавычки"
EMPTY_FILE = "{}: файл пуст: верните прежний или возьмите пример"
NO_FILE = "В папке {} (DEALFLOW_SETTINGS) нет файла {}.yaml: положите его туда"


class Settings(BaseModel):
    """Base of all settings: read once, never changed, no key that nothing reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Model = TypeVar("Model", bound=Settings)


def load(model: type[Model], name: str, context: Mapping[str, Any] | None = None) -> Model:
    """
    Read ``<name>.yaml`` of the folder ``DEALFLOW_SETTINGS``; when that is not set, the example that we ship.

    ``context`` is what the model's checks may ask for besides. Raises ConfigError with all problems.
    """
    path = _file(name)
    document = read(_text(path))
    problems = list(document.problems)
    if not problems and document.is_empty:
        raise ConfigError([say(EMPTY_FILE).format(path.name)])
    if not any(not problem.path for problem in problems):
        try:
            settings = model.model_validate(document.data, context=dict(context or {}))
        except ValidationError as error:
            found = _told(model, error)
            problems += [problem for problem in found if not document.is_unknown(problem.path)]
    if problems:
        raise ConfigError(list(_lines(path, document, problems)))
    return settings


def problems_in(model: type[Settings], data: Any, context: Mapping[str, Any] | None = None) -> list[Problem]:
    """Give what is wrong with data that come from no file, in the words of ``load``."""
    try:
        model.model_validate(data, context=dict(context or {}))
    except ValidationError as error:
        return _told(model, error)
    return []


def placed(name: str, problems: Iterable[tuple[KeyPath, str]]) -> list[str]:
    """Spell problems found after loading as ``load`` does: file, line, key path, text; in order of lines."""
    path = _file(name)
    return list(_lines(path, read(_text(path)), [Problem(where, text) for where, text in problems]))


def json_schema(model: type[Settings]) -> str:
    """Spell the JSON Schema of a model as its file in the repository holds it."""
    return json.dumps(model.model_json_schema(), ensure_ascii=False, indent=2) + "\n"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the known word nearest to a mistaken one; an empty text when none is near."""
    near = nearest(word, known)
    return say("; может быть, «{}»?").format(near) if near else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that a mistaken one is likely to stand for."""
    folded = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(word.casefold(), folded, n=1)
    return folded[near[0]] if near else None


def _file(name: str) -> Path:
    folder = os.environ.get("DEALFLOW_SETTINGS")
    if not folder:
        return SETTINGS_DIR / f"{name}.yaml"
    if not Path(folder).is_dir():
        raise ConfigError(say("DEALFLOW_SETTINGS: нет папки {}").format(folder))
    own = Path(folder) / f"{name}.yaml"
    if not own.is_file():  # the example in its place would run on somebody's real connections
        raise ConfigError(say(NO_FILE).format(folder, name))
    return own


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        told = say("{}: файл не в кодировке UTF-8, сохраните его в ней")
        raise ConfigError(told.format(path.name)) from None
    except OSError as error:
        raise ConfigError(say("{}: файл не читается ({})").format(path, type(error).__name__)) from None


def _told(model: type[Settings], error: ValidationError) -> list[Problem]:
    schema = model.model_json_schema()
    return [_problem(details, schema) for details in error.errors()]


def _problem(details: ErrorDetails, schema: dict[str, Any]) -> Problem:
    path, kind, context = details["loc"], details["type"], dict(details.get("ctx", {}))
    path = tuple(part for part in path if part != "[key]")
    known: Iterable[str] = ()
    if kind == "extra_forbidden":
        known = _known_keys(schema, path[:-1])
    elif kind == "literal_error":
        known = re.findall(r"'([^']+)'", context["expected"])
        context["expected"] = ", ".join(known)
    text = say(_TEXTS[kind]).format_map(context) if kind in _TEXTS else details["msg"]
    if kind == "string_type":
        text = say(_NO_TEXT.get(type(details["input"]), _UNQUOTED))
    word = path[-1] if kind == "extra_forbidden" else details["input"]
    return Problem(path, text + did_you_mean(str(word), known))


def _known_keys(schema: dict[str, Any], path: KeyPath) -> Iterable[str]:
    """Walk the JSON Schema down a key path to the keys that may stand there."""
    node = schema
    for part in path:
        node = (
            node["items"]
            if isinstance(part, int)
            else node.get("properties", {}).get(part) or node["additionalProperties"]
        )
        # What may be null is spelled as a choice between its own schema and that of null.
        node = next((choice for choice in node.get("anyOf", ()) if "$ref" in choice), node)
        node = schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    return list(node.get("properties", {}))


def _lines(path: Path, document: Document, problems: list[Problem]) -> Iterable[str]:
    placed = [(problem.line or document.line(problem.path), problem) for problem in problems]
    for line, problem in sorted(placed, key=lambda pair: pair[0]):
        where = ".".join(map(str, problem.path))
        yield f"{path.name}:{line}: {where + ': ' if where else ''}{problem.text}"
