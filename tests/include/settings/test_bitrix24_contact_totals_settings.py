"""Settings of ``bitrix24_contact_totals``: what is shipped loads, and all that is wrong is told at once."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from include.errors import ConfigError
from include.paths import SETTINGS_DIR
from include.settings.bitrix24_contact_totals import ContactTotalsSettings, load_contact_totals
from include.settings.loader import json_schema


def problems(folder: Path, told: dict[str, Any], **options: Any) -> list[str]:
    (folder / "bitrix24_contact_totals.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_contact_totals(**options)
    return list(caught.value.problems)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))
    return tmp_path


def test_what_is_shipped_is_what_is_meant_without_any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEALFLOW_SETTINGS", raising=False)
    assert load_contact_totals() == ContactTotalsSettings()


def test_the_schema_beside_it_is_that_of_the_model() -> None:
    schema = (SETTINGS_DIR / "bitrix24_contact_totals.schema.json").read_text(encoding="utf-8")
    assert schema == json_schema(ContactTotalsSettings)


def test_everything_wrong_is_told_at_once_with_its_line(folder: Path) -> None:
    told = {
        "portal": {"pause_at": 470, "tier": "standard"},
        "deals": {"funnels": [3], "exclude_funnels": [3]},
        "currency": {"target": "RUX"},
        "fields": {"prefix": "sum", "label": "{jahr}", "column": "{"},
        "tiers": [{"name": "Серебро", "from": 300}, {"name": "Золото", "from": 300}],
        "yaer": {},
    }
    found = "\n".join(problems(folder, told))
    for part in (
        "pause_at: не больше 420",
        "tier: неизвестный ключ",
        "воронка 3 есть и в funnels",
        "валюты «RUX» нет",
        "fields.prefix",
        "{jahr}",
        "должны быть парными",
        "tiers.1.from: пороги идут по возрастанию",
        "yaer: неизвестный ключ; может быть, «year»?",
    ):
        assert part in found, found


def test_a_missing_connection_is_told(folder: Path) -> None:
    [problem] = problems(folder, {}, has_connection=lambda name: False)
    assert "portal.connection: в Airflow нет Connection «bitrix24»" in problem


def test_a_whole_name_stays_within_fifty_characters(folder: Path) -> None:
    [problem] = problems(folder, {"fields": {"prefix": "A" * 33}})
    assert "не длиннее 32" in problem


def test_tiers_of_different_kinds_need_no_common_order() -> None:
    told = {"tiers": [{"name": "А", "from": 300}, {"name": "Б", "from": 100, "per": "all_years"}]}
    settings = ContactTotalsSettings.model_validate(told)
    assert [tier.per for tier in settings.tiers] == ["year", "all_years"]


def test_funnels_that_count_are_those_named_without_those_left_out() -> None:
    settings = ContactTotalsSettings.model_validate({"deals": {"exclude_funnels": [3]}})
    assert [settings.manages(funnel) for funnel in (0, 3)] == [True, False]
