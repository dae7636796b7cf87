import pytest

from include.values.text import PLACEHOLDERS
from include.values.tsuid import tsuid


@pytest.mark.parametrize(
    ("raw", "value"),
    [(" a91f \n", "a91f"), ("A91F", "A91F"), ("a%20b", "a%20b"), ("00", "00"), ("x" * 255, "x" * 255)],
)
def test_a_cookie_is_trimmed_and_otherwise_left_alone(raw, value):
    assert tsuid(raw) == value


@pytest.mark.parametrize(
    "raw", [None, "", "  ", "NULL", " Нет ", "Undefined", "x" * 256, *sorted(PLACEHOLDERS)]
)
def test_a_filler_is_unusable(raw):
    assert tsuid(raw) is None
