"""Who is let in to the simulated Bitrix24, under which name, what goes wrong on the way (bitrix24 1)."""

import http.client
import socket
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import pytest

from sandbox.control import Control, VendorControl
from sandbox.server import Credentials, running
from tests.sandbox.bitrix24_caller import CODE, Caller, spelled
from tests.sandbox.certificate import throwaway_certificate
from tests.sandbox.test_bitrix24_lists import ids, won

TOKEN = "oauth/token/"
FIELD = "UF_CRM_SUM_0_2026"


def renew(url: str, refresh: str, secret: str = CODE) -> Any:
    query = f"grant_type=refresh_token&client_id=local.1&client_secret={secret}&refresh_token={refresh}"
    return Caller(url).send(f"{TOKEN}?{query}", None)


@pytest.mark.parametrize("path", ["rest/1/wrong", f"rest/2/{CODE}", "rest"])
def test_a_stranger_is_not_let_in(portal_url: str, path: str) -> None:
    assert Caller(portal_url, path).ask("profile").error == (401, "NO_AUTH_FOUND")


def test_what_is_not_there_is_not_found(webhook: Caller) -> None:
    assert webhook.ask("crm.no.such").error == (404, "ERROR_METHOD_NOT_FOUND")
    assert webhook.send(f"rest/api/1/{CODE}/profile", b"{}").status == 404
    assert webhook.ask("crm.item.list", entityTypeId=31).error == (400, "NOT_FOUND")


def test_an_application_renews_its_tokens_and_each_is_good_once(portal_url: str) -> None:
    application = Caller(portal_url, "rest")
    assert application.ask("profile", auth="access-0").error == (401, "expired_token")
    tokens = renew(portal_url, "refresh-0").body
    assert tokens["expires_in"] == 3600
    assert application.ask("profile", auth=tokens["access_token"]).status == 200
    assert application.send(f"rest/profile?auth={tokens['access_token']}", None).status == 200
    assert renew(portal_url, "refresh-0").error == (400, "invalid_grant")
    assert renew(portal_url, tokens["refresh_token"], "wrong").status == 401
    Control(portal_url).advance(3600)
    assert application.ask("profile", auth=tokens["access_token"]).error == (401, "expired_token")
    assert Control(portal_url).vendor("bitrix24").read("counts") == {"renewals": 1}


def test_a_portal_that_has_moved_says_where_to(portal: VendorControl, webhook: Caller) -> None:
    port = webhook.url.rpartition(":")[2]
    portal.order(move_to=f"localhost:{port}", deals=won(1))
    moved = webhook.ask("crm.item.list", entityTypeId=2)
    assert (moved.status, moved.body) == (302, "")
    assert moved.headers["Location"] == f"http://localhost:{port}/{webhook.path}/crm.item.list"
    assert ids(Caller(f"http://localhost:{port}").items()) == [1]
    portal.order(move_to=None)
    assert ids(webhook.items()) == [1]


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        ("503", "", "QUERY_LIMIT_EXCEEDED"),
        ("503", "OVERLOAD_LIMIT", "OVERLOAD_LIMIT"),
        ("429", "", "OPERATION_TIME_LIMIT"),
        ("500", "", "INTERNAL_SERVER_ERROR"),
        ("500", "PORTAL_DELETED", "PORTAL_DELETED"),
        ("401", "", "NO_AUTH_FOUND"),
        ("401", "expired_token", "expired_token"),
        ("403", "", "ACCESS_DENIED"),
        ("403", "insufficient_scope", "insufficient_scope"),
        ("400", "Not found.", ""),
    ],
)
def test_an_ordered_status_speaks_the_portals_words(
    portal: VendorControl, webhook: Caller, status: str, text: str, code: str
) -> None:
    portal.fault(status, text=text, method="profile")
    assert webhook.ask("profile").error == (int(status), code)
    assert webhook.ask("profile").status == 200


def test_a_gateways_page_is_no_json_and_half_an_answer_is_none(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.fault("gateway")
    page = webhook.ask("profile")
    assert (page.status, page.body[:6]) == (502, "<html>")
    portal.fault("cut")
    with pytest.raises(http.client.IncompleteRead):
        webhook.ask("profile")


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("kind", ["timeout", "reset", "gateway", "500"])
def test_a_lost_answer_may_have_been_done_or_not(
    portal: VendorControl, webhook: Caller, kind: str, applied: bool
) -> None:
    portal.order(contacts=[{"id": 15}], fields=[{"name": FIELD}])
    told = {"entityTypeId": 3, "id": 15, "useOriginalUfNames": "Y", "fields": {FIELD: 7}}
    portal.fault(kind, method="batch", about="contact:15", applied=applied)
    commands = {"k15": spelled("crm.item.update", told)}
    with suppress(TimeoutError, URLError, ConnectionError):
        assert webhook.ask("batch", timeout=0.5, cmd=commands).status >= 500
    (held,) = webhook.items(3, select=[FIELD])
    assert held[FIELD] == (7 if applied else None)


def test_calls_are_remembered_with_what_they_were_about(portal: VendorControl, webhook: Caller) -> None:
    portal.order(contacts=[{"id": 15}], deals=won(1))
    told = {"entityTypeId": 3, "id": 15, "fields": {}}
    webhook.batch({"k15": spelled("crm.item.update", told), "p": "profile"})
    webhook.ask("crm.item.get", entityTypeId=2, id=1)
    webhook.ask("crm.contact.userfield.add", fields={"FIELD_NAME": "SUM_0_2026"})
    rows = spelled("crm.item.productrow.list", {"filter": {"=ownerType": "D", "=ownerId": 1}})
    webhook.batch({"rows": rows})
    calls = portal.calls()
    assert [call["method"] for call in calls] == [
        *("batch", "crm.item.get", "crm.contact.userfield.add", "batch")
    ]
    assert [call["commands"] for call in calls] == [
        {"crm.item.update": 1, "profile": 1},
        {"crm.item.get": 1},
        {"crm.contact.userfield.add": 1},
        {"crm.item.productrow.list": 1},
    ]
    assert [set(call["about"]) for call in calls] == [
        {"crm.item.update", "contact:15", "k15", "profile", "p"},
        {"crm.item.get", "deal:1"},
        {"crm.contact.userfield.add", "field:UF_CRM_SUM_0_2026"},
        {"crm.item.productrow.list", "deal:1", "rows"},
    ]


def test_the_journal_has_no_secret(portal_url: str, webhook: Caller) -> None:
    webhook.ask("profile")
    renew(portal_url, "refresh-0")
    Caller(portal_url, "rest").send("rest/profile?auth=access-1", None)
    journal = Control(portal_url).requests()
    assert [each["path"] for each in journal] == ["/rest/1/***/profile", "/oauth/token/", "/rest/profile"]
    assert not [each for each in journal if CODE in str(each) or "refresh-0" in str(each)]
    assert journal[2]["query"] == "auth=***"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return throwaway_certificate(tmp_path)


def test_it_speaks_https_and_a_silent_caller_keeps_nobody_waiting(certificate: tuple[Path, Path]) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=trusting))
    with running(None, Credentials("demo", CODE), tls=certificate) as sandbox:
        assert sandbox.url.startswith("https://")
        silent = socket.create_connection(("127.0.0.1", sandbox.server_address[1]))
        with silent, opener.open(f"{sandbox.url}/rest/1/{CODE}/profile", timeout=5) as answer:
            assert answer.status == 200
        with pytest.raises(URLError, match="CERTIFICATE_VERIFY_FAILED"):
            build_opener(ProxyHandler({})).open(f"{sandbox.url}/rest/1/{CODE}/profile", timeout=5)
