"""Settings of ``amocrm_statuses``: what is shipped loads, and all that is wrong is told with its line."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from include.errors import ConfigError
from include.paths import SETTINGS_DIR
from include.settings.amocrm_statuses import AmocrmStatusesSettings, load_amocrm_statuses
from include.settings.loader import json_schema

NEW = {"id": "new", "title": "Новые", "statuses": [[1, 101]]}
WON = {"id": "won", "title": "Акты", "marker": "success", "statuses": [[1, 142]]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))
    return tmp_path


def written(folder: Path, text: str, **options: Any) -> list[str]:
    (folder / "amocrm_statuses.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_amocrm_statuses(**options)
    return list(caught.value.problems)


def problems(folder: Path, told: dict[str, Any], **options: Any) -> list[str]:
    return written(folder, yaml.safe_dump(told, allow_unicode=True, sort_keys=False), **options)


def funnel(*containers: dict[str, Any], name: str = "sales") -> dict[str, Any]:
    return {"id": name, "title": "Продажи", "containers": list(containers)}


@pytest.mark.parametrize("text", ["", "\n", "# account:\n#   connection: amocrm\n"])
def test_a_file_that_was_emptied_is_not_taken_for_all_defaults(folder: Path, text: str) -> None:
    assert written(folder, text) == ["amocrm_statuses.yaml: файл пуст: верните прежний или возьмите пример"]


def formula(name: str, expression: str) -> dict[str, str]:
    return {"id": name, "title": name, "expression": expression}


def test_what_is_shipped_is_what_is_meant_without_any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEALFLOW_SETTINGS", raising=False)
    assert load_amocrm_statuses() == AmocrmStatusesSettings()


def test_the_schema_beside_it_is_that_of_the_model() -> None:
    schema = (SETTINGS_DIR / "amocrm_statuses.schema.json").read_text(encoding="utf-8")
    assert schema == json_schema(AmocrmStatusesSettings)


def test_everything_wrong_is_told_at_once_each_with_its_line(folder: Path) -> None:
    text = """\
timezone: Europe/Moskow
account: {requests_per_second: 8}
reading: {events_from: 2126-01-01, contcats: true}
filter:
  rules:
    - {field: {system: tag, utm: utm_source}, values: [a]}
    - {field: {system: status_id}, values: ["142"]}
    - {field: {system: price}, operator: gt, values: [1, 2]}
    - {field: {custom_field_id: 5}, operator: is_empty, values: [a]}
    - {field: {custom_field_id: 5}, values: [yes]}
funnels:
  - id: sales
    title: Продажи
    containers:
      - {id: new, title: Новые, statuses: [[1, 101], 142]}
      - {id: new, title: Ещё, marker: succes, statuses: [[1, 101]]}
      - {id: won, title: Акты, marker: success}
      - {id: paid, title: Оплата, marker: success, position: 2}
  - {id: sales, title: Пустая, containers: []}
custom_fields:
  slots: {utm_sourse: 5}
calculated:
  - {id: a, title: А, expression: "price - "}
  - {id: b, title: Б, expression: "calc(c) / 0"}
  - {id: c, title: В, expression: "calc(b)"}
  - {id: d, title: Г, expression: "calc(x)"}
  - {id: d, title: Д, expression: "price"}
push: {enabled: true, funnels: {sale: {pipeline_id: x}}}
"""
    found = "\n".join(written(folder, text, has_connection=lambda name: False))
    for part in (
        "yaml:1: timezone: часового пояса «Europe/Moskow» нет; может быть, «Europe/Moscow»?",
        "yaml:2: account.requests_per_second: нужно не больше 7",
        "yaml:2: account.connection: в Airflow нет Connection «amocrm»",
        "yaml:3: reading.events_from: это день в будущем",
        "yaml:3: reading.contcats: неизвестный ключ; может быть, «contacts»?",
        "yaml:6: filter.rules.0.field: нужно ровно одно из",
        "yaml:7: filter.rules.1: нужны воронка и статус через дробь",
        "yaml:8: filter.rules.2: для gt нужно ровно одно значение",
        "yaml:9: filter.rules.3: для is_empty значений не пишут",
        "yaml:10: filter.rules.4.values.0: нужен текст: возьмите значение в кавычки",
        "yaml:15: funnels.0.containers.0.statuses.1: нужна пара номеров",
        "yaml:16: funnels.0.containers.1.id: контейнер с id «new» уже у контейнера «Новые»",
        "yaml:16: funnels.0.containers.1.marker: нужно одно из: success, refusal, return, pause; ",
        "yaml:16: funnels.0.containers.1.statuses.0: статус 1/101 уже в контейнере «Новые» воронки «Продажи»",
        "yaml:18: funnels.0.containers.3.marker: маркер «success» уже у контейнера «Акты»",
        "yaml:15: funnels.0.containers.0: position указывают у всех контейнеров воронки или ни у одного",
        "yaml:19: funnels.1.id: воронка с id «sales» уже есть: funnels.0",
        "yaml:19: funnels.1.containers: в воронке нет ни одного контейнера",
        "yaml:21: custom_fields.slots.utm_sourse: контейнера поля «utm_sourse» нет",
        "может быть, «utm_source»?",
        "yaml:23: calculated.0.expression: формула оборвана",
        "(знак 8)",
        "yaml:24: calculated.1.expression: деление на ноль",
        "yaml:24: calculated.1.expression: формулы ссылаются друг на друга: c → b → c",
        "yaml:26: calculated.3.expression: формулы «x» нет",
        "yaml:27: calculated.4.id: формула с id «d» уже есть: calculated.3",
        "yaml:28: push.connection: в Airflow нет Connection «smart_data_hub»",
        "yaml:28: push.funnels.sale: воронки «sale» нет; может быть, «sales»?",
    ):
        assert part in found, (part, found)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (
            {"funnels": [funnel(NEW), funnel(NEW | {"id": "other"}, name="other")]},
            "1/101 уже в контейнере «Новые»",
        ),
        (
            {"funnels": [funnel(NEW | {"position": 1}, WON | {"position": 1})]},
            "положение «1» уже у контейнера «Новые»",
        ),
        ({"funnels": [funnel(NEW, WON, WON | {"id": "won2", "statuses": []})]}, "маркер «success» уже"),
        ({"funnels": [funnel(NEW | {"marker": "won"})]}, "нужно одно из: success, refusal, return, pause"),
        ({"funnels": [funnel(NEW | {"statuses": [[1, 101, 2]]})]}, "нужна пара номеров"),
        ({"funnels": [funnel(NEW | {"statuses": [["1", "101"]]})]}, "нужна пара номеров"),
        ({"funnels": [funnel(NEW | {"id": "новые"})]}, "нужны латинские буквы"),
        ({"calculated": [formula("a", "calc(a)")]}, "a → a"),
        ({"calculated": [formula("a", "calc(b)"), formula("b", "price")]}, "«b» стоит ниже"),
        ({"calculated": [formula("a", "price // 2")]}, "знака «/» здесь не бывает (знак 8)"),
        ({"push": {"enabled": True}}, "воронки Smart Data Hub не указаны"),
        (
            {
                "funnels": [funnel(NEW)],
                "push": {"funnels": {"sales": {"pipeline_id": "a", "statuses": {"nw": "b"}}}},
            },
            "контейнера «nw» в воронке нет; может быть, «new»?",
        ),
        ({"push": {"markers": {"won": "x"}}}, "нужно одно из"),
    ],
)
def test_each_mistake_is_told(folder: Path, told: dict[str, Any], text: str) -> None:
    found = problems(folder, told)
    assert any(text in problem for problem in found), found


def test_values_of_rules_are_what_is_written(folder: Path) -> None:
    text = (
        "filter: {rules: [{field: {custom_field_id: 5}, values: [10, 007, 12:30, 1.50, 2026-01-31, 'да']}]}"
    )
    (folder / "amocrm_statuses.yaml").write_text(text, "utf-8")
    [rule] = load_amocrm_statuses().filter.rules
    assert rule.values == ["10", "007", "12:30", "1.50", "2026-01-31", "да"]


def test_two_markers_on_one_container_are_a_key_given_twice(folder: Path) -> None:
    text = "funnels: [{id: a, title: a, containers: [{id: b, title: b, marker: pause, marker: return}]}]"
    [problem] = written(folder, text)
    assert "ключ указан второй раз" in problem


@pytest.mark.parametrize("operator", ["contains", "gt", "lte", "not_contains"])
@pytest.mark.parametrize("system", ["pipeline_id", "status_id", "responsible_user_id"])
def test_numbers_of_things_have_no_order_and_no_parts(folder: Path, system: str, operator: str) -> None:
    values = ["1/2" if system == "status_id" else "1"]
    rule = {"field": {"system": system}, "operator": operator, "values": values}
    [problem] = problems(folder, {"filter": {"rules": [rule]}})
    assert f"оператор {operator} для такого поля не годится" in problem


def test_order_gives_positions_unless_all_containers_tell_theirs() -> None:
    told = {"funnels": [funnel(NEW, WON)]}
    mapping = AmocrmStatusesSettings.model_validate(told).mapping
    assert mapping.container_rows() == [
        ("sales", "new", "Новые", 1, None),
        ("sales", "won", "Акты", 2, "success"),
    ]
    told = {"funnels": [funnel(NEW | {"position": 20}, WON | {"position": 10})]}
    mapping = AmocrmStatusesSettings.model_validate(told).mapping
    assert [row[1:4] for row in mapping.container_rows()] == [("won", "Акты", 10), ("new", "Новые", 20)]
    assert mapping.status_rows() == [(1, 142, "sales", "won"), (1, 101, "sales", "new")]


def test_the_accounts_zone_must_be_one() -> None:
    settings = AmocrmStatusesSettings()
    assert settings.zone("Europe/Samara") == ZoneInfo("Europe/Samara")
    for zone in (None, "", "Москва"):
        with pytest.raises(ConfigError, match="укажите пояс в настройках"):
            settings.zone(zone)
    assert AmocrmStatusesSettings(timezone="Asia/Omsk").zone(None) == ZoneInfo("Asia/Omsk")
