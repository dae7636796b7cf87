"""Where tokens may be sent: what a token says of its account comes from outside."""

import base64
import json

import pytest

from include.amocrm.hosts import address_of, is_account_host
from include.amocrm.jwt import claims


@pytest.mark.parametrize(
    "host", ["demo.amocrm.ru", "demo-2.kommo.com", "DEMO.amocrm.com", "own.example", "t:1"]
)
def test_accounts_are_in_the_vendors_zones_or_named_by_the_connection(host: str) -> None:
    assert is_account_host(host, "own.example", ["t:1"])


@pytest.mark.parametrize(
    "host",
    [
        "www.amocrm.ru",
        "amocrm.ru",
        "a.b.amocrm.ru",
        "demo.amocrm.ru.evil.example",
        "evil.example",
        "",
        "x@amocrm.ru",
    ],
)
def test_nobody_else_is_shown_a_token(host: str) -> None:
    assert not is_account_host(host, "own.example")


def test_a_token_tells_what_it_claims_and_nonsense_tells_nothing() -> None:
    middle = base64.urlsafe_b64encode(json.dumps({"api_domain": "a.amocrm.ru"}).encode()).decode().rstrip("=")
    assert claims(f"x.{middle}.y") == {"api_domain": "a.amocrm.ru"}
    assert [claims(each) for each in ("", "a.b", "a.!.c", "a.e30.c")] == [{}, {}, {}, {}]


def test_an_address_has_a_scheme_and_no_slash() -> None:
    assert address_of("demo.amocrm.ru") == "https://demo.amocrm.ru"
    assert address_of("http://127.0.0.1:8080/") == "http://127.0.0.1:8080"
    assert address_of("demo.amocrm.ru/leads") is None
