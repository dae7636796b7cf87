"""Values of 1C: padded, with sentinels for nothing, numbers as text."""

from datetime import datetime
from decimal import Decimal

import pytest

from include.onec import decode
from tests.include.onec.small_base import EMPTY, MOSCOW, UNDEFINED, ref


@pytest.mark.parametrize(
    ("raw", "read"), [("  a ", "a"), ("   ", None), (None, None), ("a\x00b", "ab"), (5, "5")]
)
def test_text_is_trimmed(raw: object, read: str | None) -> None:
    assert decode.text(raw) == read


@pytest.mark.parametrize("raw", [None, "", EMPTY, "abc", 5, True])
def test_an_empty_reference_is_none(raw: object) -> None:
    assert decode.reference(raw) is None


def test_a_reference_is_in_lower_case() -> None:
    assert decode.reference(ref(1).upper()) == ref(1)


def test_a_reference_of_a_composite_type_comes_with_its_entity() -> None:
    row = {"X": ref(1), "X_Type": "StandardODATA.Document_ЗаказНаряд"}
    assert decode.typed_reference(row, "X") == ("Document_ЗаказНаряд", ref(1))


@pytest.mark.parametrize(
    ("value", "kind"), [("", UNDEFINED), (EMPTY, "StandardODATA.Document_Я"), ("a", "Edm.String")]
)
def test_what_is_no_reference_has_no_entity(value: str, kind: str) -> None:
    assert decode.typed_reference({"X": value, "X_Type": kind}, "X") == (None, None)


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [("Авито", "Edm.String", "Авито"), ("", UNDEFINED, None), (EMPTY, "StandardODATA.Catalog_Я", None)],
)
def test_a_text_of_a_composite_type(value: str, kind: str, read: str | None) -> None:
    assert decode.typed_text({"X": value, "X_Type": kind}, "X") == read


def test_a_moment_gets_the_bases_zone() -> None:
    assert decode.moment("2023-03-15T17:21:44", MOSCOW) == datetime(2023, 3, 15, 17, 21, 44, tzinfo=MOSCOW)


@pytest.mark.parametrize("raw", [None, "", "0001-01-01T00:00:00"])
def test_an_empty_moment_is_none(raw: object) -> None:
    assert decode.moment(raw, MOSCOW) is None


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (1760, "1760.00"),
        ("1760.005", "1760.01"),
        (Decimal("-0.005"), "-0.01"),
        (0.1, "0.10"),
        ("1E+2", "100.00"),
    ],
)
def test_a_number_is_exact_and_rounded_half_up(raw: object, read: str) -> None:
    assert str(decode.number(raw)) == read


@pytest.mark.parametrize("raw", ["много", "NaN", "Infinity", "1" * 17, 10**16])
def test_what_no_column_can_hold_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="number"):
        decode.number(raw)


@pytest.mark.parametrize(
    ("raw", "read"), [(True, True), ("true", True), (False, False), (None, False), (1, False)]
)
def test_only_true_is_true(raw: object, read: bool) -> None:
    assert decode.flag(raw) is read
