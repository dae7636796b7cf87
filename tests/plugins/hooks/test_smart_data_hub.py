"""The hook against what Smart Data Hub may answer: one call a lead, and no doubt about what is in doubt."""

import json
from collections.abc import Iterator

import pytest

from include.errors import AccessDenied, LostAnswer, NotReached, RejectedByVendor, WindowSpent
from plugins.hooks.smart_data_hub import SmartDataHubHook
from tests.plugins.hooks.scripted import HTML, ScriptedVendor, Told, scripted_vendor, unused_port

TOKEN = "t0ken-of-tests"


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with scripted_vendor() as vendor:
        yield vendor


def hook_at(monkeypatch: pytest.MonkeyPatch, url: str) -> SmartDataHubHook:
    extra = {"retry_pauses": [0, 0, 0], "timeout": 1}
    told = {"conn_type": "smart_data_hub", "host": url, "password": TOKEN, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_SMART_DATA_HUB", json.dumps(told))
    return SmartDataHubHook()


@pytest.fixture
def hook(vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch) -> SmartDataHubHook:
    return hook_at(monkeypatch, vendor.url)


def test_a_lead_and_a_status_are_created_at_their_addresses(
    vendor: ScriptedVendor, hook: SmartDataHubHook
) -> None:
    vendor.script = [Told(201, {"id": "66b0", "name": "Сделка"}), Told(201, {"status_id": "66b1"})]
    assert hook.create_lead({"name": "Сделка"}) == "66b0"
    assert hook.create_status({"name": "Новая"}) == "66b1"
    assert [(each.method, each.path) for each in vendor.heard] == [
        ("POST", "/crm/v1/api/leads/"),
        ("POST", "/crm/v1/api/statuses/"),
    ]
    assert vendor.heard[0].headers["Authorization"] == f"Token {TOKEN}"
    assert vendor.heard[0].body == {"name": "Сделка"}


@pytest.mark.parametrize(
    "told",
    [
        Told(500, {"detail": "oops"}),
        Told(502, "<html>Bad Gateway</html>", kind=HTML),
        Told(200, "<html>Вход</html>", kind=HTML),
        Told(201, {"id": "66b0"}, cut=3),
        Told(reset=True),
        Told(201, {"name": "no id"}),
        Told(201, {"id": None}),
        Told(201, []),
        Told(204),
    ],
)
def test_what_may_have_created_a_lead_is_asked_once_and_told_as_unknown(
    vendor: ScriptedVendor, hook: SmartDataHubHook, told: Told
) -> None:
    vendor.script = [told]
    with pytest.raises(LostAnswer):
        hook.create_lead({})
    assert len(vendor.heard) == 1


def test_a_lead_that_is_too_slow_in_coming_is_unknown(vendor: ScriptedVendor, hook: SmartDataHubHook) -> None:
    vendor.script = [Told(201, {"id": "66b0"}, hang=1.5)]
    with pytest.raises(LostAnswer):
        hook.create_lead({})


def test_what_was_surely_not_sent_is_tried_again_and_told_as_not_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hook = hook_at(monkeypatch, f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(NotReached):
        hook.create_lead({})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"detail": "Нет такой воронки"}, "Нет такой воронки"),
        ({"pipeline_id": ["Обязательное поле"]}, "pipeline_id: Обязательное поле"),
        ({"message": "плохо"}, "плохо"),
    ],
)
def test_a_refusal_carries_the_vendors_words(
    vendor: ScriptedVendor, hook: SmartDataHubHook, body: dict[str, object], words: str
) -> None:
    vendor.script = [Told(400, body)]
    with pytest.raises(RejectedByVendor, match=words) as caught:
        hook.create_lead({})
    assert caught.value.http_status == 400


@pytest.mark.parametrize("status", [401, 402, 403])
def test_no_access_is_no_refusal_of_one_lead(
    vendor: ScriptedVendor, hook: SmartDataHubHook, status: int
) -> None:
    vendor.script = [Told(status, {"detail": f"Invalid token {TOKEN}"})]
    with pytest.raises(AccessDenied) as caught:
        hook.create_lead({})
    assert TOKEN not in str(caught.value) + str(caught.value.response)


def test_too_many_calls_wait_for_a_window(vendor: ScriptedVendor, hook: SmartDataHubHook) -> None:
    vendor.script = [Told(429, {"detail": "slow down"})]
    with pytest.raises(WindowSpent):
        hook.create_lead({})
    assert len(vendor.heard) == 1


def test_the_connection_is_not_tested_by_creating_something(
    vendor: ScriptedVendor, hook: SmartDataHubHook
) -> None:
    works, told = hook.test_connection()
    assert works
    assert "только передачей" in told
    assert vendor.heard == []
