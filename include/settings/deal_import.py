"""Settings of ``deal_import``: statuses, sources, and the layouts of foreign files (leadexpert 3.1, 6)."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from include.deal_import.layout import (
    CLIENT_FIELDS,
    DEAL_EXPORT_PATHS,
    FIELDS,
    DealExport,
    Layout,
    XPathLayout,
    canonical,
    compile_path,
)
from include.settings.loader import Settings, did_you_mean, load
from include.values.text import status_key

DEAL_EXPORT = "deal_export"
_FILE_SCHEMES = {"http", "https", "file"}
_WANTED_LINK = "нужен адрес вида https://…, file:///… или s3://…"
_NAME = re.compile(r"[^\W\d][\w.-]*")
_REQUIRED = ("id", "actual_amount")  # without these no record of a file is ever imported


def _known(value: str, known: Iterable[str] | None, what: str) -> str:
    if known is not None and value not in known:
        raise ValueError(f"{what} «{value}» нет{did_you_mean(value, known)}")
    return value


def _known_status(name: str, info: ValidationInfo) -> str:
    names: dict[str, str] | None = (info.context or {}).get("statuses")
    if names is not None and status_key(name) not in names:
        raise ValueError(f"статуса «{name}» нет в statuses{did_you_mean(name, names.values())}")
    return name if names is None else names[status_key(name) or ""]


def _known_format(name: str, info: ValidationInfo) -> str:
    return _known(name, (info.context or {}).get("formats"), "формата")


def _known_zone(name: str) -> str:
    return _known(name, available_timezones(), "часового пояса")


def _currency_code(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError("нужен код валюты из трёх букв A-Z, например RUB")
    return code


def _field_name(name: str) -> str:
    try:
        return canonical(name)
    except KeyError:
        raise ValueError(f"поля «{name}» нет{did_you_mean(name, FIELDS)}") from None


def _usable_path(path: str) -> str:
    compile_path(path)
    return path


def _usable_record(path: str) -> str:
    if not all(_NAME.fullmatch(step) for step in path.strip("/").split("/")):
        raise ValueError(f"«{path}»: нужно имя элемента или путь от корня вида Payments/Payment")
    return path


def _safe_link(link: str) -> str | None:
    """Admit an address with a scheme and without credentials. Blank is none: a fault of its source's runs."""
    if not link:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        raise ValueError(_WANTED_LINK) from None
    if not parts.scheme or not (parts.netloc or parts.scheme == "file"):
        raise ValueError(_WANTED_LINK)
    if parts.password is not None or (parts.username is not None and parts.scheme in _FILE_SCHEMES):
        raise ValueError("логин и пароль в ссылке не держат: заведите Connection и назовите его в connection")
    return link


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1)]
Path = Annotated[Text, AfterValidator(_usable_path)]
Paths = Annotated[
    list[Path],
    BeforeValidator(_listed, json_schema_input_type=str | list[str]),
    Field(min_length=1),
]
FieldName = Annotated[str, AfterValidator(_field_name)]
_SPELLINGS = [*FIELDS, *(f"client{mark}{name}" for mark in "/." for name in CLIENT_FIELDS)]
FieldMap = Annotated[
    dict[FieldName, Paths],
    Field(json_schema_extra={"propertyNames": {"enum": [*_SPELLINGS]}}),
]
Currency = Annotated[
    str,
    AfterValidator(_currency_code),
    Field(json_schema_extra={"pattern": "^[A-Z]{3}$"}),
]


class Status(Settings):
    """A deal status of this company and what it means to the import."""

    name: Text
    kind: Literal["new", "repeat", "in_work", "won", "lost", "other"]


class LayoutSettings(Settings):
    """A file format: where a record lies, and each field in it, as XPath 1.0 without namespaces."""

    record: Annotated[Text, AfterValidator(_usable_record)]
    fields: FieldMap

    @field_validator("fields")
    @classmethod
    def _has_what_an_import_needs(cls, fields: dict[str, list[str]]) -> dict[str, list[str]]:
        if missing := [name for name in _REQUIRED if name not in fields]:
            raise ValueError(f"без полей {', '.join(missing)} ни одна запись не будет загружена")
        return fields


class Source(Settings):
    """One export file behind a link."""

    name: Text
    link: Annotated[str, AfterValidator(_safe_link)] | None = None
    connection: Text | None = Field(None, description="Airflow Connection с логином и паролем для ссылки")
    active: bool = True
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Moscow"
    currency: Currency = "RUB"
    format: Annotated[str, AfterValidator(_known_format)] = DEAL_EXPORT
    status_map: dict[str, Annotated[str, AfterValidator(_known_status)]] = Field({})
    require_tsuid_for_new_client: bool = False
    max_lookback_days: Annotated[int, Field(ge=1)] | None = None
    min_share_of_last: Annotated[float, Field(ge=0, le=1)] = 0.5
    field_map: FieldMap = Field({})

    @field_validator("status_map")
    @classmethod
    def _texts_differ(cls, status_map: dict[str, str]) -> dict[str, str]:
        _refuse_repeated("текст", list(status_map))
        return status_map

    @property
    def zone(self) -> ZoneInfo:
        """Give the zone in which dates without one are read."""
        return ZoneInfo(self.timezone)


class DealImportSettings(Settings):
    """The whole of deal_import.yaml. Checks that reach across sections need ``load_deal_import``."""

    statuses: list[Status]
    layouts: dict[str, LayoutSettings] = Field({}, validate_default=True)
    sources: list[Source]

    @field_validator("statuses")
    @classmethod
    def _one_of_each_needed_kind(cls, statuses: list[Status], info: ValidationInfo) -> list[Status]:
        for kind in ("new", "repeat"):
            if (count := sum(status.kind == kind for status in statuses)) != 1:
                raise ValueError(f"статус вида {kind} нужен ровно один, а их {count}")
        _refuse_repeated("статус", [status.name for status in statuses])
        _share(info, "statuses", {status_key(status.name): status.name for status in statuses})
        return statuses

    @field_validator("layouts")
    @classmethod
    def _leave_our_own_alone(
        cls, layouts: dict[str, LayoutSettings], info: ValidationInfo
    ) -> dict[str, LayoutSettings]:
        if DEAL_EXPORT in layouts:
            raise ValueError(f"{DEAL_EXPORT} это собственный формат, его не переопределяют: назовите иначе")
        _share(info, "formats", (DEAL_EXPORT, *layouts))
        return layouts

    @field_validator("sources")
    @classmethod
    def _names_differ(cls, sources: list[Source]) -> list[Source]:
        _refuse_repeated("источник", [source.name for source in sources])
        return sources

    def layout_of(self, source: Source) -> Layout:
        """Put together how the files of a source are read."""
        if source.format != DEAL_EXPORT:
            layout = self.layouts[source.format]
            return XPathLayout(layout.record, layout.fields | source.field_map)
        if source.field_map:
            return XPathLayout(
                "deal_export/record", DEAL_EXPORT_PATHS | source.field_map, is_deal_export=True
            )
        return DealExport()


def load_deal_import() -> DealImportSettings:
    """Load deal_import.yaml; raise ConfigError with all its problems."""
    return load(DealImportSettings, "deal_import")


def _share(info: ValidationInfo, key: str, value: object) -> None:
    """Hand what a section defines to the checks of the sections after it."""
    if info.context is not None:
        info.context[key] = value


def _refuse_repeated(what: str, names: list[str]) -> None:
    seen: set[str | None] = set()
    for name in names:
        if status_key(name) in seen:
            raise ValueError(f"{what} «{name}» указан дважды")
        seen.add(status_key(name))
