"""An application's tokens: shown with each call, swapped when the portal says so, asked for once."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from airflow.sdk.log import redact

from include.errors import AccessDenied, TemporaryVendorError
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.hooks.bitrix24_tokens import Tokens
from tests.plugins.hooks.scripted import ScriptedVendor, Told, scripted_vendor

EXPIRED = Told(401, body={"error": "expired_token", "error_description": "The access token has expired"})
FRESH = Told(body={"access_token": "acc3ss-2", "refresh_token": "r3fresh-2", "expires_in": 1800})
GOOD = Told(body={"result": 1})


class Kept:
    """Tokens kept in memory."""

    def __init__(self) -> None:
        self.tokens: Tokens | None = None

    def current(self, seed: Tokens) -> Tokens:
        self.tokens = self.tokens or seed
        return self.tokens

    def renew(self, stale: str, ask: Callable[[str], Tokens]) -> Tokens:
        assert self.tokens
        if self.tokens.access == stale:
            self.tokens = ask(self.tokens.refresh)
        return self.tokens


@pytest.fixture
def portal() -> Iterator[ScriptedVendor]:
    with scripted_vendor() as vendor:
        yield vendor


@pytest.fixture
def oauth() -> Iterator[ScriptedVendor]:
    with scripted_vendor() as vendor:
        yield vendor


@pytest.fixture
def hook(portal: ScriptedVendor, oauth: ScriptedVendor, monkeypatch: pytest.MonkeyPatch) -> Bitrix24Hook:
    extra = {
        "auth": "oauth",
        "access_token": "acc3ss-1",
        "refresh_token": "r3fresh-1",
        "oauth_host": oauth.url,
        "retry_pauses": [0],
        "timeout": 1.5,
    }
    connection = {"conn_type": "bitrix24", "host": portal.url, "login": "app.1", "password": "s3cret-of-app"}
    monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", json.dumps({**connection, "extra": extra}))
    return Bitrix24Hook(tokens=Kept())


def test_the_token_goes_with_the_call_and_not_in_the_address(
    hook: Bitrix24Hook, portal: ScriptedVendor
) -> None:
    portal.script = [GOOD]
    assert hook.ask("profile", {"a": 1}) == 1
    heard = portal.heard[0]
    assert (heard.path, heard.raw_query) == ("/rest/profile", "")
    assert heard.body == {"a": 1, "auth": "acc3ss-1"}


def test_an_expired_token_is_swapped_and_the_call_made_again(
    hook: Bitrix24Hook, portal: ScriptedVendor, oauth: ScriptedVendor
) -> None:
    portal.script, oauth.script = [EXPIRED, GOOD, GOOD], [FRESH]
    assert (hook.ask("profile"), hook.ask("profile")) == (1, 1)
    assert [heard.body["auth"] for heard in portal.heard] == ["acc3ss-1", "acc3ss-2", "acc3ss-2"]
    assert redact("acc3ss-2 r3fresh-2") == "*** ***"  # as in any log of the task
    (asked,) = oauth.heard
    assert asked.path == "/oauth/token/"
    assert asked.query == {
        "grant_type": "refresh_token",
        "client_id": "app.1",
        "client_secret": "s3cret-of-app",
        "refresh_token": "r3fresh-1",
    }
    assert isinstance(hook._keeper, Kept)
    assert hook._keeper.tokens
    assert hook._keeper.tokens.until
    until = hook._keeper.tokens.until - datetime.now(UTC)
    assert timedelta(minutes=25) < until <= timedelta(minutes=30)


def test_a_token_is_never_swapped_before_the_portal_says_so(
    hook: Bitrix24Hook, portal: ScriptedVendor, oauth: ScriptedVendor
) -> None:
    portal.script = [GOOD] * 5
    for _ in range(5):
        hook.ask("profile")
    assert oauth.heard == []


def test_a_grant_that_ended_stops_the_run_and_says_what_to_do(
    hook: Bitrix24Hook, portal: ScriptedVendor, oauth: ScriptedVendor
) -> None:
    portal.script, oauth.script = [EXPIRED], [Told(400, body={"error": "invalid_grant"})]
    with pytest.raises(AccessDenied, match="авторизуйте приложение заново"):
        hook.ask("profile")


@pytest.mark.parametrize("told", [Told(502, body="…"), Told(reset=True), Told(hang=2), Told(body="<html>")])
def test_an_authorisation_server_that_is_unwell_may_get_well(
    hook: Bitrix24Hook, portal: ScriptedVendor, oauth: ScriptedVendor, told: Told
) -> None:
    portal.script, oauth.script = [EXPIRED, EXPIRED, GOOD], [told, FRESH]
    with pytest.raises(TemporaryVendorError):
        hook.ask("profile")
    assert hook.ask("profile") == 1


def test_an_authorisation_server_is_not_waited_for_as_long_as_a_portal(
    hook: Bitrix24Hook, portal: ScriptedVendor, oauth: ScriptedVendor
) -> None:
    patient = Bitrix24Hook(tokens=Kept(), timeout=10)
    patient.token_timeout = 0.2
    portal.script, oauth.script = [EXPIRED], [Told(hang=3)]
    began = time.monotonic()
    with pytest.raises(TemporaryVendorError):
        patient.ask("profile")
    assert time.monotonic() - began < 2.9


def test_tokens_that_are_always_expired_are_not_swapped_for_ever(
    hook: Bitrix24Hook, portal: ScriptedVendor, oauth: ScriptedVendor
) -> None:
    portal.script, oauth.script = [EXPIRED] * 9, [FRESH] * 9
    with pytest.raises(AccessDenied, match="токен доступа истёк"):
        hook.ask("profile")
    assert len(oauth.heard) <= 3


def test_without_a_keeper_no_token_is_swapped_since_it_would_be_lost(
    hook: Bitrix24Hook, portal: ScriptedVendor, oauth: ScriptedVendor
) -> None:
    portal.script = [EXPIRED]
    works, words = Bitrix24Hook().test_connection()
    assert (works, "токен доступа истёк" in words, oauth.heard) == (False, True, [])


def test_no_log_and_no_exception_shows_a_token(
    hook: Bitrix24Hook, portal: ScriptedVendor, oauth: ScriptedVendor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    leak = {"error": "X", "error_description": "acc3ss-1 acc3ss-2 r3fresh-2 s3cret-of-app r3fresh-1"}
    portal.script, oauth.script = [EXPIRED, Told(400, body=leak)], [FRESH]
    with pytest.raises(Exception, match="X") as raised:
        hook.ask("profile")
    shown = str(raised.value) + repr(vars(raised.value)) + caplog.text
    for secret in ("acc3ss-1", "acc3ss-2", "r3fresh-1", "r3fresh-2", "s3cret-of-app"):
        assert secret not in shown
