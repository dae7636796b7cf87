import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.values.phone import phone


@pytest.mark.parametrize(
    ("raw", "digits"),
    [
        ("8 (921) 000-11-22", "79210001122"),
        ("+7 921 000 11 22", "79210001122"),
        ("9210001122", "79210001122"),
        ("7-921-000-11-22", "79210001122"),
        ("тел.: 8 921 000 11 22", "79210001122"),
        ("8\u00a0921\u00a0000\u201311\u201322", "79210001122"),
        ("\uff18\uff19\uff12\uff11\uff10\uff10\uff10\uff11\uff11\uff12\uff12", "79210001122"),
        ("+380 44 000 11 22", "380440001122"),
        ("8121234567", "8121234567"),
        ("+7 999 999 99 99", "79999999999"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_a_number_in_any_notation_becomes_digits_with_the_country_code(raw, digits):
    assert phone(raw) == digits


@pytest.mark.parametrize(
    "raw",
    [
        *(None, "", " ", "-", "0", "null", "нет", "n/a", "000 00 11", "123456789", "1234567890123456"),
        *("0000000000", "8 (000) 000-00-00", "²³²³²³²³²³²³"),
    ],
)
def test_what_is_no_number_or_only_fills_the_field_is_unusable(raw):
    assert phone(raw) is None


@given(st.text() | st.text(alphabet="0123456789+-() \u0660\uff11"))
def test_a_result_is_10_to_15_ascii_digits_and_reads_as_itself(raw):
    digits = phone(raw)
    if digits is not None:
        assert digits.isascii()
        assert digits.isdigit()
        assert 10 <= len(digits) <= 15
        assert phone(digits) == digits
