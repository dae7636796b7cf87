"""The hook of amoCRM against a vendor that does what a test tells it to."""

import json
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from include.errors import AccessDenied, Blocked, ReauthRequired, RejectedByVendor, Unpaid, WindowSpent
from plugins.hooks.amocrm import AmoCRMHook
from plugins.hooks.amocrm_ahead import Leg, Room
from plugins.hooks.amocrm_lists import ASC, events, leads
from plugins.hooks.oauth_tokens import Tokens
from tests.plugins.hooks.scripted import HTML, ScriptedVendor, Told, scripted_vendor


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedVendor]:
    """Return a vendor that the connection ``amocrm`` leads to, with a token that nothing renews."""
    with scripted_vendor() as vendor:
        told = {
            "conn_type": "amocrm",
            "host": vendor.url,
            "password": "l0ng-lived",
            "extra": {"auth": "long_lived", "retry_pauses": [0, 0]},
        }
        monkeypatch.setenv("AIRFLOW_CONN_AMOCRM", json.dumps(told))
        yield vendor


def page(*ids: int, following: bool = False) -> Told:
    links = {"next": {"href": "https://shard.example/api/v4/leads?page=9"}} if following else {}
    return Told(body={"_links": links, "_embedded": {"leads": [{"id": each} for each in ids]}})


def ids(found: Any) -> list[int]:
    return [row["id"] for landed in found for row in landed.page.rows]


def test_a_list_is_asked_for_by_brackets_that_are_encoded(vendor: ScriptedVendor) -> None:
    vendor.script = [page(1)]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    AmoCRMHook().page(leads(at, order=("updated_at", ASC)), 2)
    [heard] = vendor.heard
    assert "filter%5Bupdated_at%5D%5Bfrom%5D=1767225600" in heard.raw_query
    assert "page=2" in heard.raw_query
    assert heard.headers["Authorization"] == "Bearer l0ng-lived"


def edit(monkeypatch: pytest.MonkeyPatch, **parts: Any) -> None:
    """Let a person edit the Connection."""
    told = json.loads(os.environ["AIRFLOW_CONN_AMOCRM"])
    monkeypatch.setenv("AIRFLOW_CONN_AMOCRM", json.dumps({**told, **parts}))


class Keeper:
    """Whoever keeps the tokens, told of a vendor that swaps them no longer."""

    host = None

    def current(self, seed: str, application: str | None = None) -> Tokens:
        claims = b64encode(json.dumps({"api_domain": "new.amocrm.ru"}).encode()).decode().rstrip("=")
        return Tokens(f"e30.{claims}.sign", "refresh")

    def offered(self, seed: str, ask: Callable[[], Tokens]) -> Tokens:
        raise NotImplementedError

    def renew(
        self, stale: str, ask: Callable[[str, str | None], Tokens], turn: Callable[[], object]
    ) -> Tokens:
        raise ReauthRequired("looked for elsewhere")

    def moved(self, host: str) -> None:
        raise NotImplementedError


def test_only_an_account_that_is_not_there_has_moved(
    vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(monkeypatch, extra={"auth": "oauth", "access_token": "a", "refresh_token": "r"})
    vendor.script = [Told(status=404, body={}), Told(status=404, body={})]
    with pytest.raises(RejectedByVendor) as gone:
        AmoCRMHook(tokens=Keeper()).lead(7)
    assert (gone.value.http_status, type(gone.value)) == (404, RejectedByVendor)
    with pytest.raises(ReauthRequired, match="looked for elsewhere"):
        AmoCRMHook(tokens=Keeper()).account()


@pytest.mark.parametrize("body", [{}, {"status": "ok"}, [], {"id": None}, {"id": "main"}])
def test_a_host_that_answers_and_is_no_account_is_not_taken_for_one(
    vendor: ScriptedVendor, body: Any
) -> None:
    vendor.script = [Told(body=body)]
    with pytest.raises(AccessDenied, match=r"не как аккаунт amoCRM.*Проверьте host в Connection «amocrm»"):
        AmoCRMHook().account()


@pytest.mark.parametrize("token", ["l0ng-lived", "that names a place"])
def test_a_host_that_is_no_account_is_told_with_what_to_do(
    vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    edit(monkeypatch, password=token if token == "l0ng-lived" else Keeper().current("").access)
    vendor.script = [Told(status=404, body={"title": "Not Found"})]
    with pytest.raises(AccessDenied) as wrong:
        AmoCRMHook().account()
    assert str(wrong.value) == (
        f"amoCRM: по адресу {vendor.url} нет аккаунта amoCRM (404). Проверьте host в Connection «amocrm»: "
        "нужен адрес аккаунта, например https://demo.amocrm.ru"
    )
    assert wrong.value.http_status == 404


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"host": None}, ["не указан host, нужен адрес аккаунта"]),
        (
            {"extra": {"auth": "longlived"}},
            ["auth «longlived» неизвестно, есть oauth и long_lived (может быть, long_lived)"],
        ),
        ({"host": " ", "extra": {"auth": "token"}}, ["не указан host", "auth «token» неизвестно"]),
        ({"password": "", "extra": {"auth": "long_lived"}}, ["нужен долгосрочный токен"]),
        ({"extra": {}}, ["нужны client_id, client_secret"]),
        ({"extra": {"code": "def502", "redirect_uri": "https://a.example"}}, ["нужны client_id"]),  # no login
    ],
)
def test_what_the_connection_lacks_is_told_before_anybody_is_asked(
    vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch, parts: dict[str, Any], told: list[str]
) -> None:
    edit(monkeypatch, **parts)
    with pytest.raises(AccessDenied) as wrong:
        AmoCRMHook().account()
    message = str(wrong.value)
    assert message.startswith("amoCRM: Connection «amocrm»: ")
    assert all(each in message for each in told)
    assert vendor.heard == []


def test_a_token_in_the_place_of_a_word_is_not_shown(
    vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(monkeypatch, extra={"auth": "def50200a1b2c3"})
    with pytest.raises(AccessDenied, match="auth неизвестно, есть oauth и long_lived") as wrong:
        AmoCRMHook().account()
    assert "def502" not in str(wrong.value)


def test_types_of_events_are_a_list(vendor: ScriptedVendor) -> None:
    vendor.script = [Told(status=204, body="")]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert AmoCRMHook().page(events(at, at, ["a", "b"])).rows == ()
    assert unquote(vendor.heard[0].raw_query).count("filter[type][]=") == 2


def test_pages_come_in_order_and_the_end_is_where_none_follows(vendor: ScriptedVendor) -> None:
    vendor.script = [page(1, following=True), page(2, following=True), page(3)]
    assert ids(AmoCRMHook().ahead(Leg(leads()), lambda _: None)) == [1, 2, 3]
    assert len(vendor.heard) == 3


def test_what_was_sent_ahead_for_nothing_is_told(vendor: ScriptedVendor) -> None:
    vendor.script = [page(1, following=True), page(2), Told(status=204, body=""), Told(status=204, body="")]
    found = list(AmoCRMHook().ahead(Leg(leads()), lambda _: Room()))
    assert [landed.requests for landed in found] == [1, 1]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Told(status=401, body={"title": "Unauthorized"}), ReauthRequired),
        (Told(status=402, body={"title": "Payment Required"}), Unpaid),
        (Told(status=403, body="<html><h1>Blocked</h1></html>", kind=HTML), Blocked),
    ],
)
def test_a_door_that_is_shut_is_not_knocked_at_again(
    vendor: ScriptedVendor, answer: Told, error: type[Exception]
) -> None:
    vendor.script = [answer]
    with pytest.raises(error) as raised:
        AmoCRMHook().account()
    assert len(vendor.heard) == 1
    assert "l0ng-lived" not in str(raised.value)


def test_a_page_that_shuts_us_out_is_quoted_without_its_tags(vendor: ScriptedVendor) -> None:
    vendor.script = [Told(status=403, body="<html><h1>Blocked</h1> by nginx</html>", kind=HTML)]
    with pytest.raises(Blocked, match="Blocked by nginx"):
        AmoCRMHook().account()


def test_only_an_administrator_sees_users(vendor: ScriptedVendor) -> None:
    vendor.script = [Told(status=403, body={"title": "Forbidden"})]
    assert AmoCRMHook().users() is None


def test_too_many_requests_are_repeated_and_a_long_pause_is_left_to_the_task(vendor: ScriptedVendor) -> None:
    vendor.script = [Told(status=429, body=""), Told(status=429, body=""), Told(body={"id": 1})]
    assert AmoCRMHook().account() == {"id": 1}
    vendor.script = [Told(status=429, body="", headers={"Retry-After": "600"})]
    with pytest.raises(WindowSpent):
        AmoCRMHook().account()


def test_no_lead_is_none(vendor: ScriptedVendor) -> None:
    vendor.script = [Told(status=204, body="")]
    assert AmoCRMHook().lead(5) is None
