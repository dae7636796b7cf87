import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.values.email import email


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        (" Olga.Demo@Example.ORG \n", "olga.demo@example.org"),
        ("o@x", "o@x"),
        ("ОЛЬГА@пример.рф", "ольга@пример.рф"),
        ("a+b@example.org", "a+b@example.org"),
        ("a b@example.org", "a b@example.org"),
        ("a" * 308 + "@example.org", "a" * 308 + "@example.org"),
    ],
)
def test_an_address_is_trimmed_and_lowered(raw, address):
    assert email(raw) == address


@pytest.mark.parametrize(
    "raw",
    [
        *(None, "", " ", "-", "0", "null", "нет", "olga", "@", "@example.org", "olga@", "a@b@c"),
        *(" @ ", "a@example.org, b@example.org", "a" * 309 + "@example.org"),
    ],
)
def test_what_cannot_be_an_address_is_unusable(raw):
    assert email(raw) is None


@given(st.text() | st.emails())
def test_a_result_has_one_at_sign_and_reads_as_itself(raw):
    address = email(raw)
    if address is not None:
        assert address.count("@") == 1
        assert email(address) == address
