"""Formulas: read by a grammar of our own, worked out exactly, refused with the place of the mistake."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.amocrm_statuses.calculated import (
    FieldNumber,
    Formula,
    Numbers,
    divides_by_nothing,
    results,
    value,
)
from include.amocrm_statuses.expression import ExpressionError, calcs_of, fields_of, parse

NOTHING = Numbers(None)


def worked(text: str, numbers: Numbers = NOTHING, *, zero: bool = False) -> object:
    return value(parse(text), numbers, zero=zero)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("--2", "2"),
        ("-2 - -3", "1"),
        ("2 - 3 - 4", "-5"),
        ("24 / 4 / 2", "3"),
        ("-(2 + 3) * +2", "-10"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0.333333"),
        ("2 / 3", "0.666667"),
        ("0.0000005", "0"),
        ("0.0000015", "0.000002"),
        ("0.0000025", "0.000002"),
        ("0 * -1", "0"),
    ],
)
def test_a_formula_comes_to_what_arithmetic_says(text: str, result: str) -> None:
    found = worked(text)
    assert found == Decimal(result)
    assert str(found) == str(Decimal(result).quantize(Decimal("0.000001")))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("1 +", 4),
        ("1,5", 2),
        ("1.2.3", 4),
        ("1e5", 2),
        ("(1 + 2", 1),
        ("1 + 2)", 6),
        ("2 3", 3),
        ("price price", 7),
        ("price.real", 1),
        ("price(1)", 1),
        ("cf(abc)", 1),
        ("cf()", 1),
        ("cf(１)", 1),
        ("price\u00a0−\u00a01", 7),
        ("price + \x00", 9),
        ("calc(а)", 1),
        ("2 ** 3", 4),
        ("2 // 3", 4),
        ("2 % 3", 3),
        ("__import__('os').system('true')", 1),
        ("().__class__", 3),
        ("lambda: 1", 1),
        ("[1]", 1),
        ("'1'", 1),
        ("1 if 1 else 2", 3),
        ("١", 1),
        ("(" * 60 + "1" + ")" * 60, 51),
        ("-" * 60 + "1", 51),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.column == column, caught.value


def test_a_text_of_ten_megabytes_is_refused_at_once() -> None:
    with pytest.raises(ExpressionError, match="длиннее 500"):
        parse("1+" * 5_000_000)


def test_blanks_of_any_kind_are_blanks() -> None:
    assert worked("\u00a01\u2009+\n2\u00a0") == Decimal(3)


def test_a_formula_of_five_hundred_signs_is_worked_out() -> None:
    assert worked("1+" * 249 + "10") == Decimal(259)


def test_what_a_formula_refers_to_is_named() -> None:
    told = parse("price - cf(15) * calc(margin-1) + cf( 16 )")
    assert (fields_of(told), calcs_of(told)) == ([15, 16], ["margin-1"])


def test_what_is_missing_is_a_problem_unless_it_counts_as_nothing() -> None:
    numbers = Numbers(Decimal(100), {2: FieldNumber("missing")})
    for text in ("price - cf(1)", "price - cf(2)"):
        assert worked(text, numbers) == "missing"
        assert worked(text, numbers, zero=True) == Decimal(100)
    assert worked("price", NOTHING) == "missing"


def test_a_number_that_does_not_read_is_never_a_zero() -> None:
    numbers = Numbers(Decimal(100), {1: FieldNumber("unparsable")})
    assert worked("price - cf(1)", numbers, zero=True) == "unparsable"


def test_division_by_what_turns_out_to_be_nothing_is_a_problem() -> None:
    numbers = Numbers(Decimal(0), {1: FieldNumber(Decimal(0))})
    assert worked("1 / cf(1)", numbers) == "division_by_zero"
    assert worked("price / cf(1)", numbers) == "division_by_zero"
    assert worked("1 / cf(2)", numbers, zero=True) == "division_by_zero"


@pytest.mark.parametrize("text", ["1 / 0", "(1 + 2) / 0.0", "1 / (2 - 2)", "price / -0", "1 / (1 / (1 / 0))"])
def test_division_by_nothing_for_every_lead_is_seen_before_there_is_one(text: str) -> None:
    assert divides_by_nothing(parse(text))


@pytest.mark.parametrize("text", ["1 / price", "0 / 1", "1 / (price - price)", "1 / cf(0)"])
def test_a_divisor_that_depends_on_the_lead_is_no_mistake(text: str) -> None:
    assert not divides_by_nothing(parse(text))


@pytest.mark.parametrize("text", ["9" * 31, "1" + "0" * 20 + "*1" + "0" * 20, "1/0." + "0" * 40 + "1"])
def test_what_is_too_large_is_a_problem(text: str) -> None:
    assert worked(text) == "too_large"


def test_formulas_refer_to_those_before_them_and_pass_their_problems_on() -> None:
    formulas = [
        Formula("net", parse("price - cf(1)")),
        Formula("share", parse("calc(net) / price")),
        Formula("half", parse("calc(lost) / 2"), zero=True),
    ]
    found = results(formulas, Numbers(Decimal(300), {1: FieldNumber(Decimal(100), several=True)}))
    assert [(each.calc_id, each.number, each.several) for each in found] == [
        ("net", Decimal(200), True),
        ("share", Decimal("0.666667"), True),
        ("half", Decimal(0), False),
    ]
    lost = results(formulas, Numbers(Decimal(0), {1: FieldNumber("unparsable")}))
    assert [each.problem for each in lost] == ["unparsable", "unparsable", None]


def formulas() -> st.SearchStrategy[str]:
    numbers = st.decimals(0, 999, places=2).map(str)
    return st.recursive(
        numbers,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda each: f"({' '.join(each)})"),
            st.tuples(inner, st.sampled_from("+-"), inner).map(" ".join),
            inner.map(lambda each: f"-({each})"),
        ),
        max_leaves=6,
    )


@given(formulas())
def test_formulas_agree_with_fractions(text: str) -> None:
    tree = text.replace("(", " ( ").replace(")", " ) ").split()
    fractions = "".join(f"Fraction('{part}')" if part[0].isdigit() else part for part in tree)
    wanted = eval(fractions, {"Fraction": Fraction})
    rounded = (Decimal(wanted.numerator) / Decimal(wanted.denominator)).quantize(
        Decimal("0.000001"), rounding=ROUND_HALF_EVEN
    )
    assert worked(text) == rounded
