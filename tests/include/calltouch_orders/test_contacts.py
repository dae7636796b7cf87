import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.calltouch_orders.contacts import dropped_phones, emails, phones

ONE, TWO = "79210001122", "79210002233"


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (None, []),
        ("", []),
        ("+7 (921) 000-11-22", [ONE]),
        ("8 921 000 11 22", [ONE]),
        ("9210001122", [ONE]),
        ("4950001122", ["74950001122"]),
        ("8120001122", ["78120001122"]),
        ("3410001122", ["73410001122"]),
        ("84950001122", ["74950001122"]),
        ("380500001122", ["380500001122"]),
        ("+44 20 7946 000 11", ["4420794600011"]),
        ("5550001122", ["5550001122"]),
        ("22-33-44", []),
        ("00000000000", []),
        ("0000000000", []),
        ("1" * 16, []),
        ("+7 921 000-11-22, 8(921)000-22-33", [ONE, TWO]),
        ("89210001122; 89210002233", [ONE, TWO]),
        ("89210001122/89210002233", [ONE, TWO]),
        ("8-921-000-11-22 8-921-000-22-33", [ONE, TWO]),
        ("+79210001122 +79210002233", [ONE, TWO]),
        ("+7 921 000 11 22 8 921 000 22 33", [ONE, TWO]),
        ("9210001122 9210002233", [ONE, TWO]),
        ("89210001122\n89210002233", [ONE, TWO]),
        ("89210001122 или 89210002233", [ONE, TWO]),
        ("8(495)000-11-22 доб. 123", ["74950001122"]),
        ("8(495)000-11-22, доб.123", ["74950001122"]),
        ("8(495)000-11-22 вн 5; 89210001122", ["74950001122", ONE]),
        ("84950001122 ext. 7", ["74950001122"]),
        ("84950001122#77", ["74950001122"]),
        ("89210001122, +7 921 000 11 22", [ONE]),
        ("тел. 8 921 000 11 22 (Ольга)", [ONE]),
        ("８９２１０００１１２２", [ONE]),
    ],
)
def test_phones_are_read_as_people_type_them(raw, read):
    assert phones(raw) == read


@pytest.mark.parametrize(
    ("raw", "dropped"),
    [(None, []), ("89210001122", []), ("22-33-44; 89210001122", ["22-33-44"]), ("нет, 000", ["000"])],
)
def test_what_has_digits_and_is_no_phone_is_told(raw, dropped):
    assert dropped_phones(raw) == dropped


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (None, []),
        (" Ivan@Example.ORG ", ["ivan@example.org"]),
        (
            "a@example.org; b@example.org,c@example.org d@example.org",
            [f"{name}@example.org" for name in "abcd"],
        ),
        ("Иван <ivan@example.org>", ["ivan@example.org"]),
        ("a@example.org A@example.org", ["a@example.org"]),
        ("a@b@example.org", []),
        ("a@example", []),
        ("a@example.", []),
        ("@example.org", []),
        ("нет", []),
    ],
)
def test_emails_have_one_at_and_a_dot_after_it(raw, read):
    assert emails(raw) == read


@given(st.text())
def test_whatever_is_typed_phones_are_digits_each_once_and_stay_as_they_are(raw):
    found = phones(raw)
    assert all(number.isascii() and number.isdigit() and 10 <= len(number) <= 15 for number in found)
    assert len(set(found)) == len(found)
    assert phones(", ".join(found)) == found


MOBILES = st.lists(st.integers(9_000_000_001, 9_999_999_999), max_size=4, unique=True)


@given(MOBILES, st.sampled_from([", ", ";", "/", " / ", " "]), st.sampled_from(["8", "+7", ""]))
def test_several_phones_in_a_row_are_all_found(numbers, separator, prefix):
    raw = separator.join(f"{prefix}{number}" for number in numbers)
    assert phones(raw) == [f"7{number}" for number in numbers]
