"""Settings of ``opencart_catalog``: the shop, what of it becomes items, the CRM, limits (keepincrm 10-12)."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    model_validator,
)

from include.settings.fields import Text, Zone, told_together
from include.settings.loader import Settings, load
from include.settings.yaml_lines import KeyPath
from include.values.currency import CURRENCIES

__all__ = ["Crm", "Guards", "Items", "OpencartCatalogSettings", "Shop", "load_opencart_catalog"]

HasConnection = Callable[[str], bool]
OwnedField = Literal[
    "title", "description", "price", "currency", "special", "special_from", "special_to", "image", "images"
]
_ABSENT = re.compile(r"report|irrelevant|category:[1-9][0-9]*")


def _prefix(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]*", value):
        raise ValueError("у префіксі таблиць бувають лише латинські літери, цифри та _")
    return value


def _shop_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("потрібна адреса магазину на зразок https://shop.example.org")
    if parts.username or parts.password:
        raise ValueError("в адресі магазину не може бути логіна й пароля")
    return value.rstrip("/")


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"валюти «{code}» немає: потрібен код на зразок UAH")
    return code


def _on_absent(value: str) -> str:
    if not _ABSENT.fullmatch(value):
        raise ValueError("потрібно report, irrelevant або category:<id категорії CRM>")
    return value


def _no_tax(value: bool) -> bool:
    if value:
        raise ValueError(
            "податок магазину не додається: ціни передаються такими, як у його базі. Поставте false або"
            " приберіть рядок; якщо магазин показує ціни з податком, зберігайте в ньому ціни з податком"
        )
    return value


def _off(value: Any) -> Any:
    return "off" if value is False else value  # YAML takes a bare off for a no


Id = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Currency = Annotated[str, AfterValidator(_currency)]


class Shop(Settings):
    """Where the catalogue is read from."""

    connection: Text = "opencart"
    url: Annotated[str, AfterValidator(_shop_url)] = Field(
        description="Адреса магазину: у його базі її немає, а з неї складаються посилання й картинки"
    )
    prefix: Annotated[str, AfterValidator(_prefix)] = Field("oc_", description="DB_PREFIX з config.php")
    language: Text | None = Field(None, description="Код мови; null: мова магазину")
    store: Annotated[int, Field(ge=0)] = 0
    customer_group: Id | None = Field(None, description="null: група гостя")
    currency: Currency | None = Field(None, description="null: валюта магазину")
    convert_to: Currency | None = Field(None, description="Перерахувати за курсом магазину")
    apply_tax: Annotated[bool, AfterValidator(_no_tax)] = Field(
        False,
        json_schema_extra={"const": False},
        description="Лише false: ціни передаються без податку, як у базі",
    )


class Items(Settings):
    """What of the shop becomes items of the catalogue, and under which article (keepincrm Q1-Q8)."""

    article_source: Literal["sku_then_model", "model_then_sku", "model", "sku"] = "sku_then_model"
    fold_lookalikes: bool = False
    variant_article: Literal["ids", "labels"] = "ids"
    option_code_column: Annotated[Text | None, BeforeValidator(_off)] = Field(
        None,
        description="Стовпець коду в product_option_value; null: за назвою sku, model, article, code,"
        " option_sku; off: коди не брати",
    )
    checkbox_values: bool = False
    base_with_variants: bool = True
    max_variants: Annotated[int, Field(ge=1)] = Field(
        10_000, description="Товар із більшою кількістю комбінацій передається без них"
    )
    base_only_categories: list[Id] = Field([])
    include_categories: list[Id] = Field([], description="Порожньо: усі")
    exclude_categories: list[Id] = Field([])
    site_conflict: Literal["quarantine", "lowest_product_id"] = "quarantine"
    raw_end_date: bool = False


class Crm(Settings):
    """What is written to KeepinCRM, and how (keepincrm 2, 12)."""

    connection: Text = "keepincrm"
    seconds_between_calls: Annotated[float, Field(ge=0.6, le=1.5)] = 0.62
    calls_per_minute: Annotated[int, Field(ge=40, le=100)] = 100
    unit: Text = "шт."
    default_category: Id | None = Field(None, description="Для товарів без категорії; null: без категорії")
    rewrite_sku: bool = False
    adopt_by_title: bool = False
    move_existing: bool = False
    rename_categories: bool = False
    recreate_deleted: bool = True
    on_absent: Annotated[
        str, AfterValidator(_on_absent), Field(json_schema_extra={"pattern": f"^({_ABSENT.pattern})$"})
    ] = "report"
    special_target: Annotated[Literal["named_price", "price", "off"], BeforeValidator(_off)] = "named_price"
    special_price_name: Text = "Акційна ціна"
    regular_price_name: Text = "Звичайна ціна"
    special_from_field: Text | None = "Акція з"
    special_to_field: Text | None = "Акція по"
    description_target: Text | None = Field(None, description="Назва кастомного поля; null: не передавати")
    images_target: Text | None = Field(None, description="Назва кастомного поля; null: лише головна картинка")
    image_check: Literal["address", "head"] = "address"
    respect_manual: list[OwnedField] = Field([], description="Поля, де правки людей не чіпають")

    @property
    def absent_category(self) -> int | None:
        """Give the category that absent materials are moved to, if they are."""
        kind, _, category = self.on_absent.partition(":")
        return int(category) if kind == "category" else None


class Guards(Settings):
    """Where a run stops rather than believe what it sees (keepincrm 10, steps 4, 14, 18, and Q7)."""

    min_share_of_last: Share = 0.8
    max_share_without_article: Share = 0.05
    max_share_created: Share = 0.2
    max_share_updated: Share = 0.5
    absent_after_runs: Annotated[int, Field(ge=1)] = 3
    max_share_absent: Share = 0.05
    max_share_failed: Share = 0.01
    max_failed: Annotated[int, Field(ge=0)] = 20


class OpencartCatalogSettings(Settings):
    """The whole of opencart_catalog.yaml."""

    timezone: Zone = "Europe/Kyiv"
    shop: Shop
    items: Items = Items()
    crm: Crm = Crm()
    guards: Guards = Guards()

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(
        cls, data: Any, handler: ModelWrapValidatorHandler["OpencartCatalogSettings"], info: ValidationInfo
    ) -> "OpencartCatalogSettings":
        """Tell what is wrong across sections together with what is wrong inside each."""
        has_connection: HasConnection | None = (info.context or {}).get("has_connection")
        found = [*_missing_connections(data, has_connection), *_both_ways(data), *_two_purposes(data)]
        return told_together(cls.__name__, data, handler, found)

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the zone in which the shop's specials begin and end."""
        return ZoneInfo(self.timezone)


def load_opencart_catalog(has_connection: HasConnection | None = None) -> OpencartCatalogSettings:
    """Load opencart_catalog.yaml; raise ConfigError with all its problems, missing connections among them."""
    return load(OpencartCatalogSettings, "opencart_catalog", {"has_connection": has_connection})


def _section(data: Any, name: str) -> dict[str, Any]:
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _missing_connections(data: Any, has_connection: HasConnection | None) -> list[tuple[KeyPath, str]]:
    named = {"shop": "opencart", "crm": "keepincrm"}
    written = {name: _section(data, name).get("connection", usual) for name, usual in named.items()}
    return [
        ((name, "connection"), f"в Airflow немає Connection «{value}»: заведіть його або виправте назву")
        for name, value in written.items()
        if has_connection and isinstance(value, str) and value and not has_connection(value.strip())
    ]


def _both_ways(data: Any) -> list[tuple[KeyPath, str]]:
    """Find categories that are both wanted and not."""
    items = _section(data, "items")
    wanted, unwanted = items.get("include_categories"), items.get("exclude_categories")
    if not isinstance(wanted, list) or not isinstance(unwanted, list):
        return []
    return [
        (("items", "exclude_categories", place), f"категорія {category} є і в include_categories")
        for place, category in enumerate(unwanted)
        if category in wanted
    ]


def _two_purposes(data: Any) -> list[tuple[KeyPath, str]]:
    """Find custom fields that are to hold two things, of which only one would get there."""
    crm, found = _section(data, "crm"), list[tuple[KeyPath, str]]()
    has_days = crm.get("special_target", "named_price") == "named_price"
    days = ("special_from_field", "special_to_field") if has_days else ()
    taken: dict[str, str] = {}
    for key in (*days, "description_target", "images_target"):
        title = crm.get(key, Crm.model_fields[key].default)
        if not isinstance(title, str) or not title.strip():
            continue
        other = taken.setdefault(title.strip().casefold(), key)
        if other != key:
            found.append((("crm", key), f"поле «{title.strip()}» вже зайняте: {other}"))
    return found
