import pytest

from include.errors import ConfigError
from include.paths import SETTINGS_DIR
from include.settings.bitrix24_deal_products import DealProductsSettings, load_bitrix24_deal_products
from include.settings.loader import json_schema


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load settings from text, through the folder an operator would use."""
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))

    def load(text: str, has_connection=None):
        (tmp_path / "bitrix24_deal_products.yaml").write_text(text, encoding="utf-8")
        return load_bitrix24_deal_products(has_connection)

    return load


def test_the_shipped_file_says_nothing_but_the_defaults(monkeypatch):
    monkeypatch.delenv("DEALFLOW_SETTINGS", raising=False)
    assert load_bitrix24_deal_products() == DealProductsSettings()


def test_the_schema_beside_it_is_that_of_the_model():
    schema = (SETTINGS_DIR / "bitrix24_deal_products.schema.json").read_text(encoding="utf-8")
    assert schema == json_schema(DealProductsSettings)


def test_the_fields_that_may_be_written_are_those_that_something_goes_to(load):
    assert load("fields: []").targets == ["title", "closedate", "begindate", "UF_CRM_ARTICLE"]
    narrow = load("{title: {copy: false}, dates: {closedate: off, start: null}, article: null}")
    assert narrow.targets == []
    assert narrow.properties == ["DATE_END"]


def test_a_range_stands_in_the_place_of_both_days(load):
    settings = load("dates: {range: {property: DATES, field: begindate}}")
    assert (settings.dates.end, settings.dates.start) == (None, None)
    assert settings.properties == ["DATES", "ARTICLE"]
    assert settings.targets == ["title", "closedate", "begindate", "UF_CRM_ARTICLE"]


def test_an_article_that_is_no_property_names_none(load):
    assert "ARTICLE" not in load("article: {source: xml_id, property: null}").properties


def test_all_problems_come_at_once_with_line_and_key(load):
    text = """\
portal: {connection: bitrx}
catalog: {iblocks: [], offers: parent}
title: {copy: true, overwrite: sometimes}
dates:
  closedate: middle
  end: {property: DATE_END, field: begindate}
  start: {property: DATE_START, field: begindate}
article: {source: property, property: null, field: stageId}
fields:
  - {property: GUIDES, field: UF_CRM_GUIDES}
  - {property: HOTEL, field: UF_CRM_GUIDES}
guard: {}
"""
    with pytest.raises(ConfigError) as told:
        load(text, has_connection=lambda name: False)
    for line in (
        "bitrix24_deal_products.yaml:1: portal.connection",
        "bitrix24_deal_products.yaml:2: catalog.iblocks",
        "bitrix24_deal_products.yaml:2: catalog.offers",
        "bitrix24_deal_products.yaml:3: title.overwrite",
        "bitrix24_deal_products.yaml:5: dates.closedate",
        "bitrix24_deal_products.yaml:7: dates.start.field: в поле begindate уже пишется dates.end",
        "bitrix24_deal_products.yaml:8: article.property",
        "bitrix24_deal_products.yaml:8: article.field",
        "bitrix24_deal_products.yaml:11: fields.1.field: в поле UF_CRM_GUIDES уже пишется fields.0",
        "bitrix24_deal_products.yaml:12: guard: неизвестный ключ",
    ):
        assert line in str(told.value)


def test_a_target_that_is_meant_without_being_written_counts_too(load):
    with pytest.raises(ConfigError, match="уже пишется article"):
        load("fields: [{property: CODE, field: UF_CRM_ARTICLE}]")
    with pytest.raises(ConfigError, match=r"уже пишется dates\.end"):
        load("dates: {end: {property: DATE_END, field: begindate}}")


def test_days_are_told_by_one_property_or_by_two(load):
    with pytest.raises(ConfigError, match="лишнее: обе даты берутся из range"):
        load("dates: {range: {property: DATES}, end: {property: DATE_END}}")
