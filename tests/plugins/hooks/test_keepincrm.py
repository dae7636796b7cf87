"""The hook against the simulated KeepinCRM, and against answers that the simulator does not give."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.errors import AccessDenied, LostAnswer, RejectedByVendor, TemporaryVendorError, WindowSpent
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.hooks.vendor import Gate
from plugins.steps.budget import BudgetGate, Limits
from plugins.warehouse import Warehouse
from sandbox.control import Control, KeepinCRMControl
from sandbox.server import Credentials, Sandbox, running
from tests.plugins.hooks.scripted import HTML, ScriptedVendor, Told, scripted_vendor

KEY = "k3y-of-tests"
OIL = {"sku": "OIL-1", "title": "Олива", "price": 1250.5}
SKUS = ["OIL 1", "Масло 5W, 1", "A/B", "a.b", "100%", "?q=1&x#", "+", "№7", "a\u00a0b", "%2F"]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path, Credentials("demo", KEY)) as sandbox:
        yield sandbox


@pytest.fixture
def crm(sandbox: Sandbox) -> KeepinCRMControl:
    crm = Control(sandbox.url).keepincrm()
    crm.set_ways(per_minute=0)
    return crm


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with scripted_vendor() as vendor:
        yield vendor


def hook_at(
    monkeypatch: pytest.MonkeyPatch, url: str, gate: Gate | None = None, key: str = KEY
) -> KeepinCRMHook:
    extra = {"retry_pauses": [0, 0, 0, 0, 0], "timeout": 1}
    connection = {"conn_type": "keepincrm", "host": url, "password": key, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_KEEPINCRM", json.dumps(connection))
    return KeepinCRMHook(gate=gate)


@pytest.fixture
def hook(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> KeepinCRMHook:
    return hook_at(monkeypatch, sandbox.url)


@pytest.fixture
def scripted(vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch) -> KeepinCRMHook:
    return hook_at(monkeypatch, vendor.url)


def goods(count: int) -> list[dict[str, Any]]:
    return [{"sku": f"A-{n}", "title": f"Товар {n}", "price": n} for n in range(count)]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (25, 1), (26, 2), (60, 3)])
def test_all_pages_are_read_and_none_twice(
    hook: KeepinCRMHook, crm: KeepinCRMControl, count: int, pages: int
) -> None:
    crm.add_materials(*goods(count))
    reading = hook.materials()
    assert {item["sku"] for item in reading} == {f"A-{n}" for n in range(count)}
    assert (reading.records, reading.total, reading.pages_read) == (count, count, pages)
    assert reading.is_whole
    assert len(crm.calls()) == pages


def test_a_reading_whose_pages_shift_gives_each_record_once_and_says_it_may_lack_some(
    hook: KeepinCRMHook, crm: KeepinCRMControl
) -> None:
    crm.add_materials(*goods(60))
    crm.at_page(2, add=[OIL])  # the last of the first page comes again, the new one not at all
    crm.at_page(2, remove=[159])  # read already: the first of the second page is jumped over
    crm.at_page(2, remove=[101])  # not read yet
    seen = []
    for _ in range(4):
        reading = hook.materials()
        ids = [item["id"] for item in reading]
        assert len(ids) == len(set(ids)) == reading.records
        seen.append((reading.records, reading.total, reading.is_whole))
    assert seen == [(60, 61, False), (60, 60, False), (59, 59, False), (59, 59, True)]


def test_without_a_total_a_record_that_comes_twice_tells_of_a_shift(
    scripted: KeepinCRMHook, vendor: ScriptedVendor
) -> None:
    told = {"total_pages": 2}
    vendor.script = [Told(body={"items": [{"id": 1}, {"id": 2}], "pagination": told})]
    vendor.script += [Told(body={"items": [{"id": 2}], "pagination": told})]
    reading = scripted.materials()
    assert [item["id"] for item in reading] == [1, 2]
    assert not reading.is_whole


def test_categories_are_read_created_and_renamed(hook: KeepinCRMHook, crm: KeepinCRMControl) -> None:
    root = hook.create_category("Оливи")
    child = hook.create_category("5W", root["id"])
    hook.rename_category(root["id"], "Мастила")
    assert {each["id"]: each["name"] for each in hook.categories()} == {
        root["id"]: "Мастила",
        child["id"]: "5W",
    }
    assert crm.categories() == [["Мастила"], ["Мастила", "5W"]]


def test_a_vendor_without_writable_categories_refuses_them_for_good(
    hook: KeepinCRMHook, crm: KeepinCRMControl
) -> None:
    crm.set_ways(categories="read_only")
    with pytest.raises(RejectedByVendor) as refused:
        hook.create_category("Оливи")
    assert refused.value.http_status == 404
    assert not isinstance(refused.value, AccessDenied)
    assert len(crm.calls()) == 1


def test_a_material_is_created_found_changed_and_missed_when_it_is_gone(
    hook: KeepinCRMHook, crm: KeepinCRMControl
) -> None:
    crm.add_fields("Опис")
    number = hook.create_material(OIL)["id"]
    assert hook.update_material(number, {"price": 1300})["title"] == "Олива"
    shown = hook.material(number)
    assert shown is not None
    assert (shown["price"], shown["price_amount"]) == (Decimal("1300.0"), "1300")
    assert hook.by_sku("OIL-1") == shown
    assert shown["custom_fields_detailed"][0]["title"] == "Опис"
    assert [write["body"] for write in crm.writes()] == [OIL, {"price": 1300}]
    crm.remove(number)
    assert hook.material(number) is None
    assert hook.by_sku("OIL-1") is None
    with pytest.raises(RejectedByVendor) as gone:
        hook.update_material(number, {"price": 1})
    assert gone.value.http_status == 404


@pytest.mark.parametrize("sku", SKUS)
def test_an_article_reaches_the_vendor_whatever_is_in_it(
    hook: KeepinCRMHook, crm: KeepinCRMControl, sku: str
) -> None:
    crm.add_materials({**OIL, "sku": sku}, OIL)
    found = hook.by_sku(sku)
    assert found is not None
    assert found["sku"] == sku


@pytest.mark.parametrize("sku", ["", ".", ".."])
def test_an_article_that_would_lead_elsewhere_is_not_asked_for(
    hook: KeepinCRMHook, crm: KeepinCRMControl, sku: str
) -> None:
    assert hook.by_sku(sku) is None
    assert crm.calls() == []


def test_the_key_goes_into_its_header_and_nowhere_else(
    scripted: KeepinCRMHook, vendor: ScriptedVendor
) -> None:
    scripted.material(1)
    (heard,) = vendor.heard
    assert heard.headers["X-Auth-Token"] == KEY
    assert (heard.path, heard.raw_query) == ("/v1/materials/1", "")
    assert "Authorization" not in heard.headers


@pytest.mark.parametrize(
    ("fault", "applied"),
    [("timeout", True), ("timeout", False), ("reset", True), ("cut", True), ("500", True), ("502", False)],
)
def test_a_lost_create_is_said_to_be_lost_is_sent_once_and_can_be_looked_up(
    hook: KeepinCRMHook, crm: KeepinCRMControl, fault: str, applied: bool
) -> None:
    crm.fault(fault, method="create", applied=applied)
    with pytest.raises(LostAnswer):
        hook.create_material(OIL)
    assert crm.counts() == ({"created": 1} if applied else {})
    assert (hook.by_sku("OIL-1") is not None) is applied


@pytest.mark.parametrize("answer", [{}, {"ok": True}, [], {"id": None}, None])
def test_a_create_without_an_id_in_its_answer_is_a_lost_one(
    scripted: KeepinCRMHook, vendor: ScriptedVendor, answer: Any
) -> None:
    vendor.script = [Told(201, answer)]
    with pytest.raises(LostAnswer, match="немає id"):
        scripted.create_material(OIL)


@pytest.mark.parametrize("fault", ["timeout", "reset", "cut", "500", "503", "gateway", "html", "429"])
def test_reads_and_updates_get_over_a_fault_that_passes(
    hook: KeepinCRMHook, crm: KeepinCRMControl, fault: str
) -> None:
    crm.add_materials({**OIL, "id": 300})
    crm.fault(fault)
    assert len(list(hook.materials())) == 1
    crm.fault(fault, applied=True)
    assert hook.update_material(300, {"title": "Мастило"})["title"] == "Мастило"
    crm.fault(fault)
    assert hook.by_sku("OIL-1") is not None


def test_an_update_that_always_breaks_the_vendor_is_refused_for_its_values(
    hook: KeepinCRMHook, crm: KeepinCRMControl
) -> None:
    crm.add_materials({**OIL, "id": 300})
    with pytest.raises(RejectedByVendor) as refused:
        hook.update_material(300, {"custom_fields": {"Опис": "x"}})
    assert refused.value.http_status == 500
    assert len(crm.calls()) == 6
    crm.fault("503", times=6)
    with pytest.raises(TemporaryVendorError):
        hook.update_material(300, {"title": "x"})


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            Told(422, {"message": "Помилка", "errors": {"title": ["порожній"], "price": "ні"}}),
            "Помилка: title: ",
        ),
        (Told(422, {"errors": ["перше", "друге"]}), "«перше; друге»"),
        (Told(400, {"error": "погана структура"}), "«погана структура»"),
        (Told(400, {}), r"запит відхилено \(400\)"),
        (Told(404, "<html><body>404</body></html>", kind=HTML), r"запит відхилено \(404\)"),
    ],
)
def test_the_vendors_words_are_found_in_every_shape(
    scripted: KeepinCRMHook, vendor: ScriptedVendor, told: Told, words: str
) -> None:
    vendor.script = [told]
    with pytest.raises(RejectedByVendor, match=words) as refused:
        scripted.update_material(1, {"title": "x"})
    assert refused.value.http_status == told.status


def test_a_wrong_key_and_a_free_plan_stop_everything_and_are_told_plainly(
    hook: KeepinCRMHook, crm: KeepinCRMControl, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hook.test_connection() == (True, "KeepinCRM: з'єднання працює")
    crm.set_ways(plan="free")
    with pytest.raises(AccessDenied, match="безкоштовному тарифі") as free:
        hook.create_material(OIL)
    assert (free.value.http_status, free.value.response) == (
        402,
        {"text": "Недоступно на безкоштовному тарифі"},
    )
    works, words = hook_at(monkeypatch, sandbox.url, key="another-key").test_connection()
    assert not works
    assert words.startswith("KeepinCRM: ключ API не прийнято (401)")
    assert "another-key" not in words


@pytest.mark.parametrize("answer", [[], {}, {"data": []}, {"items": None}])
def test_an_answer_that_is_not_a_list_is_not_taken_for_an_empty_one(
    scripted: KeepinCRMHook, vendor: ScriptedVendor, answer: Any
) -> None:
    vendor.script = [Told(body=answer)]
    with pytest.raises(TemporaryVendorError, match="немає списку"):
        list(scripted.materials())


def test_without_pagination_a_full_page_has_a_next_one(
    scripted: KeepinCRMHook, vendor: ScriptedVendor
) -> None:
    pages = [range(25), range(25, 50), range(50, 52)]
    vendor.script = [Told(body={"items": [{"id": n} for n in page]}) for page in pages]
    reading = scripted.materials()
    assert len(list(reading)) == 52
    assert (reading.total, reading.is_whole) == (None, True)
    assert [heard.query["page"] for heard in vendor.heard] == ["1", "2", "3"]


@pytest.mark.parametrize("fault", ["reset", "cut", "500", "gateway", "429"])
def test_a_fault_at_any_page_loses_and_doubles_nothing(
    hook: KeepinCRMHook, crm: KeepinCRMControl, fault: str
) -> None:
    crm.add_materials(*goods(80))
    for call in (1, 2, 3, 4):
        crm.renumber()
        crm.fault(fault, call=call)
        reading = hook.materials()
        assert len(list(reading)) == 80
        assert (reading.pages_read, len(crm.calls()), reading.is_whole) == (4, 5, True)


def test_records_that_cannot_be_told_apart_make_a_reading_incomplete(
    scripted: KeepinCRMHook, vendor: ScriptedVendor
) -> None:
    items = [{"id": 1}, {"title": "без id"}, "?", {"id": "2"}]
    vendor.script = [Told(body={"items": items, "pagination": {"total_pages": "1", "total_count": "4"}})]
    reading = scripted.materials()
    assert [item["id"] for item in reading] == [1, "2"]
    assert not reading.is_whole


@pytest.mark.parametrize("retry_after", [True, False])
def test_a_storm_of_429_is_waited_out_by_reads_and_closes_the_gate_to_creates(
    sandbox: Sandbox,
    crm: KeepinCRMControl,
    connection: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    retry_after: bool,
) -> None:
    gate = BudgetGate(Warehouse(connection), "keepincrm", "keepincrm", Limits())
    hook = hook_at(monkeypatch, sandbox.url, gate)
    crm.fault("429", times=3, retry_after=0 if retry_after else None)
    assert list(hook.materials()) == []
    crm.fault("429", method="create", retry_after=30 if retry_after else None)
    with pytest.raises(WindowSpent):
        hook.create_material(OIL)
    with pytest.raises(WindowSpent, match=r"keepincrm \(keepincrm\)"):
        hook.material(1)
    assert crm.counts() == {}
