"""Personal data is recognisable to who knows it and useless to who does not; other text is left alone."""

from decimal import Decimal
from typing import Any

import pytest

from include.values.masking import mask_data, mask_email, mask_key, mask_phone, mask_text, mask_tsuid


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("79210001122", "+7921***1122"),
        ("8 (921) 000-11-22", "+7921***1122"),
        ("9210001122", "+7921***1122"),
        ("+380 44 000 11 22", "+3804***1122"),
        ("12345", "***"),
        ("", "***"),
    ],
)
def test_a_phone_keeps_its_ends(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("olga@example.org", "o***@example.org"),
        ("@example.org", "***@example.org"),
        ("not an address", "***"),
    ],
)
def test_an_email_keeps_its_first_letter_and_domain(email: str, masked: str) -> None:
    assert mask_email(email) == masked


def test_a_cookie_keeps_four_characters_unless_it_is_short() -> None:
    assert mask_tsuid("a91f3c77e0b24d") == "a9***4d"
    assert mask_tsuid("t1") == "***"


def test_a_key_of_an_unknown_kind_is_hidden() -> None:
    assert mask_key("email", "olga@example.org") == "o***@example.org"
    assert mask_key("passport", "4000 000000") == "***"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("перезвонить на 8 (921) 000-11-22, Ольга", "перезвонить на +7921***1122, Ольга"),
        ("tel:+79210001122;", "tel:+7921***1122;"),
        ("9210001122", "+7921***1122"),
        ("380440001122", "+3804***1122"),
        ("позвонить (375) 29 000-11-22 или 77010001122", "позвонить +3752***1122 или +7701***1122"),
        ("998900001122; 37410001122", "+9989***1122; +3741***1122"),
        ("810 380 44 000-11-22", "+8103***1122"),
        ("пишите olga.demo@example.org.", "пишите o***@example.org."),
        ("«a@example.org», b@example.org", "«a***@example.org», b***@example.org"),
    ],
)
def test_phones_and_emails_inside_a_text_are_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-27 18:05:00+03:00",
        "2026-02-27T18:05:00+03:00",
        "79210001122.00",
        "89210001122,50",
        "20260301123000",
        "№ 12345",
        "380440001122.50",
        "123456789012",
        "38044000-1122-11ed-80d6-2c44fd8322a7",
        "2c55a318-c2ed-11ed-80d6-380440001122",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "a79210001122b",
        "",
    ],
)
def test_dates_amounts_numbers_and_hashes_stay(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("data", "masked"),
    [
        ({"phones": [79210001122, "44-00-11"]}, {"phones": ["+7921***1122", "***"]}),
        (
            {"phoneNumber": {"old": "2000000001", "new": None}},
            {"phoneNumber": {"old": "+2000***0001", "new": None}},
        ),
        (
            {"emails": ["=olga@example.org", "a@b, olga@c"]},
            {"emails": ["=***@example.org", "a***@b, o***@c"]},
        ),
        ({"client": {"fio": "Ольга Демо"}, "text": "Ольга"}, {"client": {"fio": "О***"}, "text": "Ольга"}),
        ({"callerNumber": Decimal(79210001122)}, {"callerNumber": "+7921***1122"}),
    ],
)
def test_what_a_key_says_is_personal_is_masked_whatever_it_looks_like(data: Any, masked: Any) -> None:
    assert mask_data(data) == masked


def test_counts_and_words_under_a_phones_key_and_numbers_under_others_stay() -> None:
    data = {"phones": 2, "phone": "неверный формат", "email": "", "fio": None, "id": 79210001122, "phoned": 1}
    assert mask_data(data) == data
