"""Secrets and personal data leave every text in every spelling."""

import base64

import pytest

from include.vendors.scrub import Scrubber

SECRET = "пароль/+ 1"


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        "%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C%2F%2B%201",
        "%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C%2F%2B+1",
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_known_secret_is_hidden_however_it_is_spelt(spelling: str) -> None:
    assert Scrubber([SECRET]).text(f"before {spelling} after") == "before *** after"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /x?clientApiId=abc123&page=2", "GET /x?clientApiId=***&page=2"),
        ('{"access_token": "abc123", "page": 2}', '{"access_token": "***", "page": 2}'),
        ("Access-Token: abc123", "Access-Token: ***"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"),
        ("Bearer abc.def-123", "Bearer ***"),
        ("https://user:pass@host.example/x", "https://host.example/x"),
        ("звонил 8 921 000-11-22 и писал olga@example.org", "звонил +7921***1122 и писал o***@example.org"),
        ("токен неверен, tokenize=1, сумма 1760.00", "токен неверен, tokenize=1, сумма 1760.00"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_and_the_rest_is_left(text: str, shown: str) -> None:
    assert Scrubber().text(text) == shown


def test_every_text_of_a_body_is_scrubbed_and_numbers_are_left() -> None:
    body = {"errors": [{"text": "нет abcd", "code": 7}, ("abcd",)], "abcd": None}
    assert Scrubber(["abcd"]).value(body) == {
        "errors": [{"text": "нет ***", "code": 7}, ["***"]],
        "***": None,
    }


def test_a_secret_too_short_to_be_one_blots_out_nothing() -> None:
    assert Scrubber(["a", None, ""]).text("banana") == "banana"


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert Scrubber(["abcd", "abcdef"]).text("abcdef") == "***"


def test_contacts_of_a_body_are_known_by_their_keys_and_secrets_in_them_go_too() -> None:
    client = {"phones": [{"phoneNumber": 2000000001}], "fio": "Ольга", "email": "abcd"}
    body = {"client": client, "id": 2000000001}
    assert Scrubber(["abcd"]).value(body) == {
        "client": {"phones": [{"phoneNumber": "+2000***0001"}], "fio": "О***", "email": "***"},
        "id": 2000000001,
    }
