import json

import pytest

from include.deal_import.layout import DealExport, XPathLayout
from include.errors import ConfigError
from include.paths import SETTINGS_DIR
from include.settings.__main__ import MODELS
from include.settings.deal_import import load_deal_import
from include.settings.loader import json_schema

STATUSES = """\
statuses:
  - {name: Новая, kind: new}
  - {name: Повторное обращение, kind: repeat}
  - {name: Оплачена, kind: won}
"""


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load settings from text, through the folder an operator would use."""
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))

    def load(text: str):
        (tmp_path / "deal_import.yaml").write_text(text, encoding="utf-8")
        return load_deal_import()

    return load


@pytest.fixture
def problems(load):
    def problems(text: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(text)
        assert str(caught.value) == "\n".join(caught.value.problems)
        return list(caught.value.problems)

    return problems


def source(*lines: str) -> str:
    return STATUSES + "sources:\n  - name: main\n" + "".join(f"    {line}\n" for line in lines)


def test_the_shipped_file_is_valid_and_shows_one_source():
    settings = load_deal_import()
    (main,) = settings.sources
    assert (main.name, main.link, main.connection) == (
        "main",
        "https://shop.example/export.xml",
        "deal_export",
    )
    assert [status.kind for status in settings.statuses] == ["new", "repeat", "in_work", "won", "lost"]
    assert main.status_map == {"paid": "Оплачена"}
    assert set(settings.layouts) == {"admitad", "commerceml"}


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_an_editor_checks_by_is_current(name):
    kept = (SETTINGS_DIR / f"{name}.schema.json").read_text(encoding="utf-8")
    assert kept == json_schema(MODELS[name]), "run: python -m include.settings"
    first_line = (SETTINGS_DIR / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first_line == f"# yaml-language-server: $schema={name}.schema.json"
    assert json.loads(kept)["additionalProperties"] is False


def test_a_name_is_all_a_source_must_have(load):
    (main,) = load(source()).sources
    assert main.model_dump() == {
        **{"name": "main", "link": None, "connection": None, "active": True, "timezone": "Europe/Moscow"},
        **{
            "currency": "RUB",
            "format": "deal_export",
            "status_map": {},
            "require_tsuid_for_new_client": False,
        },
        **{"max_lookback_days": None, "min_share_of_last": 0.5, "max_file_mib": 200, "field_map": {}},
    }
    assert main.zone.key == "Europe/Moscow"


def test_all_problems_come_at_once_with_line_key_and_suggestion(problems):
    text = source(
        "lnik: https://shop.example/x.xml",
        "currency: rub",
        "timezone: Europe/Moskow",
        "active: perhaps",
        "format: dael_export",
        "min_share_of_last: 2",
        "max_lookback_days: 0",
        "status_map:",
        "  paid: Оплачено",
        "field_map:",
        "  phne: a",
        "  email: ['a[', b]",
    )
    assert problems(text.replace("kind: won", "kind: wonn")) == [
        "deal_import.yaml:4: statuses.2.kind: нужно одно из: new, repeat, in_work, won, lost, other; "
        "может быть, «won»?",
        "deal_import.yaml:7: sources.0.lnik: неизвестный ключ; может быть, «link»?",
        "deal_import.yaml:8: sources.0.currency: нужен код валюты из трёх букв A-Z, например RUB",
        "deal_import.yaml:9: sources.0.timezone: часового пояса «Europe/Moskow» нет; "
        "может быть, «Europe/Moscow»?",
        "deal_import.yaml:10: sources.0.active: нужно true или false",
        "deal_import.yaml:11: sources.0.format: формата «dael_export» нет; может быть, «deal_export»?",
        "deal_import.yaml:12: sources.0.min_share_of_last: нужно не больше 1.0",
        "deal_import.yaml:13: sources.0.max_lookback_days: нужно не меньше 1",
        "deal_import.yaml:15: sources.0.status_map.paid: статуса «Оплачено» нет в statuses; "
        "может быть, «Оплачена»?",
        "deal_import.yaml:17: sources.0.field_map.phne: поля «phne» нет; может быть, «phone»?",
        "deal_import.yaml:18: sources.0.field_map.email.0: «a[» не читается как XPath 1.0: ошибка в записи",
    ]


def test_what_is_wrong_across_sections_comes_together_with_what_is_wrong_inside_each(problems):
    text = """\
statuses:
  - {name: Новая, kind: new}
  - {name: ' новая', kind: new}
  - {name: Оплачена, kind: lots}
sources:
  - name: main
    link: ftp://shop.example/x.xml
    connection: [a]
    format: our
    status_map: {paid: Оплачено, ' PAID ': Новая}
  - {name: MAIN, currency: rub, field_map: {phne: a}}
layouts:
  ours:
    record: r
    fields: {id: n, phne: p}
  deal_export: {record: r, fields: {id: n, actual_amont: s}}
"""
    assert problems(text) == [
        "deal_import.yaml:1: statuses: нужен статус вида repeat, а его нет",
        "deal_import.yaml:3: statuses.1.name: «новая» уже есть в statuses.0",
        "deal_import.yaml:3: statuses.1.kind: вид new уже у statuses.0, а нужен ровно у одного",
        "deal_import.yaml:4: statuses.2.kind: нужно одно из: new, repeat, in_work, won, lost, other; "
        "может быть, «lost»?",
        "deal_import.yaml:7: sources.0.link: по ftp файл не получить: "
        "нужен адрес вида https://…, file:///… или s3://…",
        "deal_import.yaml:8: sources.0.connection: нужен текст, а здесь список",
        "deal_import.yaml:9: sources.0.format: формата «our» нет; может быть, «ours»?",
        "deal_import.yaml:10: sources.0.status_map.paid: статуса «Оплачено» нет в statuses; "
        "может быть, «Оплачена»?",
        "deal_import.yaml:10: sources.0.status_map. PAID : «PAID» уже есть: «paid»",
        "deal_import.yaml:11: sources.1.currency: нужен код валюты из трёх букв A-Z, например RUB",
        "deal_import.yaml:11: sources.1.field_map.phne: поля «phne» нет; может быть, «phone»?",
        "deal_import.yaml:11: sources.1.name: «MAIN» уже есть в sources.0",
        "deal_import.yaml:15: layouts.ours.fields.phne: поля «phne» нет; может быть, «phone»?",
        "deal_import.yaml:15: layouts.ours.fields: без полей actual_amount ни одна запись не будет загружена",
        "deal_import.yaml:16: layouts.deal_export.fields.actual_amont: поля «actual_amont» нет; "
        "может быть, «actual_amount»?",
        "deal_import.yaml:16: layouts.deal_export: deal_export это собственный формат, его не "
        "переопределяют: назовите иначе",
    ]


def test_a_kind_that_is_only_misspelt_is_not_told_as_missing_too(problems):
    assert problems(source().replace("kind: repeat", "kind: repaet")) == [
        "deal_import.yaml:3: statuses.1.kind: нужно одно из: new, repeat, in_work, won, lost, other; "
        "может быть, «repeat»?"
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("[a]", "нужен текст, а здесь список"),
        ("{a: b}", "нужен текст, а здесь пары «ключ: значение»"),
        ("", "нужен текст, а значения нет"),
        ("12", "нужен текст: возьмите значение в кавычки"),
        ("2026-01-01", "нужен текст: возьмите значение в кавычки"),
    ],
)
def test_what_is_no_text_is_told_by_what_it_is(problems, value, words):
    assert problems(source().replace("name: main", f"name: {value}")) == [
        f"deal_import.yaml:6: sources.0.name: {words}"
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("a:b", "имена пишут без префикса пространства имён"),
        ("nothing(a)", "такой функции в XPath 1.0 нет"),
        ("a[b", "ошибка в условии в квадратных скобках"),
        ("a b", "ошибка в записи"),
    ],
)
def test_a_path_that_is_no_xpath_is_explained_in_the_language_of_the_file(problems, path, reason):
    assert problems(source(f"field_map: {{phone: '{path}'}}")) == [
        f"deal_import.yaml:7: sources.0.field_map.phone.0: «{path}» не читается как XPath 1.0: {reason}"
    ]


def test_a_status_that_is_not_there_is_pointed_at_with_a_suggestion(problems):
    assert problems(source("status_map:", "  paid: Оплачено", "  1: новая")) == [
        "deal_import.yaml:8: sources.0.status_map.paid: "
        "статуса «Оплачено» нет в statuses; может быть, «Оплачена»?"
    ]


def test_a_status_is_known_in_any_case_and_spelled_as_in_statuses(load):
    (main,) = load(source("status_map: {1: ' ОПЛАЧЕНА'}")).sources
    assert main.status_map == {"1": "Оплачена"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: repeat", "kind: other", "statuses: нужен статус вида repeat, а его нет"),
        ("kind: won", "kind: new", "statuses.2.kind: вид new уже у statuses.0, а нужен ровно у одного"),
        ("Оплачена", "'новая '", "statuses.2.name: «новая» уже есть в statuses.0"),
        ("Оплачена", "''", "statuses.2.name: не может быть пустым"),
        ("Оплачена", "5", "statuses.2.name: нужен текст: возьмите значение в кавычки"),
        ("statuses:", "states:", "неизвестный ключ; может быть, «statuses»?"),
    ],
)
def test_statuses_are_distinct_with_one_of_each_needed_kind(problems, old, new, words):
    assert any(problem.endswith(words) for problem in problems(source().replace(old, new)))


def test_sources_and_texts_of_a_status_map_are_distinct(problems):
    doubled = source("status_map: {paid: Оплачена, ' PAID ': Новая}") + "  - name: MAIN\n"
    assert problems(doubled) == [
        "deal_import.yaml:7: sources.0.status_map. PAID : «PAID» уже есть: «paid»",
        "deal_import.yaml:8: sources.1.name: «MAIN» уже есть в sources.0",
    ]


@pytest.mark.parametrize(
    "link",
    [
        *("https://shop.example/x.xml?key=1", "http://127.0.0.1:8000/x", "file:///data/x.xml"),
        *("s3://bucket/x.xml", "s3://aws_default@bucket/x.xml", "gs://bucket/x.xml"),
    ],
)
def test_addresses_that_can_be_read_are_taken(load, link):
    assert load(source(f"link: {link}")).sources[0].link == link


@pytest.mark.parametrize("link", ["", "''", "null", "'  '"])
def test_a_source_without_a_link_is_no_fault_of_the_file(load, link):
    assert load(source(f"link: {link}")).sources[0].link is None


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://user:secret@shop.example/x.xml", "в ссылке не держат"),
        ("https://user@shop.example/x.xml", "в ссылке не держат"),
        ("s3://key:secret@bucket/x.xml", "в ссылке не держат"),
        ("shop.example/x.xml", "нужен адрес"),
        ("/data/x.xml", "нужен адрес"),
        ("https:///x.xml", "нужен адрес"),
        ("http://[::1/x.xml", "нужен адрес"),
        ("ftp://shop.example/x.xml", "по ftp файл не получить"),
    ],
)
def test_credentials_and_what_is_no_address_are_refused_without_being_repeated(problems, link, words):
    (problem,) = problems(source(f"link: {link}"))
    assert words in problem
    assert "secret" not in problem


def test_a_link_may_come_from_the_environment(load, problems, monkeypatch):
    monkeypatch.setenv("DEALFLOW_EXAMPLE_URL", "http://127.0.0.1:8000")
    text = source("link: ${DEALFLOW_EXAMPLE_URL}/x.xml")
    assert load(text).sources[0].link == "http://127.0.0.1:8000/x.xml"
    monkeypatch.delenv("DEALFLOW_EXAMPLE_URL")
    assert problems(text) == [
        "deal_import.yaml:7: sources.0.link: переменная окружения DEALFLOW_EXAMPLE_URL не задана"
    ]
    assert problems(source("link: ${HOME}/x.xml", "field_map: {phone: '${HOME}['}")) == [
        "deal_import.yaml:7: sources.0.link: ${HOME}: подставляются только переменные DEALFLOW_…",
        "deal_import.yaml:8: sources.0.field_map.phone: ${HOME}: подставляются только переменные DEALFLOW_…",
    ]


LAYOUT = "layouts:\n  ours:\n    record: {}\n    fields: {{{}}}\n"


def test_layouts_and_field_maps_decide_how_a_source_is_read(load):
    text = LAYOUT.format("a/r", "id: n, actual_amount: [s, t]") + STATUSES
    text += "sources:\n  - {name: x, format: ours, field_map: {client.phone: p}}\n  - {name: y}\n"
    text += "  - {name: z, field_map: {id: '@key'}}\n"
    settings = load(text)
    ours, own, moved = (settings.layout_of(source) for source in settings.sources)
    assert isinstance(ours, XPathLayout)
    assert (ours.steps, ours.is_deal_export) == (("a", "r"), False)
    assert isinstance(own, DealExport)
    assert (moved.steps, moved.is_deal_export) == (("deal_export", "record"), True)
    assert settings.sources[0].field_map == {"phone": ["p"]}


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (LAYOUT.format("r", "id: n"), "4: layouts.ours.fields: без полей actual_amount"),
        (
            LAYOUT.format("a//r", "id: n, actual_amount: s"),
            "3: layouts.ours.record: «a//r»: нужно имя элемента",
        ),
        (
            LAYOUT.format("r", "id: number(n), actual_amount: s"),
            "layouts.ours.fields.id.0: «number(n)» даёт число",
        ),
        (
            LAYOUT.format("r", "id: [], actual_amount: s"),
            "layouts.ours.fields.id: нужно хотя бы одно значение",
        ),
        (
            LAYOUT.replace("ours", "deal_export").format("r", "id: n, actual_amount: s"),
            "это собственный формат",
        ),
    ],
)
def test_layouts_of_no_use_are_refused(problems, layout, words):
    assert any(words in problem for problem in problems(layout + source()))


def test_yaml_faults_and_wrong_values_are_told_together(problems):
    assert problems(source("active: true", "active: false", "currency: X")) == [
        "deal_import.yaml:8: sources.0.active: ключ указан второй раз, первый в строке 7",
        "deal_import.yaml:9: sources.0.currency: нужен код валюты из трёх букв A-Z, например RUB",
    ]


@pytest.mark.parametrize("text", ["", "- 1\n", "text", "statuses: 1\nsources: {}\n"])
def test_a_file_of_another_shape_is_refused(problems, text):
    assert problems(text)


def test_a_folder_that_is_named_must_be_there_and_hold_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))
    with pytest.raises(ConfigError, match="нет файла deal_import"):
        load_deal_import()
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match="DEALFLOW_SETTINGS: нет папки"):
        load_deal_import()
    monkeypatch.setenv("DEALFLOW_SETTINGS", "")
    assert load_deal_import().sources[0].name == "main"


def test_a_file_in_another_encoding_is_refused_with_advice(tmp_path, monkeypatch):
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))
    (tmp_path / "deal_import.yaml").write_bytes("# настройки\n".encode("cp1251"))
    with pytest.raises(ConfigError, match="не в кодировке UTF-8"):
        load_deal_import()
