"""Every class of fault, over a real socket: what is repeated, raised, told to the gate, and shown."""

import json
import logging
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from include.errors import (
    AccessDenied,
    LostAnswer,
    NotReached,
    RejectedByVendor,
    TemporaryVendorError,
    VendorError,
    WindowSpent,
)
from plugins.hooks.vendor import Call, VendorHook
from tests.plugins.hooks.scripted import HTML, ScriptedVendor, Told, scripted_vendor, unused_port
from tests.sandbox.certificate import throwaway_certificate

LOGIN, TOKEN = "77", "s3cret/t0ken+1"
READ = Call("GET", "/things", {"page": 1})
SET = Call("PATCH", "/things/1", body={"a": 1}, counts_as="update")
CREATE = Call("POST", "/things", body={"a": 1}, counts_as="create", repeats=False)


class ShopHook(VendorHook):
    """A vendor of tests."""

    vendor = "shop"
    title = "Магазин"
    default_conn_name = "shop"

    def sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-Token"] = self.connection.password or ""
        request.prepare_url(request.url or "", {"clientApiId": self.connection.password or ""})
        return request

    def probe(self) -> object:
        return self.call(READ)


class Watcher:
    """A gate that lets everybody pass and writes down what it was told."""

    def __init__(self) -> None:
        self.entered: list[tuple[str, Decimal]] = []
        self.refunds = 0
        self.marks: list[datetime | None] = []
        self.window_ends = datetime.now(UTC) + timedelta(minutes=30)

    def enter(self, method: str, points: Decimal = Decimal(1)) -> "Watcher":
        self.entered.append((method, points))
        return self

    def refund(self) -> None:
        self.refunds += 1

    def spent(self, until: datetime | None) -> datetime:
        self.marks.append(until)
        return until or self.window_ends

    def made(self, left: float, beyond: float) -> None:
        """Turns are tested elsewhere."""


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with scripted_vendor() as vendor:
        yield vendor


@pytest.fixture
def gate() -> Watcher:
    return Watcher()


@pytest.fixture
def hook(vendor: ScriptedVendor, gate: Watcher, monkeypatch: pytest.MonkeyPatch) -> ShopHook:
    connect(monkeypatch, vendor.url, {"retry_pauses": [0, 0, 0], "timeout": 1.5, "X-Extra": "secret field"})
    return ShopHook(gate=gate)


def connect(monkeypatch: pytest.MonkeyPatch, host: str, extra: dict[str, Any]) -> None:
    connection = {"conn_type": "http", "host": host, "login": LOGIN, "password": TOKEN, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", json.dumps(connection))


def in_seconds(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_an_answer_is_decoded_with_exact_fractions(hook: ShopHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(body='\ufeff{"sum": 1760.10, "count": 2}')]
    assert hook.call(READ) == {"sum": Decimal("1760.10"), "count": 2}


@pytest.mark.parametrize("told", [Told(gzip=True), Told(chunked=True), Told(gzip=True, chunked=True)])
def test_an_answer_is_read_however_it_is_packed(hook: ShopHook, vendor: ScriptedVendor, told: Told) -> None:
    names = ["Я" * 50 + str(n) for n in range(3000)]
    vendor.script = [told._replace(body=names), told._replace(body=names, cut=7), told._replace(body=names)]
    assert hook.call(READ) == names
    assert hook.call(READ) == names
    assert len(vendor.heard) == 3  # the second one came cut and was asked for again


def test_no_content_is_an_answer(hook: ShopHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(204, body="")]
    assert hook.call(SET) is None


def test_a_text_is_given_as_it_came(hook: ShopHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(body="<edmx>Контрагент</edmx>", kind="application/xml")]
    assert hook.call(READ._replace(reads="text")) == "<edmx>Контрагент</edmx>"


def test_a_query_has_no_plus_for_a_space_and_a_body_is_utf8(hook: ShopHook, vendor: ScriptedVendor) -> None:
    hook.call(Call("POST", "/Заказ", {"$filter": "a eq 'б+в'", "day": "01/02/2026"}, {"имя": "Ян"}))
    heard = vendor.heard[0]
    assert heard.path == "/Заказ"
    assert heard.raw_query.startswith("$filter=a%20eq%20%27%D0%B1%2B%D0%B2%27&day=01%2F02%2F2026")
    assert (heard.query["$filter"], heard.body) == ("a eq 'б+в'", {"имя": "Ян"})


def test_one_session_signs_every_call_and_sends_no_field_of_the_connection(
    hook: ShopHook, vendor: ScriptedVendor
) -> None:
    vendor.script = [Told(body={}), Told(body={}, chunked=True), Told(204, ""), Told(400, {})]
    for _ in range(3):
        hook.call(READ)
    with pytest.raises(RejectedByVendor):
        hook.call(READ)
    assert len({heard.port for heard in vendor.heard}) == 1
    for heard in vendor.heard:
        assert heard.headers["X-Token"] == heard.query["clientApiId"] == TOKEN
        assert not {"Authorization", "X-Extra", "timeout", "retry_pauses"} & set(heard.headers)


@pytest.mark.parametrize(
    "fault",
    [
        Told(500),
        Told(502, "<html>Bad Gateway</html>", kind=HTML),
        Told(503),
        Told(504),
        Told(408),
        Told(429),
        Told(200, "<!doctype html><title>Вход</title>", kind=HTML),
        Told(200, '{"a": [1, 2', cut=3),
        Told(200, '{"a": [1, 2'),
        Told(200, ""),
        Told(reset=True),
        Told(hang=2),
        Told(body={"slow": "drop by drop, whole and too late"}, drip=0.05),
    ],
    ids=lambda told: f"{told.status} {'reset' if told.reset else str(told.body)[:12]}",
)
@pytest.mark.parametrize("call", [READ, SET], ids=["reading", "setting"])
def test_reading_and_setting_get_over_a_fault_that_passes(
    hook: ShopHook, vendor: ScriptedVendor, gate: Watcher, fault: Told, call: Call
) -> None:
    vendor.script = [fault, fault]
    assert hook.call(call) == {"ok": True}
    assert len(vendor.heard) == len(gate.entered) == 3  # every attempt stands at the gate


@pytest.mark.parametrize(
    ("fault", "refunds"),
    [(Told(500, {"message": "Сбой"}), 4), (Told(reset=True), 0), (Told(200, "{"), 0), (Told(hang=2), 0)],
    ids=["500", "reset", "cut", "silent"],
)
def test_a_fault_that_stays_is_temporary_and_costs_only_what_may_have_been_counted(
    hook: ShopHook, vendor: ScriptedVendor, gate: Watcher, fault: Told, refunds: int
) -> None:
    vendor.script = [fault] * 9
    with pytest.raises(TemporaryVendorError) as raised:
        hook.call(READ)
    assert not isinstance(raised.value, LostAnswer | WindowSpent)
    assert (len(vendor.heard), gate.refunds) == (4, refunds)


@pytest.mark.parametrize(
    "fault",
    [
        Told(500),
        Told(503, headers={"Retry-After": "1"}),
        Told(502, "<html>Bad Gateway</html>", kind=HTML),
        Told(200, "<!doctype html><title>Вход</title>", kind=HTML),
        Told(200, '{"data": {"orders": [{"id"', cut=5),
        Told(200, '{"data": '),
        Told(reset=True),
        Told(hang=2),
    ],
    ids=lambda told: f"{told.status} {'reset' if told.reset else str(told.body)[:12]}",
)
def test_a_call_that_creates_and_may_have_been_applied_is_lost_and_never_repeated(
    hook: ShopHook, vendor: ScriptedVendor, gate: Watcher, fault: Told
) -> None:
    vendor.script = [fault]
    with pytest.raises(LostAnswer, match="неизвестно"):
        hook.call(CREATE)
    assert (len(vendor.heard), gate.refunds) == (1, 0)


@pytest.mark.parametrize("host", ["refused", "http://no-such-host.invalid"])
def test_what_was_surely_not_sent_is_repeated_even_if_it_creates(
    host: str, gate: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://127.0.0.1:{unused_port()}" if host == "refused" else host
    connect(monkeypatch, address, {"retry_pauses": [0, 0]})
    with pytest.raises(TemporaryVendorError) as raised:
        ShopHook(gate=gate).call(CREATE)
    assert not isinstance(raised.value, LostAnswer)
    assert (len(gate.entered), gate.refunds) == (3, 3)


def test_a_name_that_nobody_knows_is_told_with_host_and_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    connect(
        monkeypatch, f"http://{LOGIN}:{TOKEN.replace('/', '')}@no-such-host.invalid", {"retry_pauses": []}
    )
    with pytest.raises(NotReached) as raised:
        ShopHook().call(READ)
    assert str(raised.value) == (
        "Магазин: имя сервера «no-such-host.invalid» не находится, проверьте host "
        "(GET /things, Connection «shop»)"
    )


def test_nobody_who_listens_is_told_with_host_port_and_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    port = unused_port()
    connect(monkeypatch, f"http://127.0.0.1:{port}", {"retry_pauses": []})
    with pytest.raises(NotReached) as raised:
        ShopHook().call(READ)
    assert str(raised.value) == (
        f"Магазин: сервер «127.0.0.1:{port}» не принимает соединение, проверьте host и порт "
        "(GET /things, Connection «shop»)"
    )


def test_a_proxy_that_does_not_listen_is_not_taken_for_the_vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = f"http://127.0.0.1:{unused_port()}"
    connect(monkeypatch, "http://shop.invalid", {"retry_pauses": [], "proxies": {"http": proxy}})
    with pytest.raises(NotReached, match=r"прокси не соединяет с сервером «shop.invalid»"):
        ShopHook().call(READ)


def test_a_certificate_that_nobody_vouches_for_is_told_with_host_and_connection(
    vendor: ScriptedVendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*throwaway_certificate(tmp_path))
    vendor.socket = context.wrap_socket(vendor.socket, server_side=True)
    connect(monkeypatch, vendor.url.replace("http:", "https:"), {"retry_pauses": []})
    with pytest.raises(AccessDenied, match=r"сертификату сервера «127.0.0.1:.*проверьте host.*«shop»"):
        ShopHook().call(READ)


@pytest.mark.parametrize("call", [READ, SET, CREATE], ids=["reading", "setting", "creating"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Told(400, {"message": "Нет поля status"}), RejectedByVendor),
        (Told(404, {"message": "Нет такого"}), RejectedByVendor),
        (Told(422, {"error": "Не то"}), RejectedByVendor),
        (Told(501, "nothing"), RejectedByVendor),
        (Told(401, {"message": "Токен"}), AccessDenied),
        (Told(402, {"message": "Лимит тарифа исчерпан"}), AccessDenied),
        (Told(403, "<html>nginx</html>", kind=HTML), AccessDenied),
        (Told(302, "", {"Location": "https://help.example"}), AccessDenied),
    ],
    ids=lambda value: value.status if isinstance(value, Told) else None,
)
def test_a_refusal_is_final_and_free(
    hook: ShopHook, vendor: ScriptedVendor, gate: Watcher, call: Call, fault: Told, kind: type[VendorError]
) -> None:
    vendor.script = [fault]
    with pytest.raises(kind) as raised:
        hook.call(call)
    assert type(raised.value) is kind
    assert (len(vendor.heard), gate.refunds, raised.value.http_status) == (1, 1, fault.status)
    if isinstance(fault.body, dict):
        assert next(iter(fault.body.values())) in str(raised.value)
        assert raised.value.response == fault.body


def test_a_page_that_stays_means_a_wrong_address(hook: ShopHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(200, "<!doctype html><title>Вход</title>", kind=HTML)] * 9
    with pytest.raises(RejectedByVendor, match="веб-страница, проверьте адрес"):
        hook.call(READ)


def test_a_gateways_page_that_stays_is_temporary(hook: ShopHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(200, "<html><h1>503 Service Unavailable</h1></html>", kind=HTML)] * 9
    with pytest.raises(TemporaryVendorError, match="шлюз"):
        hook.call(READ)


@pytest.mark.parametrize("wait", ["0", "1", "date"])
def test_a_short_wish_to_wait_is_honoured(hook: ShopHook, vendor: ScriptedVendor, wait: str) -> None:
    asked = format_datetime(in_seconds(2), usegmt=True) if wait == "date" else wait
    vendor.script = [Told(429, headers={"Retry-After": asked})]
    assert hook.call(READ) == {"ok": True}
    waited = vendor.heard[1].at - vendor.heard[0].at
    least, most = {"0": (0, 0.5), "1": (0.99, 1.5), "date": (0.9, 2.5)}[wait]
    assert least <= waited <= most


@pytest.mark.parametrize("call", [READ, SET, CREATE], ids=["reading", "setting", "creating"])
@pytest.mark.parametrize(
    ("wish", "expected"), [("600", 600), ("99999999999999999999", 7 * 86400), ("date", 3600)]
)
def test_a_long_wish_to_wait_closes_the_window_until_then(
    hook: ShopHook, vendor: ScriptedVendor, gate: Watcher, call: Call, wish: str, expected: int
) -> None:
    asked = format_datetime(in_seconds(3600), usegmt=True) if wish == "date" else wish
    vendor.script = [Told(429, {"message": "Подождите"}, {"Retry-After": asked})]
    with pytest.raises(WindowSpent, match="Подождите") as raised:
        hook.call(call)
    assert abs((raised.value.until - in_seconds(expected)).total_seconds()) < 3
    assert (len(vendor.heard), gate.refunds, gate.marks) == (1, 1, [raised.value.until])


def test_a_long_wish_of_an_unwell_vendor_is_honoured_too(hook: ShopHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(503, headers={"Retry-After": "600"})]
    with pytest.raises(WindowSpent):
        hook.call(READ)
    assert len(vendor.heard) == 1


@pytest.mark.parametrize("words", ["Превышен ЛИМИТ запросов", "Недостаточно баллов"])
@pytest.mark.parametrize("status", [429, 400, 403, 500])
def test_words_of_the_budget_close_the_window_to_its_end(
    hook: ShopHook, vendor: ScriptedVendor, gate: Watcher, words: str, status: int
) -> None:
    vendor.script = [Told(status, {"message": words})]
    with pytest.raises(WindowSpent) as raised:
        hook.call(CREATE)
    assert (raised.value.until, gate.marks, gate.refunds) == (gate.window_ends, [None], 1)
    assert len(vendor.heard) == 1


def test_a_bare_429_leaves_the_vendor_alone_for_a_minute(
    hook: ShopHook, vendor: ScriptedVendor, gate: Watcher
) -> None:
    vendor.script = [Told(429, headers={"Retry-After": "soon"})]
    with pytest.raises(WindowSpent) as raised:
        hook.call(CREATE)
    assert 55 < (raised.value.until - datetime.now(UTC)).total_seconds() <= 60


def test_a_window_that_the_gate_finds_spent_sends_nothing(vendor: ScriptedVendor, hook: ShopHook) -> None:
    class Shut(Watcher):
        def enter(self, method: str, points: Decimal = Decimal(1)) -> Watcher:
            raise WindowSpent(self.window_ends)

    hook.gate = Shut()
    with pytest.raises(WindowSpent, match="Лимит запросов исчерпан"):
        hook.call(READ)
    assert vendor.heard == []


@pytest.mark.parametrize(
    "fault",
    [
        Told(400, {"message": f"token {TOKEN} of olga@example.org, 8 921 000-11-22", "clientApiId": TOKEN}),
        Told(500, f"GET /things?clientApiId={TOKEN} HTTP/1.1 olga@example.org"),
        Told(401, {"message": "?clientApiId=s3cret%2Ft0ken%2B1&x=1 olga@example.org"}),
        Told(reset=True),
        Told(hang=2),
        Told(429, {"message": f"лимит {TOKEN} olga@example.org"}),
    ],
    ids=["400", "500", "401", "reset", "silent", "429"],
)
def test_no_secret_and_no_personal_data_is_shown(
    hook: ShopHook, vendor: ScriptedVendor, fault: Told, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.script = [fault] * 9
    with caplog.at_level(logging.INFO), pytest.raises(VendorError) as raised:
        hook.call(READ)
    chain = [repr(raised.value), str(raised.value.response), caplog.text]
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    for shown in chain:
        assert not any(s in shown for s in (TOKEN, "s3cret", "olga@", "921 000-11-22"))


def test_a_connection_is_tried_with_one_call(hook: ShopHook, vendor: ScriptedVendor) -> None:
    assert hook.test_connection() == (True, "Магазин: соединение работает")
    vendor.script = [Told(401, {"message": "Неверный токен"})]
    works, words = hook.test_connection()
    assert not works
    assert "доступ запрещён (401)" in words
    assert "Неверный токен" in words
    assert len(vendor.heard) == 2
