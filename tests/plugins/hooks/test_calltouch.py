"""The hook against the simulated Calltouch, and against answers that the simulator does not give."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from include.errors import AccessDenied, LostAnswer, RejectedByVendor, WindowSpent
from plugins.hooks.calltouch import CalltouchHook, ItemResult
from plugins.hooks.vendor import Gate
from plugins.steps.budget import BudgetGate, Limits, spent_by_hour
from plugins.warehouse import Warehouse
from sandbox.server import Credentials, Sandbox, running
from tests.plugins.hooks.scripted import ScriptedVendor, Told, scripted_vendor

SITE, TOKEN = "77", "t0ken-of-tests"
DAY = date(2026, 3, 15)
FIRST, SECOND = "2c55a318-c2ed-11ed-80d6-2c44fd8322a7", "02f3aedc-c339-11ed-80d6-2c44fd8322a7"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path, Credentials(SITE, TOKEN)) as sandbox:
        yield sandbox


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with scripted_vendor() as vendor:
        yield vendor


def order(number: str = FIRST, **fields: Any) -> dict[str, Any]:
    """Make a deal without personal data."""
    return {
        "matching": [{"type": "withoutSource"}],
        "orderNumber": number,
        "status": "Оформлен заказ",
        "statusDate": "15-03-2026 17:21:44",
        "orderDate": "15-03-2026 17:21:44",
        "currency": "rub",
        "revenue": "1760.00",
        **fields,
    }


def hook_at(
    monkeypatch: pytest.MonkeyPatch, url: str, gate: Gate | None = None, token: str = TOKEN
) -> CalltouchHook:
    extra = {"retry_pauses": [0, 0, 0], "timeout": 1}
    connection = {"conn_type": "http", "host": url, "login": SITE, "password": token, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_CALLTOUCH", json.dumps(connection))
    return CalltouchHook(gate=gate)


@pytest.fixture
def hook(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> CalltouchHook:
    return hook_at(monkeypatch, sandbox.url)


@pytest.fixture
def scripted(vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch) -> CalltouchHook:
    return hook_at(monkeypatch, vendor.url)


def tell(sandbox: Sandbox, **command: Any) -> Any:
    answer = requests.post(f"{sandbox.url}/_sandbox/calltouch/{SITE}", json=command, timeout=5)
    assert answer.ok, answer.text
    return answer.json()


def test_a_deal_is_created_updated_and_found_in_the_journal(hook: CalltouchHook) -> None:
    (created,) = hook.create_deals([order()], "Dalion")
    assert created == ItemResult(FIRST, created.calltouch_order_id, None)
    assert created.calltouch_order_id
    changed = {"orderNumber": FIRST, "status": "Заказ отгружен", "updateDate": "16-03-2026 10:00:00"}
    assert [result.error for result in hook.update_deals([changed])] == [None]
    (found,) = [deal for deal in hook.deals(DAY, DAY) if deal["orderNumber"] == FIRST]
    assert found["orderId"] == created.calltouch_order_id
    assert list(hook.deals(date(2026, 3, 1), date(2026, 3, 2))) == []


@pytest.mark.parametrize("names_orders", [True, False])
def test_each_deal_of_a_call_has_its_own_result(
    hook: CalltouchHook, sandbox: Sandbox, names_orders: bool
) -> None:
    tell(sandbox, ways={"names_orders": names_orders})
    hook.create_deals([order()], "Dalion")
    again, new = hook.create_deals([order(), order(SECOND)], "Dalion")
    assert again.calltouch_order_id is None
    assert again.error
    assert (new.order_number, new.error) == (SECOND, None)
    (unknown,) = hook.update_deals([{"orderNumber": "no-such", "status": "x"}])
    assert unknown.error


def test_a_full_batch_is_one_call_and_a_larger_one_is_refused(hook: CalltouchHook, sandbox: Sandbox) -> None:
    batch = [order(f"order-{n}") for n in range(100)]
    assert all(result.calltouch_order_id for result in hook.create_deals(batch, "Dalion"))
    assert len(tell(sandbox, read="calls")["calls"]) == 1
    with pytest.raises(ValueError, match="at most 100"):
        hook.create_deals([*batch, order()], "Dalion")


@pytest.mark.parametrize("pages_key", ["pageTotal", "totalPage"])
def test_a_journal_is_read_to_its_last_page(
    scripted: CalltouchHook, vendor: ScriptedVendor, pages_key: str
) -> None:
    vendor.script = [
        Told(body={"page": page, pages_key: 3, "records": [{"orderNumber": f"{page}-{n}"} for n in range(2)]})
        for page in (1, 2, 3)
    ]
    assert [deal["orderNumber"] for deal in scripted.deals(DAY, DAY)] == [
        "1-0",
        "1-1",
        "2-0",
        "2-1",
        "3-0",
        "3-1",
    ]
    assert [heard.query["page"] for heard in vendor.heard] == ["1", "2", "3"]
    assert (vendor.heard[0].query["dateFrom"], vendor.heard[0].query["dateTo"]) == (
        "15/03/2026",
        "16/03/2026",
    )


@pytest.mark.parametrize("answer", [[], {"records": []}, {"page": 1, "pageTotal": 9, "records": []}, {}])
def test_an_empty_journal_is_one_call(scripted: CalltouchHook, vendor: ScriptedVendor, answer: Any) -> None:
    vendor.script = [Told(body=answer)]
    assert list(scripted.deals(DAY, DAY)) == []
    assert len(vendor.heard) == 1


def test_calls_and_requests_of_a_day_are_read(hook: CalltouchHook, sandbox: Sandbox) -> None:
    lead = {"phones": ["79210001122"], "source": "yandex", "date": "2026-03-15T12:00:00"}
    tell(sandbox, leads=[{"kind": "call", "id": 1, **lead}, {"kind": "request", "id": 2, **lead}])
    assert [call["source"] for call in hook.calls(DAY)] == ["yandex"]
    assert [request["session"]["source"] for request in hook.requests(DAY)] == ["yandex"]
    assert list(hook.calls(date(2026, 3, 14))) == list(hook.requests(date(2026, 3, 14))) == []


def test_each_service_gets_the_token_where_it_wants_it(
    scripted: CalltouchHook, vendor: ScriptedVendor
) -> None:
    scripted.update_deals([{"orderNumber": FIRST}])
    list(scripted.requests(DAY))
    written, read = vendor.heard
    assert (written.headers["Access-Token"], written.headers["SiteId"]) == (TOKEN, SITE)
    assert "clientApiId" not in written.query
    assert (read.query["clientApiId"], read.query["siteId"]) == (TOKEN, SITE)
    assert (read.query["dateFrom"], "Access-Token" in read.headers) == ("03/15/2026", False)


@pytest.mark.parametrize(
    ("fault", "applied"),
    [("timeout", True), ("timeout", False), ("reset", True), ("cut", True), ("500", True), ("html", False)],
)
def test_a_lost_create_is_said_to_be_lost_and_can_be_looked_up(
    hook: CalltouchHook, sandbox: Sandbox, fault: str, applied: bool
) -> None:
    tell(sandbox, fault=fault, method="create", applied=applied)
    with pytest.raises(LostAnswer):
        hook.create_deals([order()], "Dalion")
    assert tell(sandbox, read="counts")["counts"] == ({"created": 1} if applied else {})
    assert bool(list(hook.deals(DAY, DAY))) is applied


@pytest.mark.parametrize("fault", ["timeout", "reset", "cut", "503", "gateway", "html", "429"])
def test_updates_and_journals_get_over_a_fault_that_passes(
    hook: CalltouchHook, sandbox: Sandbox, fault: str
) -> None:
    hook.create_deals([order()], "Dalion")
    tell(sandbox, fault=fault)
    assert len(list(hook.deals(DAY, DAY))) == 1
    tell(sandbox, fault=fault)
    assert hook.update_deals([{"orderNumber": FIRST, "status": "Заказ отгружен"}])[0].error is None


@pytest.mark.parametrize(
    "answer", [{}, {"data": {}}, {"data": {"orders": []}}, {"data": {"orders": [{"orderNumber": FIRST}]}}, []]
)
def test_an_answer_without_a_result_for_each_created_deal_is_a_lost_one(
    scripted: CalltouchHook, vendor: ScriptedVendor, answer: Any
) -> None:
    vendor.script = [Told(body=answer)]
    with pytest.raises(LostAnswer, match="нет итога по каждой сделке"):
        scripted.create_deals([order()], "Dalion")


def test_an_update_may_be_answered_without_results(scripted: CalltouchHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(body={"data": {}})]
    assert scripted.update_deals([{"orderNumber": FIRST}]) == [ItemResult(FIRST, None, None)]


@pytest.mark.parametrize(
    ("told", "kind", "words"),
    [
        (
            Told(400, {"data": {"validationErrorData": [{"field": "status"}]}}),
            RejectedByVendor,
            '"field": "status"',
        ),
        (
            Told(400, {"data": {"apiErrorData": {"errorMessage": "Неверный период"}}}),
            RejectedByVendor,
            "Неверный период",
        ),
        (Told(403, {"message": "Нет доступа"}), AccessDenied, "Нет доступа"),
    ],
)
def test_the_vendors_words_are_found_in_every_shape(
    scripted: CalltouchHook, vendor: ScriptedVendor, told: Told, kind: type[Exception], words: str
) -> None:
    vendor.script = [told]
    with pytest.raises(kind, match=words):
        scripted.update_deals([{"orderNumber": FIRST}])


def test_the_words_about_one_deal_hold_no_personal_data(
    scripted: CalltouchHook, vendor: ScriptedVendor
) -> None:
    item = {"orderNumber": FIRST, "error": {"text": "олень 79210001122 занят", "by": "olga@example.org"}}
    vendor.script = [Told(body={"data": {"orders": [item]}})]
    (result,) = scripted.create_deals([order()], "Dalion")
    assert result.error == '{"text": "олень +7921***1122 занят", "by": "o***@example.org"}'


def test_a_wrong_token_is_told_by_the_connection_test(
    sandbox: Sandbox, hook: CalltouchHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hook.test_connection() == (True, "Calltouch: соединение работает")
    works, words = hook_at(monkeypatch, sandbox.url, token="another").test_connection()
    assert not works
    assert "(401)" in words


def test_points_are_counted_here_as_they_are_there(
    sandbox: Sandbox, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = Warehouse(connection)
    prices = {"create": Decimal(2), "journal": Decimal("0.5")}
    tell(sandbox, points={"prices": {"create": 2, "journal": 0.5}})
    gate = BudgetGate(warehouse, "calltouch", "calltouch", Limits(4.8, prices=prices))
    hook = hook_at(monkeypatch, sandbox.url, gate)
    hook.create_deals([order()], "Dalion")
    list(hook.deals(DAY, DAY))
    tell(sandbox, fault="400", method="update")
    with pytest.raises(RejectedByVendor):
        hook.update_deals([{"orderNumber": FIRST, "status": "x"}])
    here = {row.method: row.points for row in spent_by_hour(warehouse, "calltouch") if row.points}
    (there,) = tell(sandbox, read="points")["points"].values()
    assert here == {method: Decimal(points) for method, (_, points) in there.items()}


def test_a_spent_allowance_shuts_the_gate_before_the_next_call(
    sandbox: Sandbox, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(sandbox, points={"hour": 1})
    gate = BudgetGate(Warehouse(connection), "calltouch", "calltouch", Limits(4.8))
    hook = hook_at(monkeypatch, sandbox.url, gate)
    hook.create_deals([order()], "Dalion")
    with pytest.raises(WindowSpent, match="Превышен лимит баллов"):
        hook.create_deals([order(SECOND)], "Dalion")
    with pytest.raises(WindowSpent, match="лимит исчерпан до"):
        hook.create_deals([order(SECOND)], "Dalion")
    assert len(tell(sandbox, read="calls")["calls"]) == 2
    assert tell(sandbox, read="pace")["pace"]["violations"] == 0
