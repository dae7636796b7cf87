import pytest

from include.values.text import PLACEHOLDERS, collapse, is_placeholder, status_key, trim


def test_trimming_keeps_what_is_inside_and_blank_text_is_none():
    assert trim(" a \n b\t") == "a \n b"
    assert [trim(raw) for raw in (None, "", " \u00a0\n")] == [None, None, None]


def test_collapsing_leaves_single_spaces():
    assert collapse("  в \n\u00a0 работе ") == "в работе"
    assert collapse("\t") is None


@pytest.mark.parametrize("raw", ["Оплачена", "  ОПЛАЧЕНА", "оплаченА\n"])
def test_statuses_are_compared_without_case_and_spare_spaces(raw):
    assert status_key(raw) == "оплачена"


def test_a_blank_status_is_none():
    assert status_key(" ") is None


def test_placeholders_are_written_as_they_are_compared():
    assert all(word == word.casefold().strip() for word in PLACEHOLDERS)
    assert is_placeholder("NULL")
    assert not is_placeholder("ноль")
