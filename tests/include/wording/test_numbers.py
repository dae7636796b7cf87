"""Numbers, sums and sizes as a Russian reader writes them."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from include.wording import (
    MINUS,
    THIN_SPACE,
    file_size,
    governed,
    moment_in,
    money,
    number,
    places_of,
    plural,
    quantity,
    shortened,
)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 записей"),
        (1, "1 запись"),
        (2, "2 записи"),
        (4, "4 записи"),
        (5, "5 записей"),
        (11, "11 записей"),
        (12, "12 записей"),
        (14, "14 записей"),
        (21, "21 запись"),
        (22, "22 записи"),
        (111, "111 записей"),
        (1001, "1\u202f001 запись"),
    ],
)
def test_a_numeral_governs_its_noun(count: int, words: str) -> None:
    assert plural(count, "запись", "записи", "записей") == words


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("100.00", "RUB", "100,00\u00a0₽"),
        ("1234567.5", "USD", "1\u202f234\u202f567,50\u00a0$"),
        ("-1200.5", "XYZ", "\u22121\u202f200,50\u00a0XYZ"),
        ("0", None, "0,00"),
        ("12x", "RUB", "12x"),
        ("NaN", "RUB", "NaN"),
        (None, "RUB", "None"),
        ([], None, "[]"),
    ],
)
def test_an_amount_is_grouped_and_signed_and_garbage_stays(
    amount: object, currency: object, written: str
) -> None:
    assert money(amount, currency) == written


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (1, "1 байт"),
        (2, "2 байта"),
        (1023, "1\u202f023 байта"),
        (1024, "1,0\u00a0КБ"),
        (7340032, "7,0\u00a0МБ"),
        (3 * 2**40, "3,0\u00a0ТБ"),
        (2**52, "4096,0\u00a0ТБ"),
    ],
)
def test_a_size_is_told_in_the_largest_unit_that_fits(size: int, written: str) -> None:
    assert file_size(size) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("4.000"), "4"),
        (Decimal("1.500"), "1,5"),
        (Decimal("-1234.05"), f"{MINUS}1{THIN_SPACE}234,05"),
        (Decimal("4E+1"), "40"),
        (4.8, "4,8"),
        (1000000, f"1{THIN_SPACE}000{THIN_SPACE}000"),
    ],
)
def test_a_quantity_has_the_decimals_it_needs(value: Decimal | float, written: str) -> None:
    assert quantity(value) == written


def test_a_negative_number_has_a_real_minus() -> None:
    assert number(-12345) == "\u221212\u202f345"


def test_a_moment_that_stands_alone_names_its_zone() -> None:
    assert moment_in("2026-01-06T03:00:00+00:00", ZoneInfo("Europe/Moscow")) == "06.01.2026 06:00 МСК"
    assert moment_in("2026-01-06T03:00:00+00:00", ZoneInfo("Asia/Omsk")) == "06.01.2026 09:00 Asia/Omsk"


@pytest.mark.parametrize(
    ("value", "form"), [(1, "одна"), (3, "две"), (11, "пять"), (14, "пять"), (21, "одна"), (100, "пять")]
)
def test_a_number_governs_the_form_after_it(value: int, form: str) -> None:
    assert governed(value, "одна", "две", "пять") == form


def test_an_amount_has_as_many_places_as_its_currency() -> None:
    assert money(Decimal("1234.5678"), "RUB", 3) == "1\u202f234,568\u00a0₽"
    assert money(1234, "JPY", 0) == "1\u202f234\u00a0JPY"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "0"),
        ("950.4", "950"),
        ("137333.50", "137\u00a0тыс"),
        ("2000", "2\u00a0тыс"),
        ("1250000", "1,2\u00a0млн"),
        ("-2750000000", "−2,8\u00a0млрд"),
    ],
)
def test_an_amount_in_a_chart_has_few_signs(amount: str, written: str) -> None:
    assert shortened(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("amount", "places"), [("100", 2), ("100.5", 2), ("1.2340", 3), ("1E+3", 2), ("0.00", 2), ("NaN", 2)]
)
def test_no_place_of_an_amount_is_lost(amount: str, places: int) -> None:
    assert places_of(Decimal(amount)) == places
