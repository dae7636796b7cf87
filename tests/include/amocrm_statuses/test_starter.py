"""The file to begin with: it loads without an error, whatever people have called their statuses."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.amocrm.dictionary import Dictionary
from include.amocrm_statuses.check import check_mapping
from include.amocrm_statuses.starter import spelled, starter, starter_mapping
from include.settings.amocrm_statuses import AmocrmStatusesSettings, load_amocrm_statuses
from tests.include.amocrm_statuses.account import DICTIONARY, settings_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))
    return tmp_path


def loaded(folder: Path, text: str) -> AmocrmStatusesSettings:
    (folder / "amocrm_statuses.yaml").write_text(text, "utf-8")
    return load_amocrm_statuses()


def test_it_loads_and_fits_the_account(folder: Path) -> None:
    told = loaded(folder, starter(DICTIONARY, "amocrm"))
    assert told.mapping == starter_mapping(DICTIONARY)
    assert check_mapping(told, DICTIONARY, Dictionary()) == []


def test_each_open_status_has_a_container_and_closed_ones_are_merged() -> None:
    [funnel] = starter_mapping(DICTIONARY).funnels
    assert [(each.container_id, each.marker, each.statuses) for each in funnel.containers] == [
        ("prorabotka_zayavki_licenzii", None, ((8200011, 101),)),
        ("raschet_kp", None, ((8200011, 102),)),
        ("prorabotka_zayavki_prodlenie", None, ((8200022, 201),)),
        ("uspeshno_realizovano", "success", ((8200011, 142), (8200022, 142))),
        ("zakryto_i_ne_realizovano", "refusal", ((8200011, 143), (8200022, 143))),
    ]


def test_it_says_that_pipelines_of_different_products_deserve_funnels_of_their_own() -> None:
    head = starter(DICTIONARY, "amocrm").partition("account:")[0].replace("\n# ", " ")
    assert "сделке из нижней засчитываются как пройденные этапы тех, что выше" in head
    assert "Воронкам разных продуктов сделайте в funnels по своей воронке" in head


def test_an_account_without_pipelines_gives_no_funnels(folder: Path) -> None:
    assert loaded(folder, starter(Dictionary(), "amocrm")).funnels == []


def test_statuses_are_named_beside_their_numbers() -> None:
    assert "- [8200011, 102]  # Лицензии: Расчет КП\n" in starter(DICTIONARY, "amocrm")


def test_positions_out_of_order_are_spelled(folder: Path) -> None:
    funnels = [{"id": "a", "title": "А", "containers": [{"id": "b", "title": "Б", "position": 5}]}]
    mapping = settings_of(funnels=funnels).mapping
    assert loaded(folder, spelled(mapping, DICTIONARY)).mapping == mapping


NAMES = st.text(max_size=60) | st.sampled_from(
    ["null", "yes", "${HOME}", "a: b #c", "- x", '"', "\\", "{", "1"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAMES, min_size=8, max_size=8), NAMES)
def test_any_names_come_back_as_settings(folder: Path, names: list[str], account: str) -> None:
    known = DICTIONARY.account
    assert known is not None
    dictionary = DICTIONARY._replace(
        account=known._replace(name=account),
        statuses=[row._replace(name=name) for row, name in zip(DICTIONARY.statuses, names, strict=True)],
    )
    assert loaded(folder, starter(dictionary, "amocrm")).mapping == starter_mapping(dictionary)
