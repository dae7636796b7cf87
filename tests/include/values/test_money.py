from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.values.money import money, money_text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("15400.00", "15400.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("-0.004", "0.00"),
        ("007", "7.00"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234\u202f567,5", "1234567.50"),
        ("\n -1 200,50\t", "-1200.50"),
        ("- 30", "-30.00"),
        ("+5", "5.00"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("1.005", "1.01"),
        ("-1.005", "-1.01"),
        ("2.675", "2.68"),
        ("1.004999999999999999999999999999999999999999", "1.00"),
        ("9999999999999999.99", "9999999999999999.99"),
        ("9999999999999999.994999", "9999999999999999.99"),
        ("000000000000000000000000000001", "1.00"),
    ],
)
def test_an_amount_is_exact_and_rounded_half_up(raw, text):
    assert money_text(raw) == text
    assert money(raw) == Decimal(text)


@pytest.mark.parametrize("raw", [None, "", " ", "\u00a0\u202f", "\n\t"])
def test_a_blank_amount_is_not_given(raw):
    assert money(raw) is None
    assert money_text(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        *("12x", "-", "+", ".", ",", "1,234.50", "1.2.3", "1,2,3", "--5", "5-", "1e3", "inf", "nan", "1_000"),
        *("٣", "１２", "0x10", "1\t2", "12 ₽", "\u221230", "10000000000000000", "9999999999999999.995"),
        *("-10000000000000000", "9" * 40, "9" * 60_000),
    ],
)
def test_garbage_and_what_no_column_holds_are_refused(raw):
    with pytest.raises(ValueError, match="amount"):
        money_text(raw)


@given(st.decimals(-(10**15), 10**15, places=4))
def test_rounding_is_never_off_by_more_than_half_a_cent(value):
    assert abs(money(f"{value:f}") - value) <= Decimal("0.005")


@given(st.text(alphabet="0123456789.,+- \u00a0", max_size=20))
def test_a_spelling_once_read_reads_as_itself(raw):
    try:
        text = money_text(raw)
    except ValueError:
        return
    assert money_text(text) == text


def test_the_precision_somebody_else_set_does_not_matter():
    with localcontext(prec=3, rounding="ROUND_DOWN"):
        assert money_text("1234567.005") == "1234567.01"
