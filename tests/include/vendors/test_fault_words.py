"""The same is said in every language."""

from string import Formatter

import pytest

from include.vendors.fault_words import RUSSIAN, UKRAINIAN, FaultWords


def blanks(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


@pytest.mark.parametrize("phrase", FaultWords._fields)
def test_a_phrase_has_the_same_blanks_in_every_language(phrase: str) -> None:
    russian, ukrainian = getattr(RUSSIAN, phrase), getattr(UKRAINIAN, phrase)
    assert blanks(russian) == blanks(ukrainian)
    assert russian != ukrainian or phrase == "again"
    assert not set(ukrainian.lower()) & set("ыэъё")
