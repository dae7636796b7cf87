"""A value and its echo, whichever way the portal spells it."""

from decimal import Decimal

import pytest

from include.bitrix24.echo import is_same, not_accepted


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("137333.50", Decimal("137333.5")),
        ("0.00", None),
        ("0.00", ""),
        (None, "0"),
        ("", None),
        ([], None),
        ("-5", "-5.00"),
        ("2026-08-21", "2026-08-21T03:00:00+03:00"),
        ("Тур  по Камчатке ", "Тур по Камчатке"),
        (["б", "а"], ["а", "б"]),
        (["а"], "а"),
        ("1000", 1000),
        ("9007199254740991", 9007199254740991),
        ("137333.50", "137333.5"),
        ("007", 7),
        ("2026-08-21", "2026-08-21 00:00:00"),
        ([1, "2.50"], ["2.5", Decimal(1)]),
    ],
)
def test_these_are_the_same(sent: object, held: object) -> None:
    assert is_same(sent, held)


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("137333.50", Decimal("137333.51")),
        ("1", None),
        (None, "1"),
        ("2026-08-21", "2026-08-22T03:00:00+03:00"),
        ("а", "А"),
        (["а", "б"], ["а"]),
        ("1250.5", "1250.5|RUB"),
        ("5", ""),
        ("007", "7"),
        ("1e5", "100000"),
        ("2026-08-21 Фареры", "2026-08-21 Исландия"),
        ("2026-08-21", "2026-08-21 Исландия"),
        ("007", ""),
    ],
)
def test_these_are_not(sent: object, held: object) -> None:
    assert not is_same(sent, held)


@pytest.mark.parametrize(
    ("type_", "sent", "held"),
    [
        ("string", "Тур  по Камчатке ", "Тур по Камчатке"),
        ("string", None, ""),
        ("string", "7", 7),
        ("text", ["б", "а"], ["а", "б"]),
        ("double", "007", "7"),
        ("double", "1250.0", "1250"),
        ("double", "0.00", None),
        ("integer", "12", 12.0),
        ("money", "1250.50|RUB", "1250.5|RUB"),
        ("date", "2026-08-21", "2026-08-21T03:00:00+03:00"),
        ("datetime", "2026-08-21", "2026-08-21T00:00:00+03:00"),
        ("boolean", "Y", True),
        ("boolean", "Y", "1"),
        ("boolean", "N", None),
        ("boolean", "N", "0"),
    ],
)
def test_in_a_field_of_this_type_these_are_the_same(type_: str, sent: object, held: object) -> None:
    assert is_same(sent, held, type_)


@pytest.mark.parametrize(
    ("type_", "sent", "held"),
    [
        ("string", "1.10", "1.1"),
        ("string", "12.5", "12.50"),
        ("string", None, "0"),
        ("string", "0", ""),
        ("string", "2026-08-10 12:00", "2026-08-10 10:00"),
        ("string", "2026-08-10", "2026-08-10T03:00:00+03:00"),
        ("string", ["1.10"], ["1.1"]),
        ("double", "1.11", "1.1"),
        ("money", "1250.50|RUB", "1250.5|EUR"),
        ("date", "2026-08-21", "2026-08-22"),
        ("boolean", "Y", "N"),
        ("boolean", "Y", None),
    ],
)
def test_in_a_field_of_this_type_these_are_not(type_: str, sent: object, held: object) -> None:
    assert not is_same(sent, held, type_)


def test_each_field_is_compared_as_its_type_says() -> None:
    sent, held = {"UF_CRM_A": "1.10", "UF_CRM_B": "1.10"}, {"UF_CRM_A": "1.1", "UF_CRM_B": "1.1"}
    assert not_accepted(sent, held, {"UF_CRM_A": "string", "UF_CRM_B": "double"}) == ["UF_CRM_A"]


def test_a_field_that_is_not_told_was_not_accepted() -> None:
    assert not_accepted({"B": "1", "A": "0.00", "C": "2"}, {"C": 2, "D": 5}) == ["A", "B"]
