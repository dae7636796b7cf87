"""Plain values as amoCRM spells them: a number of JSON and the same number as a text read alike."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.amocrm.spelling import INT8, moment, money, number, whole

AROUND = st.integers(-(10**42), 10**42) | st.sampled_from(
    (10**40 - 1, 10**40, -(10**40), INT8, INT8 + 1, -INT8 - 1)
)


@given(AROUND)
def test_a_whole_number_reads_as_its_text_does(value: int) -> None:
    for read in (number, whole, money, moment):
        assert read(value) == read(str(value)), read.__name__


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (12500, "12500"),
        ("92000.5", "92000.5"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234", "1234"),
        ("-7", "-7"),
        (Decimal("1E+3"), "1000"),
        ("9" * 40, "9" * 40),
    ],
)
def test_a_number_reads_as_people_and_the_vendor_write_it(told: Any, read: str) -> None:
    assert number(told) == Decimal(read)


@pytest.mark.parametrize(
    "told",
    ["12.500,00", "1e5", "NaN", Decimal("NaN"), Decimal("1E+60"), True, False, None, "", [1], 1.5, "9" * 41],
)
def test_what_is_no_number_is_not_guessed_at(told: Any) -> None:
    assert number(told) is None
    assert whole(told) is None


@pytest.mark.parametrize("told", [True, "1.5", Decimal("1.5"), INT8 + 1, str(INT8 + 1)])
def test_a_count_is_whole_and_fits(told: Any) -> None:
    assert whole(told) is None
