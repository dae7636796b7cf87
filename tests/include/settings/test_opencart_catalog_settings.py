import pytest
import yaml

from include.errors import ConfigError
from include.settings.opencart_catalog import load_opencart_catalog

SHOP = "shop: {url: https://shop.example}\n"


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load settings from text, through the folder an operator would use."""
    monkeypatch.setenv("DEALFLOW_SETTINGS", str(tmp_path))

    def load(text: str, has_connection=None):
        (tmp_path / "opencart_catalog.yaml").write_text(text, encoding="utf-8")
        return load_opencart_catalog(has_connection)

    return load


@pytest.fixture
def shipped():
    """Load the file that we ship."""
    return load_opencart_catalog()


def test_the_shipped_file_says_nothing_but_the_defaults(shipped, load):
    least = load("shop: {url: https://shop.example.org}")
    assert shipped == load(yaml.safe_dump(shipped.model_dump(mode="json"), allow_unicode=True))
    written = shipped.model_dump()
    assert written == least.model_dump()
    assert (shipped.timezone, shipped.zone.key) == ("Europe/Kyiv", "Europe/Kyiv")


def test_only_the_shops_address_has_to_be_told(load):
    assert load("shop: {url: 'https://shop.example/sub/'}").shop.url == "https://shop.example/sub"


@pytest.mark.parametrize("spelled", ["off", "'off'", "false"])
def test_a_bare_off_is_not_taken_for_a_no(load, spelled):
    assert load(f"{SHOP}crm: {{special_target: {spelled}}}").crm.special_target == "off"


@pytest.mark.parametrize(("spelled", "category"), [("report", None), ("irrelevant", None), ("category:7", 7)])
def test_absent_materials_go_where_the_settings_say(load, spelled, category):
    assert load(f"{SHOP}crm: {{on_absent: '{spelled}'}}").crm.absent_category == category


def test_all_problems_come_at_once_with_line_and_key(load):
    text = """\
shop: {url: ftp://shop.example, prefix: "oc-", currency: UHA, store: -1, connection: shop}
items:
  article_source: model_and_sku
  include_categories: [20, 21]
  exclude_categories: [18, 20]
  base_only_category: [1]
crm:
  on_absent: delete
  seconds_between_calls: 0.1
  respect_manual: [cost]
guards: {max_failed: -1}
timezone: Europe/Kiew
"""
    with pytest.raises(ConfigError) as caught:
        load(text, lambda connection: connection == "keepincrm")
    found = [
        problem.removeprefix("opencart_catalog.yaml:").split(":")[:2] for problem in caught.value.problems
    ]
    assert [(int(line), key.strip()) for line, key in found] == [
        *((1, f"shop.{key}") for key in ("url", "prefix", "store", "currency", "connection")),
        *((3, "items.article_source"), (5, "items.exclude_categories.1"), (6, "items.base_only_category")),
        *((8, "crm.on_absent"), (9, "crm.seconds_between_calls"), (10, "crm.respect_manual.0")),
        *((11, "guards.max_failed"), (12, "timezone")),
    ]


def test_prices_go_without_tax_and_a_wish_for_it_is_refused_in_words(load):
    assert load("shop: {url: 'https://shop.example', apply_tax: false}").shop.apply_tax is False
    with pytest.raises(ConfigError, match=r"shop\.apply_tax: податок магазину не додається"):
        load("shop: {url: 'https://shop.example', apply_tax: true}")


@pytest.mark.parametrize(
    ("crm", "problem"),
    [
        ("description_target: Опис, images_target: ' опис'", "crm.images_target: поле «опис» вже зайняте"),
        ("description_target: Акція по", "crm.description_target: поле «Акція по» вже зайняте"),
        ("special_from_field: Акція, special_to_field: Акція", "crm.special_to_field: поле «Акція»"),
    ],
)
def test_a_custom_field_has_one_purpose(load, crm, problem):
    with pytest.raises(ConfigError, match=problem):
        load(f"{SHOP}crm: {{{crm}}}")


def test_fields_that_are_not_written_are_free(load):
    crm = load(f"{SHOP}crm: {{special_target: price, description_target: Акція з}}").crm
    assert crm.description_target == crm.special_from_field


@pytest.mark.parametrize("spelled", ["off", "'off'", "false"])
def test_codes_of_options_can_be_left_alone(load, spelled):
    assert load(f"{SHOP}items: {{option_code_column: {spelled}}}").items.option_code_column == "off"
