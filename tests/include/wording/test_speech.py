"""What all pipelines say alike is said in the language of the one at work; nothing is left untranslated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.settings import loader, yaml_lines
from include.wording.messages import NOTHING, describe
from include.wording.numbers import plural
from include.wording.runs import SEVERITIES, STATES, TRIGGERS
from include.wording.speech import say, speaking
from include.wording.ukrainian import SHARED

ROOT = Path(__file__).resolve().parents[3]
HOLES = re.compile(r"%[-*\d.]*[sdf]|\{\w*\}")
ONLY_RUSSIAN = re.compile("[ыэъё]", re.IGNORECASE)
# Said through a variable: looked up in these.
TABLES = [
    *(*STATES.values(), *TRIGGERS.values(), *SEVERITIES.values(), NOTHING),
    *(*loader._TEXTS.values(), *loader._NO_TEXT.values(), loader._UNQUOTED),
    *(reason for _, reason in yaml_lines._SYNTAX),
]


def said(path: Path) -> Iterator[str]:
    """Give the texts that a module hands to ``say``, also those that stand in its constants."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            (argument,) = node.args
            if isinstance(argument, ast.Constant):
                yield str(argument.value)
            elif isinstance(argument, ast.Name) and argument.id in constants:
                yield str(constants[argument.id])


def all_said() -> set[str]:
    files = [path for layer in ("include", "plugins") for path in (ROOT / layer).rglob("*.py")]
    files = [path for path in files if "ui" not in path.parts]  # pages have a table of their own
    return {text for path in files for text in said(path)} - {""} | set(TABLES) - {"{error}"}


def test_every_shared_text_has_a_translation() -> None:
    assert sorted(all_said() - SHARED.keys()) == []


def test_a_translation_has_the_holes_of_its_text_and_no_russian_letter() -> None:
    for text, translated in SHARED.items():
        assert HOLES.findall(text) == HOLES.findall(translated), text
        assert not ONLY_RUSSIAN.search(translated), translated


def test_a_text_is_said_as_written_until_somebody_speaks_otherwise() -> None:
    assert say("успешно") == "успешно"
    with speaking(SHARED):
        assert say("успешно") == "успішно"
        assert say("Обмен с Calltouch") == "Обмен с Calltouch"
        with speaking({}):
            assert say("успешно") == "успешно"
        assert say("успешно") == "успішно"
    assert say("успешно") == "успешно"


def test_a_block_that_fails_leaves_the_language_as_it_was() -> None:
    with pytest.raises(ZeroDivisionError), speaking(SHARED):
        raise ZeroDivisionError
    assert say("успешно") == "успешно"


def test_codes_and_numbers_are_told_in_that_language() -> None:
    texts = {"RUN_STARTED": "Запуск начат"}
    with speaking(SHARED):
        assert str(describe(["RUN_STARTED"], {}, texts, None, {})[0]) == "Запуск почато"  # type: ignore[arg-type]
        assert plural(5, *map(say, ("запись", "записи", "записей"))) == "5 записів"
