"""The hook over a real socket: how a request looks, what each answer means, and what nobody may see."""

import json
import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from include.bitrix24.commands import Command
from include.bitrix24.replies import Blocked, Done, NotRun, Refused
from include.bitrix24.sizes import BatchSize
from include.errors import (
    AccessDenied,
    LostAnswer,
    NotReached,
    RejectedByVendor,
    TemporaryVendorError,
    VendorError,
    WindowSpent,
)
from include.vendors.limits import Worked
from plugins.hooks.bitrix24 import Bitrix24Hook, Listing, PartlyFailed
from plugins.hooks.vendor import OpenGate, Pass
from tests.plugins.hooks.scripted import HTML, ScriptedVendor, Told, scripted_vendor, unused_port

CODE = "wh00k-c0de-of-tests"
TIME = {"start": 1789000000.11, "finish": 1789000000.35, "duration": 0.24}
NOT_FOUND = {"error": "NOT_FOUND", "error_description": "Элемент не найден"}
READS = Command("crm.item.get", {"entityTypeId": 3, "id": 15})


class Watch:
    """The time of methods, as the hook tells of it. ``opens``: when a refused method is said to open."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.noted: list[Worked] = []
        self.blocked: list[str] = []
        self.closed: set[str] = set()
        self.opens = datetime.now(UTC)

    def assert_open(self, methods: Collection[str]) -> None:
        self.asked.append(set(methods))
        if self.closed & set(methods):
            raise WindowSpent(self.opens)

    def note(self, worked: Sequence[Worked]) -> None:
        self.noted.extend(worked)

    def block(self, method: str, until: datetime | None) -> datetime:
        self.blocked.append(method)
        return until or self.opens


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with scripted_vendor() as vendor:
        yield vendor


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hook(vendor: ScriptedVendor, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> Bitrix24Hook:
    return hook_at(monkeypatch, vendor.url, watch)


def hook_at(
    monkeypatch: pytest.MonkeyPatch, host: str, watch: Watch | None = None, **extra: Any
) -> Bitrix24Hook:
    options = {"retry_pauses": [0] * 3, "timeout": 1.5, **extra}
    connection = {"conn_type": "bitrix24", "host": host, "login": "1", "password": CODE, "extra": options}
    monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", json.dumps(connection))
    return Bitrix24Hook(methods=watch or Watch(), gate=OpenGate())


def result(value: Any, **more: Any) -> Told:
    return Told(body={"result": value, "time": TIME, **more})


def batch_of(value: Any = (), error: Any = (), time: Any = ()) -> Told:
    maps = {"result": value or [], "result_error": error or [], "result_time": time or []}
    return result({**maps, "result_total": [], "result_next": []})


def fault(status: int, code: str | None = None, text: str = "Plain words of the portal") -> Told:
    return Told(status, body={"error": code, "error_description": text} if code is not None else "…")


def test_a_call_is_posted_as_json_under_the_webhooks_path(hook: Bitrix24Hook, vendor: ScriptedVendor) -> None:
    vendor.script = [result({"item": {"id": 15, "opportunity": 1250.50}})]
    assert hook.ask(*READS) == {"item": {"id": 15, "opportunity": Decimal("1250.5")}}
    heard = vendor.heard[0]
    assert (heard.method, heard.path) == ("POST", f"/rest/1/{CODE}/crm.item.get")
    assert heard.body == {"entityTypeId": 3, "id": 15}
    assert heard.headers["User-Agent"] == "Dealflow"
    assert "Authorization" not in heard.headers


def test_a_batch_is_one_request_whose_commands_are_query_strings(
    hook: Bitrix24Hook, vendor: ScriptedVendor
) -> None:
    vendor.script = [batch_of({"a": [], "b": True}, {"c": NOT_FOUND})]
    commands = {"a": READS, "b": Command("profile"), "c": Command("m", {"x": "ё&"}), "d": Command("n")}
    assert hook.batch(commands, halt=True) == {
        "a": Done([]),
        "b": Done(True),
        "c": Refused("NOT_FOUND", "Элемент не найден"),
        "d": NotRun(),
    }
    assert vendor.heard[0].path.endswith("/batch")
    assert vendor.heard[0].body == {
        "halt": 1,
        "cmd": {"a": "crm.item.get?entityTypeId=3&id=15", "b": "profile", "c": "m?x=%D1%91%26", "d": "n"},
    }


def test_51_commands_are_our_own_mistake(hook: Bitrix24Hook, vendor: ScriptedVendor) -> None:
    with pytest.raises(ValueError, match="50"):
        hook.batch({f"k{n}": READS for n in range(51)})
    assert hook.batch({}) == {}
    assert vendor.heard == []


def test_the_time_of_methods_is_noted_and_asked_for(
    hook: Bitrix24Hook, vendor: ScriptedVendor, watch: Watch
) -> None:
    spent = {"duration": 2, "operating": 300, "operating_reset_at": 1789000100.35}
    vendor.script = [batch_of({"a": 1, "b": 1}, time={"a": spent, "b": {**spent, "operating": 302}})]
    vendor.script += [
        Told(body={"result": 5, "time": {**TIME, "operating": 7, "operating_reset_at": 1789000010}})
    ]
    hook.batch({"a": READS, "b": READS})
    hook.ask("profile")
    assert watch.asked == [{"batch", "crm.item.get"}, {"profile"}]
    assert watch.noted == [
        Worked("crm.item.get", 2, Decimal(4), Decimal(302), 100.0),
        Worked("profile", 1, Decimal("0.24"), Decimal(7), pytest.approx(9.65)),
    ]


def test_a_closed_method_is_not_asked_for(hook: Bitrix24Hook, vendor: ScriptedVendor, watch: Watch) -> None:
    watch.closed = {"crm.item.update"}
    with pytest.raises(WindowSpent):
        hook.batch({"a": READS, "b": Command("crm.item.update")})
    assert vendor.heard == []


def test_a_block_inside_a_batch_closes_that_method_alone(
    hook: Bitrix24Hook, vendor: ScriptedVendor, watch: Watch
) -> None:
    blocked = {"error": "OPERATION_TIME_LIMIT", "error_description": "Method is blocked."}
    vendor.script = [batch_of({"a": 1}, {"b": blocked})]
    told = hook.batch({"a": READS, "b": Command("crm.item.update")})
    assert told["b"] == Blocked("OPERATION_TIME_LIMIT", "Method is blocked.")
    assert watch.blocked == ["crm.item.update"]


@pytest.mark.parametrize("repeats", [True, False])
def test_a_blocked_method_is_waited_for_or_deferred(
    hook: Bitrix24Hook, vendor: ScriptedVendor, watch: Watch, repeats: bool
) -> None:
    """A library does not know 429 at all (bitrix24 5)."""
    vendor.script = [fault(429, "OPERATION_TIME_LIMIT"), result(1)]
    if repeats:
        assert hook.ask("crm.item.get") == 1
    else:
        with pytest.raises(WindowSpent):
            hook.ask("crm.contact.userfield.add", repeats=False)
    watch.opens = datetime.now(UTC) + timedelta(minutes=9)
    vendor.script = [fault(429, "OPERATION_TIME_LIMIT")]
    with pytest.raises(WindowSpent, match="429") as raised:
        hook.ask("crm.item.get")
    assert raised.value.until == watch.opens
    assert len(vendor.heard) == 3 if repeats else 2
    assert set(watch.blocked) <= {"crm.item.get", "crm.contact.userfield.add"}


def test_a_full_bucket_is_waited_for(hook: Bitrix24Hook, vendor: ScriptedVendor, watch: Watch) -> None:
    vendor.script = [
        fault(503, "QUERY_LIMIT_EXCEEDED"),
        fault(503, "QUERY_LIMIT_EXCEEDED"),
        batch_of({"a": 1}),
    ]
    assert hook.batch({"a": READS}) == {"a": Done(1)}
    vendor.script = [fault(503, "QUERY_LIMIT_EXCEEDED")] * 4
    with pytest.raises(WindowSpent, match="слишком много"):
        hook.ask("profile")
    assert watch.blocked == []


@pytest.mark.parametrize(
    ("told", "kind", "says"),
    [
        (fault(503, "OVERLOAD_LIMIT"), AccessDenied, "поставщик закрыл"),
        (fault(500, "PORTAL_DELETED"), AccessDenied, "портал закрыт"),
        (fault(401, "NO_AUTH_FOUND"), AccessDenied, "вебхук не принят"),
        (fault(401, "expired_token"), AccessDenied, "токен доступа истёк"),
        (fault(403, "insufficient_scope"), AccessDenied, "отметьте crm"),
        (fault(403, "INVALID_CREDENTIALS"), AccessDenied, "нет нужных прав"),
        (fault(403, "user_access_error"), AccessDenied, "закрыто"),
        (fault(403, "ACCESS_DENIED"), AccessDenied, "тариф"),
        (fault(403, "allowed_only_intranet_user"), AccessDenied, "не сотрудником"),
        (fault(404, "ERROR_METHOD_NOT_FOUND"), AccessDenied, "нет такого метода"),
        (fault(405, "ERROR_BATCH_METHOD_NOT_ALLOWED"), AccessDenied, "ERROR_BATCH_METHOD_NOT_ALLOWED"),
        (fault(400, "ERROR_BATCH_LENGTH_EXCEEDED"), RejectedByVendor, "ERROR_BATCH_LENGTH_EXCEEDED"),
        (fault(400, "NOT_FOUND"), RejectedByVendor, "NOT_FOUND"),
        (fault(400, "", "Contact is not found"), RejectedByVendor, "Contact is not found"),
        (fault(400, "INVALID_ARG_VALUE"), RejectedByVendor, "INVALID_ARG_VALUE"),
        (fault(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID"), RejectedByVendor, "VALUE_NOT_VALID"),
        (fault(400, "INVALID_REQUEST", "Https required"), RejectedByVendor, "Https required"),
        (fault(400, "", "Access denied."), AccessDenied, "Access denied"),
        (Told(404, body="<html>no such site</html>", kind=HTML), AccessDenied, "404"),
    ],
)
def test_what_will_not_pass_is_told_at_once_and_in_plain_words(
    hook: Bitrix24Hook, vendor: ScriptedVendor, told: Told, kind: type[VendorError], says: str
) -> None:
    vendor.script = [told]
    with pytest.raises(kind, match=says) as raised:
        hook.ask("crm.item.get")
    assert type(raised.value) is kind
    assert len(vendor.heard) == 1


UNWELL = [
    fault(500, "INTERNAL_SERVER_ERROR"),
    fault(500, "ERROR_UNEXPECTED_ANSWER"),
    Told(502, body="<html>502 Bad Gateway</html>", kind=HTML),
    Told(504, body="<html>504 Gateway Time-out</html>", kind=HTML),
    Told(body='{"result": [1, 2'),
    Told(body={"result": 1}, cut=4),
    Told(body="[]"),
    Told(body={"time": {}}),
    Told(hang=2),
    Told(reset=True),
]


@pytest.mark.parametrize("told", UNWELL)
def test_a_single_call_that_reads_or_sets_is_repeated(
    hook: Bitrix24Hook, vendor: ScriptedVendor, told: Told
) -> None:
    vendor.script = [told, result(1)]
    assert hook.ask("crm.item.get") == 1


@pytest.mark.parametrize("told", UNWELL)
def test_a_call_that_creates_is_not(hook: Bitrix24Hook, vendor: ScriptedVendor, told: Told) -> None:
    vendor.script = [told, result(1)]
    with pytest.raises(LostAnswer, match="неизвестно"):
        hook.ask("crm.contact.userfield.add", repeats=False)
    assert len(vendor.heard) == 1


@pytest.mark.parametrize("told", [*UNWELL, result([]), result(None)])
def test_a_batch_of_unknown_outcome_is_not_repeated_as_it_is(
    hook: Bitrix24Hook, vendor: ScriptedVendor, told: Told
) -> None:
    vendor.script = [told, batch_of({"a": 1})]
    with pytest.raises(TemporaryVendorError) as raised:
        hook.batch({"a": READS})
    assert not isinstance(raised.value, LostAnswer)
    assert len(vendor.heard) == 1


class Counter(OpenGate):
    """Lets everybody pass, and counts them."""

    attempts = 0

    def enter(self, method: str, points: Decimal = Decimal(1)) -> Pass:
        self.attempts += 1
        return super().enter(method, points)


def test_a_portal_that_does_not_listen_costs_eight_attempts_and_no_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hook = hook_at(monkeypatch, f"http://127.0.0.1:{unused_port()}", retry_pauses=[0] * 7)
    hook.gate, size = (gate := Counter()), BatchSize()
    with pytest.raises(PartlyFailed, match="не принимает соединение"):
        hook.run({f"c{number}": READS for number in range(50)}, size)
    assert (gate.attempts, size.now) == (8, 50)
    with pytest.raises(NotReached):
        list(hook.scan(Listing("crm.item.list", select=["id"])))
    assert gate.attempts == 16


def test_a_batch_that_timed_out_goes_on_by_halves_and_each_value_is_one(
    hook: Bitrix24Hook, vendor: ScriptedVendor
) -> None:
    keys = {"a", "b", "c", "d"}
    vendor.script = [Told(hang=2), batch_of({"a": 1, "b": 1}), batch_of({"c": 1, "d": 1})]
    told = hook.run({key: Command("crm.item.update", {"id": key}) for key in sorted(keys)}, BatchSize(4))
    assert [sorted(heard.body["cmd"]) for heard in vendor.heard] == [sorted(keys), ["a", "b"], ["c", "d"]]
    assert {key for key, reply in told.items() if reply == Done(1)} == keys


def test_a_text_that_would_be_interpreted_goes_alone_as_json(
    hook: Bitrix24Hook, vendor: ScriptedVendor
) -> None:
    odd = Command("crm.item.update", {"id": 9, "fields": {"title": "Тур $result[a][id]", "x": None}})
    vendor.script = [batch_of({"a": 1}), result({"item": {"id": 9}})]
    told = hook.run({"odd": odd, "a": READS}, BatchSize())
    assert vendor.heard[1].path.endswith("/crm.item.update")
    assert vendor.heard[1].body == odd.params
    assert told == {"odd": Done({"item": {"id": 9}}, seconds=Decimal("0.240000")), "a": Done(1)}


def test_a_batch_of_a_portal_that_stays_unwell_tells_what_was_answered(
    hook: Bitrix24Hook, vendor: ScriptedVendor
) -> None:
    vendor.script = [batch_of({"a": 1}), *[fault(502)] * 9]
    with pytest.raises(PartlyFailed) as raised:
        hook.run({"a": READS, "b": READS}, BatchSize(1))
    assert raised.value.replies == {"a": Done(1)}


def test_a_list_is_read_through_the_hook(hook: Bitrix24Hook, vendor: ScriptedVendor) -> None:
    end = {"error": "INVALID_ARG_VALUE", "error_description": "Invalid filter"}
    vendor.script = [batch_of({"p01": {"items": [{"id": 4}, {"id": 9}]}}, {"p02": end})]
    (chunk,) = hook.scan(Listing("crm.item.list", select=("id",), params={"entityTypeId": 2}))
    assert ([row["id"] for row in chunk.rows], chunk.last_id, chunk.is_last) == ([4, 9], 9, True)
    body = vendor.heard[0].body
    assert (body["halt"], len(body["cmd"])) == (1, 50)
    assert hook.head(Listing("crm.item.list")).params["order"] == {"id": "DESC"}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_portal_that_moved_is_asked_at_its_new_address_from_then_on(
    hook: Bitrix24Hook, vendor: ScriptedVendor, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    with scripted_vendor() as new:
        vendor.script = [Told(status, headers={"Location": f"{new.url}/rest/1/{CODE}/batch"})]
        new.script = [batch_of({"a": 1}), result(2)]
        assert hook.batch({"a": READS}) == {"a": Done(1)}
        assert hook.ask("profile") == 2
        assert [heard.method for heard in new.heard] == ["POST", "POST"]
        assert new.heard[0].body["cmd"] == {"a": "crm.item.get?entityTypeId=3&id=15"}
        assert len(vendor.heard) == 1
        assert hook.moved_to == hook.host == new.url.removeprefix("http://")
        assert "Портал переехал" in caplog.text
        assert CODE not in caplog.text


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/login",
        "http://elsewhere.example/login",
        "ftp://elsewhere.example/rest/1/{code}/profile",
        "http://user@elsewhere.example/rest/1/{code}/profile",
        "http://elsewhere.example/rest/1/{code}/other",
        "{own}/rest/1/{code}/profile",
        "//elsewhere.example/rest/1/{code}/profile",
    ],
)
def test_any_other_redirect_is_not_followed(
    hook: Bitrix24Hook, vendor: ScriptedVendor, location: str
) -> None:
    vendor.script = [Told(302, headers={"Location": location.format(code=CODE, own=vendor.url)})]
    with pytest.raises(AccessDenied, match="перенаправляет") as raised:
        hook.ask("profile")
    assert CODE not in str(raised.value) + repr(raised.value.response)
    assert len(vendor.heard) == 1


def test_two_portals_that_redirect_to_each_other_are_left(hook: Bitrix24Hook, vendor: ScriptedVendor) -> None:
    with scripted_vendor() as other:
        path = f"/rest/1/{CODE}/profile"
        vendor.script = [Told(302, headers={"Location": other.url + path})] * 9
        other.script = [Told(302, headers={"Location": vendor.url + path})] * 9
        with pytest.raises(AccessDenied):
            hook.ask("profile")
        assert len(vendor.heard) + len(other.heard) <= 4


def test_the_portals_clock_is_that_of_its_first_answer(hook: Bitrix24Hook, vendor: ScriptedVendor) -> None:
    vendor.script = [result(1), Told(body={"result": 1, "time": {"start": 5}})]
    assert hook.portal_time() == datetime.fromtimestamp(1789000000.11, UTC)
    hook.ask("profile")
    assert hook.portal_time() == datetime.fromtimestamp(1789000000.11, UTC)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("portal.example", "https://portal.example"),
        ("https://Portal.example/", "https://Portal.example"),
        ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
    ],
)
def test_an_address_is_https_unless_it_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, host: str, expected: str
) -> None:
    hook = hook_at(monkeypatch, host)
    assert hook.address == expected
    assert hook.host == expected.partition("://")[2].lower()


@pytest.mark.parametrize("host", ["", "https://", "https://[bad", "http://a b"])
def test_a_bad_address_is_told_without_the_secret(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    hook = hook_at(monkeypatch, host)
    with pytest.raises(AccessDenied, match="адрес") as raised:
        hook.ask("profile")
    assert CODE not in repr(raised.value) + repr(raised.value.__context__)


@pytest.mark.parametrize(
    ("told", "needed"),
    [
        ({"login": "1"}, "код вебхука"),
        ({"password": CODE}, "номер пользователя"),
        ({"login": "app.1", "password": CODE, "extra": {"auth": "oauth"}}, "refresh_token"),
    ],
)
def test_a_connection_with_a_gap_says_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], needed: str
) -> None:
    connection = {"conn_type": "bitrix24", "host": "https://portal.example", **told}
    monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", json.dumps(connection))
    with pytest.raises(AccessDenied, match=needed) as raised:
        Bitrix24Hook().ask("profile")
    assert CODE not in str(raised.value)


EVERYTHING = [
    *UNWELL,
    fault(401, "NO_AUTH_FOUND", f"bad {CODE}"),
    fault(400, "X", f"https://portal.example/rest/1/{CODE}/x auth={CODE}"),
    Told(302, headers={"Location": f"http://elsewhere.example/rest/1/{CODE}/other"}),
    fault(503, "QUERY_LIMIT_EXCEEDED"),
]


@pytest.mark.parametrize("told", EVERYTHING)
def test_no_log_and_no_exception_shows_the_secret(
    hook: Bitrix24Hook, vendor: ScriptedVendor, caplog: pytest.LogCaptureFixture, told: Told
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.script = [told] * 5
    with pytest.raises(VendorError) as raised:
        hook.ask("profile")
    shown = [str(raised.value), repr(raised.value), repr(raised.value.response), caplog.text]
    context = raised.value.__context__
    while context is not None:
        shown.append(repr(context))
        context = context.__context__
    assert not any(CODE in text for text in shown)
    assert "urllib3" in caplog.text  # what its debugging would show was looked at


def test_a_secret_in_the_words_of_one_command_is_hidden(hook: Bitrix24Hook, vendor: ScriptedVendor) -> None:
    vendor.script = [
        batch_of(error={"a": {"error": "X", "error_description": f"at /rest/1/{CODE}/a +79210001122"}})
    ]
    (reply,) = hook.batch({"a": READS}).values()
    assert isinstance(reply, Refused)
    assert CODE not in reply.text
    assert "79210001122" not in reply.text


def test_a_connection_is_tried_by_asking_who_we_are(hook: Bitrix24Hook, vendor: ScriptedVendor) -> None:
    vendor.script = [result({"ID": "1", "ADMIN": True}), fault(401, "NO_AUTH_FOUND")]
    assert hook.test_connection() == (True, "Битрикс24: соединение работает")
    works, words = hook.test_connection()
    assert (works, "вебхук не принят" in words) == (False, True)


def test_pauses_grow_are_never_alike_and_never_beyond_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", json.dumps({"conn_type": "bitrix24", "host": "x"}))
    hook = Bitrix24Hook()
    first, second = list(hook.pauses), list(hook.pauses)
    assert first != second
    assert len(first) == 7
    assert all(least <= pause <= 60 for least, pause in zip([1, 2, 4, 8, 16, 32, 60], first, strict=True))


def test_what_a_form_leaves_empty_is_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = hook_at(monkeypatch, "x", patience=None, timeout=None, retry_pauses=None)
    assert (hook.patience, hook.timeout, len(hook.pauses)) == (60.0, 75.0, 7)
    assert hook_at(monkeypatch, "x", patience=0).patience == 0
    assert hook_at(monkeypatch, "x", retry_pauses=[]).pauses == []


def test_pauses_are_no_longer_than_the_connection_has_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(hook_at(monkeypatch, "x", patience=3, retry_pauses=[1, 60]).pauses) == 3
