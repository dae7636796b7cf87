"""What the portal's values mean, whichever way a method spells them."""

from decimal import Decimal
from typing import Any

import pytest

from include.bitrix24.values import day_of, id_of, ids_of, moment_of, number_of, text_of
from include.errors import VendorError


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-01-01T03:00:00+03:00", "2026-01-01"),
        ("2025-12-31T03:00:00+03:00", "2025-12-31"),
        ("2026-01-01T00:00:00-11:00", "2026-01-01"),
        ("2026-07-20", "2026-07-20"),
        ("0000-00-00", None),
        ("2026-02-30", None),
        ("01.02.2026", None),
        ("", None),
        (None, None),
        (False, None),
    ],
)
def test_a_day_is_the_one_that_is_written_whatever_zone_follows(value: Any, day: str | None) -> None:
    assert day_of(value) == day


@pytest.mark.parametrize("value", ["", None, "2026-01-01", "2026-01-01T03:00:00", "soon"])
def test_a_moment_without_a_zone_is_none(value: Any) -> None:
    assert moment_of(value) is None


def test_a_moment_keeps_its_zone() -> None:
    assert str(moment_of("2026-03-02T17:41:09+03:00")) == "2026-03-02 17:41:09+03:00"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (None, Decimal(0)), ("", Decimal(0)), (False, Decimal(0)), ([], Decimal(0)), ("0", Decimal(0)),
        (412000.5, Decimal("412000.5")), ("1250.50", Decimal("1250.50")), (7, Decimal(7)),
        (" -1 ", Decimal(-1)),
        ("1250.5|RUB", None), ("NaN", None), ("Infinity", None), (True, None), ({}, None), ("two", None),
    ],
)  # fmt: skip
def test_what_is_empty_is_nothing_and_what_is_no_number_is_none(value: Any, number: Decimal | None) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ([88, 15, 15, 402], [15, 88, 402]), (["15", "0", "", None, -3], [15]), ([], []), (None, []), (0, []),
        (7, [7]), ("7", [7]), ({"0": 15, "2": "88"}, [15, 88]), ({}, []), ([15.0, Decimal("7.0")], [7, 15]),
    ],
)  # fmt: skip
def test_ids_are_each_once_ascending_and_nobody_is_not_among_them(value: Any, ids: list[int]) -> None:
    assert ids_of(value) == ids


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), ("7", 7), (0, None), (None, None), ("x", None), ([7], None)]
)
def test_a_number_alone_is_one_or_none(value: Any, number: int | None) -> None:
    assert id_of(value) == number


@pytest.mark.parametrize("value", [["x"], [7, {}], [1.5], ["7|8"], [True], "x"])
def test_what_is_no_number_is_never_taken_for_nobody(value: Any) -> None:
    with pytest.raises(VendorError, match="вместо номера"):
        ids_of(value)


@pytest.mark.parametrize(
    ("value", "text"), [("  Тур\x00 на \ud800море ", "Тур на море"), ("\x01", None), (None, None), (7, "7")]
)
def test_a_text_holds_nothing_that_a_database_does_not_take(value: Any, text: str | None) -> None:
    assert text_of(value) == text
