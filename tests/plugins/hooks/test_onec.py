"""The hook of 1C over a real socket: what is sent, how answers are judged, and how a field is set."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from include.errors import AccessDenied, BadFile, RejectedByVendor, TemporaryVendorError, VendorError
from include.onec.query import Query
from plugins.hooks.onec import OneCHook, Question, VersionChanged
from tests.plugins.hooks.onec_base import LOGIN, PASSWORD, Pair, connect, simulated_base
from tests.plugins.hooks.scripted import HTML, ScriptedVendor, Told, scripted_vendor

ORDER, PEOPLE = "Document_ЗаказПокупателя", "Catalog_Пользователи"
FULL = "ПолноеНаименованиеИсточникаРекламы"
KEY = "2c55a318-c2ed-11ed-80d6-2c44fd8322a7"
OTHER = "2c55a318-c2ed-11ed-80d6-000000000002"
OLD, NEW = "AAAAAQAAAAA=", "AAAAAgAAAAA="
XML = "<m:error xmlns:m='m'><m:code>10</m:code><m:message>Нет поля</m:message></m:error>"
EMPTY_SET: dict[str, Any] = {"value": []}


def refused(code: str, words: str = "Слова 1С") -> dict[str, Any]:
    return {"odata.error": {"code": code, "message": {"lang": "ru", "value": words}}}


def held(version: str, full: str, posted: bool = True) -> Told:
    return Told(body={"Ref_Key": KEY, "DataVersion": version, "Posted": posted, FULL: full})


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with scripted_vendor() as vendor:
        yield vendor


@pytest.fixture
def hook(vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch) -> OneCHook:
    return connect(monkeypatch, vendor.url, timeout=20)


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    with simulated_base(monkeypatch) as (hook, control):
        order = {"Ref_Key": KEY, "Number": "1", "Date": "2023-03-15T17:21:44", "Posted": True}
        control.order(put={ORDER: [order, {**order, "Ref_Key": OTHER, "Date": "2022-01-01T00:00:00"}]})
        yield hook, control


def writes(vendor: ScriptedVendor) -> int:
    return sum(heard.method == "PATCH" for heard in vendor.heard)


def test_a_request_is_signed_at_once_in_utf_8_and_asks_for_bare_json(
    hook: OneCHook, vendor: ScriptedVendor
) -> None:
    vendor.script = [Told(body=EMPTY_SET)]
    hook.read(ORDER, Query("Number eq 'а б'", ("Ref_Key",), "Date asc,Ref_Key asc", 200, 0))
    (heard,) = vendor.heard
    assert heard.headers["Authorization"] == "Basic " + b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
    assert heard.headers["Accept"] == "application/json;odata=nometadata"
    assert heard.path == f"/onec/odata/standard.odata/{ORDER}"
    assert "+" not in heard.raw_query
    assert heard.query == {
        "$filter": "Number eq 'а б'",
        "$select": "Ref_Key",
        "$orderby": "Date asc,Ref_Key asc",
        "$top": "200",
        "$skip": "0",
    }


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("", "onec"),
        ("/onec", ""),
        ("/onec/", ""),
        ("", "/onec/odata/standard.odata/"),
        ("/onec/odata/standard.odata", ""),
    ],
)
def test_the_root_may_be_given_in_any_way(
    vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch, path: str, base: str
) -> None:
    assert (
        connect(monkeypatch, vendor.url + path, base=base).root == f"{vendor.url}/onec/odata/standard.odata"
    )


def test_pages_are_read_to_the_first_short_one_and_what_came_twice_is_dropped(
    hook: OneCHook, vendor: ScriptedVendor
) -> None:
    rows = [{"Ref_Key": f"2c55a318-c2ed-11ed-80d6-{number:012d}"} for number in range(5)]
    vendor.script = [Told(body={"value": some}) for some in (rows[:2], rows[1:3], rows[3:4])]
    found = list(hook.pages(ORDER, Query(), size=2))
    assert [row for page in found for row in page] == rows[:4]
    assert [heard.query["$skip"] for heard in vendor.heard] == ["0", "2", "4"]


def test_a_full_last_page_is_followed_by_an_empty_one(hook: OneCHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(body={"value": [{"Ref_Key": KEY}]}), Told(body=EMPTY_SET)]
    assert [len(page) for page in hook.pages(ORDER, Query(), size=1)] == [1, 0]


def test_an_answer_may_begin_with_a_mark(hook: OneCHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(body='\ufeff{"value": []}')]
    assert hook.read(ORDER, Query()) == []


@pytest.mark.parametrize(
    ("told", "error", "words"),
    [
        (Told(404, refused("8")), RejectedByVendor, "код 8, такого объекта нет в составе OData"),
        (Told(404, refused("9")), RejectedByVendor, "код 9"),
        (Told(400, refused("14")), RejectedByVendor, "код 14, параметры запроса не разобраны: Слова 1С"),
        (
            Told(500, refused("-1", "Превышен лимит")),
            RejectedByVendor,
            "конфигурации 1С: Превышен лимит",
        ),
        (Told(501, refused("0")), RejectedByVendor, "код 0"),
        (Told(401, refused("20")), AccessDenied, "код 20, не хватает прав"),
        (Told(403, refused("20")), AccessDenied, "код 20"),
        (Told(401, "<html>401</html>", kind=HTML), AccessDenied, "доступ запрещён"),
        (Told(404, "<html>404.15</html>", kind=HTML), RejectedByVendor, "404"),
        (Told(200, {"no": "value"}), RejectedByVendor, "ответ без списка строк"),
        (
            Told(
                400,
                XML,
                kind="application/xml",
            ),
            RejectedByVendor,
            "код 10, такого свойства нет: Нет поля",
        ),
    ],
)
def test_a_refusal_is_final_and_told_in_words(
    hook: OneCHook, vendor: ScriptedVendor, told: Told, error: type[VendorError], words: str
) -> None:
    vendor.script = [told]
    with pytest.raises(error, match=words):
        hook.read(ORDER, Query())
    assert len(vendor.heard) == 1


@pytest.mark.parametrize(
    "told",
    [
        Told(500, refused("0", "Нет свободных лицензий")),
        Told(500, "<html>500</html>", kind=HTML),
        Told(502, "<html>Bad gateway</html>", kind=HTML),
        Told(503),
        Told(429),
        Told(body=EMPTY_SET, cut=3),
        Told(reset=True),
    ],
)
def test_reading_is_repeated_while_that_may_help(hook: OneCHook, vendor: ScriptedVendor, told: Told) -> None:
    vendor.script = [told, Told(body=EMPTY_SET)]
    assert hook.read(ORDER, Query()) == []
    assert len(vendor.heard) == 2


def test_a_slow_answer_is_not_waited_for(vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor.script = [Told(hang=2), *[Told(body=EMPTY_SET)] * 3]
    assert connect(monkeypatch, vendor.url, timeout=0.5).read(ORDER, Query()) == []
    assert len(vendor.heard) >= 2


def test_a_failure_shows_neither_keys_nor_credentials(hook: OneCHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(400, refused("14", f"{PASSWORD} +7 921 000-11-22"))]
    with pytest.raises(RejectedByVendor) as caught:
        hook.read(ORDER, Query("Description eq 'Иванов'"))
    shown = f"{caught.value} {caught.value.response}"
    assert not any(secret in shown for secret in (PASSWORD, "000-11-22", "Иванов"))


def test_the_metadata_must_be_a_schema(hook: OneCHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(body="<a/>", kind="application/xml")]
    with pytest.raises(BadFile):
        hook.schema()


def test_the_connection_is_tested_by_the_list_of_entities(hook: OneCHook, vendor: ScriptedVendor) -> None:
    vendor.script = [Told(body={"value": [{"name": "a", "url": "a"}]}), Told(body=EMPTY_SET), Told(401)]
    assert hook.test_connection()[0] is True
    is_good, words = hook.test_connection()
    assert (is_good, "состав OData пуст" in words) == (False, True)
    assert hook.test_connection()[0] is False


def test_only_names_and_keys_get_into_an_address(hook: OneCHook) -> None:
    for entity, key in ((f"{ORDER}?$top=1", KEY), (ORDER, f"{KEY}'),x")):
        with pytest.raises(ValueError, match="not a"):
            hook.get(entity, key)


def test_a_field_is_set_with_the_version_and_looked_at_again(base: Pair) -> None:
    hook, _ = base
    before = hook.get(ORDER, KEY)
    after = hook.patch(ORDER, KEY, {FULL: "Авито"}, before["DataVersion"])
    assert (after[FULL], after["Posted"]) == ("Авито", True)
    assert after["DataVersion"] != before["DataVersion"]
    assert hook.get(ORDER, KEY)[FULL] == "Авито"


def test_what_is_set_already_is_left_alone(base: Pair) -> None:
    hook, control = base
    for _ in range(2):
        hook.patch(ORDER, KEY, {FULL: "Авито"})
    assert control.order(read=PEOPLE)["done"] == {"patched": 1}


def test_a_changed_object_is_not_written(base: Pair) -> None:
    hook, control = base
    with pytest.raises(VersionChanged):
        hook.patch(ORDER, KEY, {FULL: "Авито"}, OLD)
    assert control.order(read=PEOPLE)["done"] == {}


def test_a_field_dropped_without_a_word_is_told(base: Pair) -> None:
    hook, _ = base
    with pytest.raises(RejectedByVendor, match="свойств"):
        hook.patch(ORDER, KEY, {"НетТакого": "x", FULL: "Авито"})


def test_the_configurations_own_refusal_is_final_unless_it_is_passed_by(
    base: Pair,
) -> None:
    hook, control = base
    control.order(settings={"prohibited_before": "2022-06-01T00:00:00"})
    with pytest.raises(RejectedByVendor, match="запрещено: установлена дата запрета"):
        hook.patch(ORDER, OTHER, {FULL: "Авито"})
    assert hook.patch(ORDER, OTHER, {FULL: "Авито"}, loading=True)[FULL] == "Авито"


@pytest.mark.parametrize("applied", [True, False])
def test_after_a_lost_answer_the_object_is_looked_at(base: Pair, applied: bool) -> None:
    hook, control = base
    control.fault("reset", method="patch", applied=applied)
    assert hook.patch(ORDER, KEY, {FULL: "Авито"})[FULL] == "Авито"
    assert control.order(read=PEOPLE)["done"] == {"patched": 1}


def test_a_second_lost_answer_is_left_to_the_task(hook: OneCHook, vendor: ScriptedVendor) -> None:
    vendor.script = [held(OLD, ""), Told(503), held(OLD, ""), Told(503)]
    with pytest.raises(TemporaryVendorError):
        hook.patch(ORDER, KEY, {FULL: "Авито"})
    assert writes(vendor) == 2


def test_somebody_elses_change_after_a_lost_answer_is_not_overwritten(
    hook: OneCHook, vendor: ScriptedVendor
) -> None:
    vendor.script = [held(OLD, ""), Told(503), held(NEW, "Радио")]
    with pytest.raises(VersionChanged):
        hook.patch(ORDER, KEY, {FULL: "Авито"})
    assert writes(vendor) == 1


def test_a_version_that_does_not_match_is_told_apart(hook: OneCHook, vendor: ScriptedVendor) -> None:
    vendor.script = [held(OLD, ""), Told(412, refused("0"))]
    with pytest.raises(VersionChanged):
        hook.patch(ORDER, KEY, {FULL: "Авито"})
    patch = vendor.heard[1]
    assert (patch.method, patch.headers["If-Match"], patch.body) == ("PATCH", OLD, {FULL: "Авито"})


@pytest.mark.parametrize(
    ("after", "words"),
    [(held(NEW, ""), f"поля не сохранены: {FULL}"), (held(NEW, "Авито", False), "проведение")],
)
def test_a_write_that_did_something_else_is_told(
    hook: OneCHook, vendor: ScriptedVendor, after: Told, words: str
) -> None:
    vendor.script = [held(OLD, ""), Told(body={}), after]
    with pytest.raises(RejectedByVendor, match=words):
        hook.patch(ORDER, KEY, {FULL: "Авито"})


def test_many_questions_are_put_two_at_a_time_and_answered_in_order(
    base: Pair,
) -> None:
    hook, control = base
    keys = [f"2c55a318-c2ed-11ed-80d6-{number:012d}" for number in range(100, 400)]
    control.order(put={PEOPLE: [{"Ref_Key": key, "Description": key[-3:]} for key in keys]})
    assert list(hook.by_keys(PEOPLE, [*keys, KEY], ("Ref_Key", "Description"))) == keys
    assert control.order(read=ORDER)["most_at_once"] <= 2
    questions = [Question(PEOPLE, Query(f"Description eq '{key[-3:]}'", ("Ref_Key",))) for key in keys[:9]]
    assert [rows[0]["Ref_Key"] for _, rows in hook.answers(questions)] == keys[:9]


def test_what_the_user_may_not_see_stops_a_reading_unless_it_is_to_be_left_out(
    base: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook, control = base
    control.order(settings={"restricted": ["00000000-0000-0000-0000-000000000000"]})
    with pytest.raises(AccessDenied, match="код 20"):
        hook.read(ORDER, Query())
    assert connect(monkeypatch, hook.root, allowed_only=True, base="").read(ORDER, Query()) == []


def test_rows_of_a_section_come_for_several_objects(base: Pair) -> None:
    hook, control = base
    line = {"LineNumber": "1", "Сумма": 5}
    control.order(put={ORDER: [{"Ref_Key": key, "Товары": [line]} for key in (KEY, OTHER)]})
    found = list(hook.rows(ORDER, "Товары", [KEY, OTHER], ("Ref_Key", "Сумма")))
    assert found == [{"Ref_Key": KEY, "Сумма": 5}, {"Ref_Key": OTHER, "Сумма": 5}]
