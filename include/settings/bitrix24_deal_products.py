"""Settings of ``bitrix24_deal_products``: the catalogue, what of a product goes where (bitrix24 7.1, 8)."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    model_validator,
)

from include.settings.bitrix24_portal import Portal
from include.settings.fields import Text, Zone, told_together
from include.settings.loader import Settings, load
from include.settings.yaml_lines import KeyPath

__all__ = [
    "Article", "Catalog", "Copied", "Dates", "DealProductsSettings", "Guards", "Reading", "Title", "Trip",
    "load_bitrix24_deal_products",
]  # fmt: skip

HasConnection = Callable[[str], bool]
_OWN = re.compile(r"UF_[A-Z0-9_]+")
SYSTEM_FIELDS = ("begindate", "comments", "additionalInfo", "sourceDescription")  # besides the own ones


def _target(name: str) -> str:
    if name not in SYSTEM_FIELDS and not _OWN.fullmatch(name):
        known = ", ".join(SYSTEM_FIELDS)
        raise ValueError(f"нужно своё поле сделки вида UF_CRM_ARTICLE или одно из: {known}")
    return name


def _off(value: Any) -> Any:
    return "off" if value is False else value  # YAML takes a bare off for a no


Id = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Target = Annotated[str, AfterValidator(_target)]


class Catalog(Settings):
    """Which products count, and whose values a variation has."""

    iblocks: Annotated[list[Id], Field(min_length=1)] = Field([25], description="Каталоги товаров")
    sections: list[Id] = Field([], description="Только эти разделы; пусто: все")
    offers: Literal["parent_fills", "offer_only", "parent_only"] = "parent_fills"


class Title(Settings):
    """The deal's name (bitrix24 8 P4)."""

    copy_name: bool = Field(True, alias="copy")
    overwrite: Literal["until_edited", "always", "only_empty"] = "until_edited"


class Trip(Settings):
    """A property with a day of the trip, or with both; the field that gets it besides the close date."""

    property: Text
    field: Target | None = None


class Dates(Settings):
    """Days of the trip (bitrix24 8 P5, P6)."""

    closedate: Annotated[Literal["end", "start", "off"], BeforeValidator(_off)] = "end"
    end: Trip | None = Trip(property="DATE_END")
    start: Trip | None = Trip(property="DATE_START", field="begindate")
    range: Trip | None = Field(
        None, description="Свойство с обеими датами вместо end и start; field получает день начала"
    )
    repair_closedate: bool = False


class Article(Settings):
    """The product's article (bitrix24 8 P7)."""

    source: Literal["property", "xml_id", "code"] = "property"
    property: Text | None = "ARTICLE"
    fallback: Literal["xml_id", "code", "none"] = "xml_id"
    field: Target = "UF_CRM_ARTICLE"


class Copied(Settings):
    """One more property and the deal's field it goes to (bitrix24 8 P8)."""

    property: Text
    field: Target
    joined: bool = Field(True, description="Несколько значений одним текстом через «; »")


class Reading(Settings):
    """Which deals are looked at (bitrix24 7.1 step 3)."""

    overlap_minutes: Annotated[int, Field(ge=0, le=1440)] = 10
    daily_sweep: bool = True


class Guards(Settings):
    """Where a run stops rather than believe what it sees."""

    max_changed: Annotated[int, Field(ge=1)] = 500
    max_failed: Share = 0.02


class DealProductsSettings(Settings):
    """The whole of bitrix24_deal_products.yaml."""

    timezone: Zone = "Europe/Moscow"
    portal: Portal = Portal()
    funnels: list[Annotated[int, Field(ge=0)]] = Field([], description="Пусто: все воронки")
    catalog: Catalog = Catalog()
    conflict: Literal["skip", "first_by_sort"] = "skip"
    live: bool = Field(True, description="false: данные товара переносятся один раз")
    title: Title = Title()
    dates: Dates = Dates()
    article: Article | None = Article()
    fields: list[Copied] = Field([])
    reading: Reading = Reading()
    guards: Guards = Guards()

    @model_validator(mode="before")
    @classmethod
    def _range_in_place_of_both(cls, data: Any) -> Any:
        """Let a range of days stand in the place of both properties, which have defaults."""
        dates = _section(data, "dates")
        if not dates.get("range"):
            return data
        return {**data, "dates": {"start": None, "end": None, **dates}}

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(
        cls, data: Any, handler: ModelWrapValidatorHandler["DealProductsSettings"], info: ValidationInfo
    ) -> "DealProductsSettings":
        """Tell what is wrong across sections together with what is wrong inside each."""
        has_connection: HasConnection | None = (info.context or {}).get("has_connection")
        found = [*_missing_connection(data, has_connection), *_both_ways(data), *_repeated_targets(data)]
        found += _no_article(data)
        return told_together(cls.__name__, data, handler, found)

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the zone by which a day is over, and the daily look at all open deals is due."""
        return ZoneInfo(self.timezone)

    @property
    def properties(self) -> list[str]:
        """Name the codes of properties that are read, each once."""
        dates = (self.dates.end, self.dates.start, self.dates.range)
        article = self.article.property if self.article and self.article.source == "property" else None
        named = [each.property for each in (*dates, *self.fields) if each]
        return list(dict.fromkeys([*named, *([article] if article else [])]))

    @property
    def targets(self) -> list[str]:
        """Name the deal's fields that may be written."""
        dates = self.dates
        trip = [each.field for each in (dates.range or dates.start, dates.end) if each and each.field]
        return [
            *(["title"] if self.title.copy_name else []),
            *([] if dates.closedate == "off" else ["closedate"]),
            *trip,
            *([self.article.field] if self.article else []),
            *(each.field for each in self.fields),
        ]


def load_bitrix24_deal_products(has_connection: HasConnection | None = None) -> DealProductsSettings:
    """Load bitrix24_deal_products.yaml; raise ConfigError with all its problems."""
    return load(DealProductsSettings, "bitrix24_deal_products", {"has_connection": has_connection})


def _section(data: Any, name: str) -> dict[str, Any]:
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _missing_connection(data: Any, has_connection: HasConnection | None) -> Iterator[tuple[KeyPath, str]]:
    name = _section(data, "portal").get("connection", "bitrix24")
    if has_connection and isinstance(name, str) and name.strip() and not has_connection(name.strip()):
        text = f"в Airflow нет Connection «{name}»: заведите его или исправьте название"
        yield ("portal", "connection"), text


def _both_ways(data: Any) -> Iterator[tuple[KeyPath, str]]:
    """Find days that are told both by one property and by two."""
    dates = _section(data, "dates")
    if dates.get("range"):
        for name in ("end", "start"):
            if dates.get(name):
                yield ("dates", name), "лишнее: обе даты берутся из range"


def _no_article(data: Any) -> Iterator[tuple[KeyPath, str]]:
    article = _section(data, "article")
    if article.get("source", "property") == "property" and "property" in article and not article["property"]:
        yield ("article", "property"), "нужен код свойства: source берёт артикул из свойства"


def _repeated_targets(data: Any) -> Iterator[tuple[KeyPath, str]]:
    """Find fields of the deal that two things would be written to."""
    seen: dict[str, str] = {}
    for path in _target_paths(data):
        value = _at(data, path) or _usual(data, path)
        if isinstance(value, str) and value in seen:
            yield path, f"в поле {value} уже пишется {seen[value]}"
        elif isinstance(value, str):
            seen[value] = ".".join(map(str, path[:-1]))


def _target_paths(data: Any) -> Iterator[KeyPath]:
    for name in ("end", "start", "range"):
        yield ("dates", name, "field")
    yield ("article", "field")
    fields = data.get("fields") if isinstance(data, dict) else None
    for place in range(len(fields) if isinstance(fields, list) else 0):
        yield ("fields", place, "field")


def _usual(data: Any, path: KeyPath) -> str | None:
    """Give the target that is meant where none is written."""
    if path == ("article", "field"):
        is_off = isinstance(data, dict) and "article" in data and data["article"] is None
        return None if is_off else str(Article.model_fields["field"].default)
    dates = _section(data, "dates")
    is_usual = path == ("dates", "start", "field") and "start" not in dates and not dates.get("range")
    return "begindate" if is_usual else None


def _at(data: Any, path: KeyPath) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
