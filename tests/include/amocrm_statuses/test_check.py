"""Settings against the account: what is not there, what was, what does not fit, what deserves a look."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from include.amocrm.dictionary import Dictionary
from include.amocrm_statuses.check import check_mapping
from include.amocrm_statuses.config_hash import config_hash
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from tests.include.amocrm_statuses.account import (
    ACT_DAY,
    ANNA,
    CONTAINERS,
    COST,
    DICTIONARY,
    FUNNELS,
    KIND,
    LANDING,
    LICENSES,
    NDA,
    PRODUCTS,
    settings_of,
)

NOTHING = Dictionary()


def told(
    settings: AmocrmStatusesSettings, known: Dictionary = NOTHING, now: Dictionary = DICTIONARY
) -> list[str]:
    remarks = check_mapping(settings, now, known)
    return [f"{remark.level} {'.'.join(map(str, remark.path))}: {remark.text}" for remark in remarks]


def with_containers(*containers: dict[str, Any], **others: Any) -> AmocrmStatusesSettings:
    return settings_of(funnels=[FUNNELS[0] | {"containers": list(containers)}], **others)


def without(**lists: Any) -> Dictionary:
    return DICTIONARY._replace(**lists)


def test_settings_that_fit_have_no_remarks() -> None:
    assert told(settings_of()) == []


def test_no_funnels_at_all_are_no_mistake() -> None:
    assert told(AmocrmStatusesSettings()) == []


def test_a_status_that_never_was_is_an_error_and_one_that_was_a_warning() -> None:
    first = CONTAINERS[0] | {"statuses": [[LICENSES, 101], [8200022, 201], [LICENSES, 68100099]]}
    settings = with_containers(first, *CONTAINERS[1:])
    [problem] = told(settings)
    assert problem.startswith("error funnels.0.containers.0.statuses.2: статуса 68100099 воронки «Лицензии»")
    gone = DICTIONARY.statuses[0]._replace(status_id=68100099, name="Спор")
    [problem] = told(settings, known=Dictionary(statuses=[gone]))
    assert problem.startswith("warning funnels.0.containers.0.statuses.2: статус «Спор» (68100099)")
    [same] = told(settings, now=without(statuses=[*DICTIONARY.statuses, gone._replace(is_gone=True)]))
    assert same == problem


@pytest.mark.parametrize(("policy", "level"), [("warn", "warning"), ("fail", "error"), ("ignore", None)])
def test_statuses_in_no_container_are_told_by_pipeline_and_the_archive_is_not(
    policy: str, level: str
) -> None:
    containers = [each | {"statuses": each["statuses"][:1]} for each in CONTAINERS]
    found = told(with_containers(*containers, policies={"unmapped": policy}))
    if level is None:
        assert found == []
        return
    [problem] = found
    names = "«Проработка заявки» (201), «Продлено» (142), «Не продлено» (143)"
    assert problem.startswith(f"{level} funnels: статусы воронки «Продление» не в контейнерах: {names}.")


def test_a_funnel_without_success_or_refusal_or_with_an_empty_container_deserves_a_look() -> None:
    unmarked = [{name: value for name, value in each.items() if name != "marker"} for each in CONTAINERS]
    empty = {"id": "empty", "title": "Пусто"}
    found = told(with_containers(*unmarked, empty))
    assert [each.partition(": ")[0] for each in found] == ["warning funnels.0"] * 3
    for part in (
        "нет контейнера с маркером success",
        "нет контейнера с маркером refusal",
        "«Пусто» нет статусов",
    ):
        assert any(part in each for each in found)


def test_a_marked_container_before_others_deserves_a_look() -> None:
    [problem] = told(with_containers(CONTAINERS[0], CONTAINERS[2], CONTAINERS[1], CONTAINERS[3]))
    assert "контейнер «Акты» с маркером стоит раньше обычных «Расчет КП»" in problem


def rule(field_id: int, operator: str, *values: str) -> AmocrmStatusesSettings:
    told = {"field": {"custom_field_id": field_id}, "operator": operator, "values": list(values)}
    return settings_of(filter={"rules": [told]})


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (rule(5, "equals", "a"), "filter.rules.0.field: поля сделки 5 в аккаунте нет"),
        (
            rule(LANDING - 1, "equals", "a"),
            f"filter.rules.0.field: поля сделки {LANDING - 1} в аккаунте нет; может быть, «LANDING»",
        ),
        (
            rule(LANDING, "gt", "5"),
            "filter.rules.0.operator: оператор gt для такого поля не годится: «LANDING»",
        ),
        (rule(COST, "contains", "5"), "filter.rules.0.operator: оператор contains"),
        (rule(COST, "equals", "дорого"), "filter.rules.0.values.0: нужно число, а здесь «дорого»"),
        (rule(ACT_DAY, "gte", "потом"), "filter.rules.0.values.0: нужен день вида 2026-01-31"),
        (rule(NDA, "equals", "нужен"), "filter.rules.0.values.0: нужно да или нет"),
        (
            rule(KIND, "equals", "Новый", "Новы"),
            "filter.rules.0.values.1: варианта «Новы» в поле «Тип клиента»",
        ),
        (rule(KIND, "not_equals", "2200399"), "filter.rules.0.values.0: варианта «2200399» в поле"),
        (
            settings_of(filter={"rules": [{"field": {"system": "status_id"}, "values": ["8200022/101"]}]}),
            "filter.rules.0.values.0: статуса 8200022/101 в аккаунте нет",
        ),
        (
            settings_of(filter={"rules": [{"field": {"system": "pipeline_id"}, "values": [5]}]}),
            "filter.rules.0.values.0: воронки 5 в аккаунте нет",
        ),
        (
            settings_of(filter={"rules": [{"field": {"system": "responsible_user_id"}, "values": [5]}]}),
            "filter.rules.0.values.0: пользователя 5 в аккаунте нет",
        ),
        (settings_of(custom_fields={"selected": [COST, 5]}), "custom_fields.selected.1: поля сделки 5"),
        (
            settings_of(custom_fields={"slots": {"metrika_cid": 5}}),
            "custom_fields.slots.metrika_cid: поля сделки 5",
        ),
        (
            settings_of(calculated=[{"id": "a", "title": "А", "expression": "price - cf(5)"}]),
            "calculated.0.expression: поля сделки 5 в аккаунте нет",
        ),
        (
            settings_of(calculated=[{"id": "a", "title": "А", "expression": f"cf({PRODUCTS})"}]),
            "calculated.0.expression: поле «Продукты» (1500104) не числовое (вид multiselect)",
        ),
        (settings_of(push={"first_cost": KIND}), "push.first_cost: поле «Тип клиента» (1500103) не числовое"),
        (settings_of(push={"custom_fields": {5: "a"}}), "push.custom_fields.5: поля сделки 5"),
    ],
)
def test_what_the_account_has_not_is_an_error(settings: AmocrmStatusesSettings, text: str) -> None:
    assert any(each.startswith(f"error {text}") for each in told(settings)), told(settings)


@pytest.mark.parametrize("value", ["новый", "2200301", "СТАРЫЙ"])
def test_a_choice_is_named_by_its_text_or_its_number(value: str) -> None:
    assert told(rule(KIND, "equals", value)) == []


def test_fields_and_choices_that_were_deleted_are_warnings() -> None:
    settings = settings_of(
        filter={"rules": [{"field": {"custom_field_id": KIND}, "values": ["Старый"]}]},
        custom_fields={"selected": [COST]},
    )
    now = without(
        fields=[row for row in DICTIONARY.fields if row.field_id != COST],
        enums=[row for row in DICTIONARY.enums if row.value != "Старый"],
    )
    found = told(settings, known=DICTIONARY, now=now)
    assert [each.partition(":")[0] for each in found] == [
        "warning filter.rules.0.values.0",
        "warning custom_fields.selected.0",
    ]


def test_who_may_not_see_users_is_not_told_that_they_are_unknown() -> None:
    settings = settings_of(filter={"rules": [{"field": {"system": "responsible_user_id"}, "values": [5]}]})
    assert told(settings, now=without(users=None)) == []


def test_an_account_without_a_zone_needs_one_in_the_settings() -> None:
    account = DICTIONARY.account
    assert account is not None
    now = without(account=account._replace(timezone="Москва"))
    [problem] = told(settings_of(), now=now)
    assert problem.startswith("error timezone: ")
    assert told(settings_of(timezone="Europe/Moscow"), now=now) == []


def test_what_the_push_lacks_deserves_a_look() -> None:
    push = {
        "enabled": True,
        "funnels": {"licenses": {"pipeline_id": "p", "statuses": {"new": "a", "quote": "b", "won": "c"}}},
        "markers": {"success": "won"},
        "managers": {ANNA: "m", 5: "n"},
    }
    assert [each.split(": ")[0] for each in told(settings_of(push=push))] == [
        "warning push.funnels.licenses.statuses",
        "warning push.markers",
        "error push.managers.5",
    ]
    assert told(settings_of(push=push | {"enabled": False})) == []


def test_everything_is_told_at_once() -> None:
    settings = with_containers(
        CONTAINERS[0] | {"statuses": [[1, 2]]},
        custom_fields={"selected": [5]},
        calculated=[{"id": "a", "title": "А", "expression": "cf(6)"}],
        filter={"rules": [{"field": {"custom_field_id": 7}, "values": ["a"]}]},
    )
    found = told(settings)
    assert sum(each.startswith("error") for each in found) == 4
    assert len(found) == 4 + 2 + 2  # statuses of two pipelines, two markers


SHAPING: list[dict[str, Any]] = [
    {"filter": {"rules": [{"field": {"system": "tag"}, "values": ["a"]}]}},
    {"custom_fields": {"slots": {"metrika_cid": LANDING}}},
    {"calculated": [{"id": "a", "title": "А", "expression": "price"}]},
    {"policies": {"backfill": "visited_only"}},
    {"policies": {"price_basis": "at_success"}},
    {"funnels": [FUNNELS[0] | {"containers": CONTAINERS[:3]}]},
    {"funnels": [FUNNELS[0] | {"id": "other"}]},
    {"funnels": [FUNNELS[0] | {"containers": [CONTAINERS[0] | {"id": "other"}, *CONTAINERS[1:]]}]},
    {"funnels": [FUNNELS[0] | {"containers": [*CONTAINERS[1::-1], *CONTAINERS[2:]]}]},
]


def test_the_title_of_a_formula_shapes_nothing_either() -> None:
    formula = {"id": "a", "title": "А", "expression": "price"}
    renamed = settings_of(calculated=[formula | {"title": "Б"}])
    assert hashed(settings_of(calculated=[formula])) == hashed(renamed)


@pytest.mark.parametrize("others", SHAPING)
def test_what_shapes_the_marts_changes_their_hash(others: dict[str, Any]) -> None:
    assert hashed(settings_of(**others)) != hashed(settings_of())


@pytest.mark.parametrize(
    "others",
    [
        {"policies": {"unmapped": "fail", "snapshot_days": True}},
        {"account": {"requests_per_second": 3}},
        {"push": {"managers": {ANNA: "m"}}},
        {"custom_fields": {"selected": [COST]}},
        {"funnels": [FUNNELS[0] | {"title": "Иначе"}]},
        {"funnels": [FUNNELS[0] | {"containers": [CONTAINERS[0] | {"title": "Иначе"}, *CONTAINERS[1:]]}]},
        {"guards": {"max_left": 0.5}},
    ],
)
def test_what_shapes_nothing_does_not(others: dict[str, Any]) -> None:
    assert hashed(settings_of(**others)) == hashed(settings_of())


def test_a_field_that_traces_are_read_from_changes_the_hash_and_others_do_not() -> None:
    fields = list(DICTIONARY.fields)
    renamed = [row._replace(name="Другое") for row in fields]
    assert hashed(settings_of(), without(fields=renamed)) == hashed(settings_of())
    retyped = [row._replace(type="text") if row.type == "tracking_data" else row for row in fields]
    assert hashed(settings_of(), without(fields=retyped)) != hashed(settings_of())
    gone = [row._replace(is_gone=True) if row.field_id == COST else row for row in fields]
    assert hashed(settings_of(), without(fields=gone)) == hashed(settings_of())


def hashed(settings: AmocrmStatusesSettings, dictionary: Dictionary = DICTIONARY) -> str:
    return config_hash(settings, ZoneInfo("Europe/Moscow"), None, dictionary)
