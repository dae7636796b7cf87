"""Settings of ``deal_import``: statuses, sources, and the layouts of foreign files (leadexpert 3.1, 6)."""

import re
from typing import Annotated, Any
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
from include.settings.fields import Text, Zone, known_as, told_together
from include.settings.loader import Settings, did_you_mean, load
from include.settings.source_checks import DEAL_EXPORT, Kind, across_sources, defined
from include.values.text import status_key

_FILE_SCHEMES = {"http", "https", "file"}
_STORAGES = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "adl", "oss"}
_WANTED_LINK = "нужен адрес вида https://…, file:///… или s3://…"
_NAME = re.compile(r"[^\W\d][\w.-]*")


def _known_status(name: str, info: ValidationInfo) -> str:
    names: dict[str, str] | None = (info.context or {}).get("statuses")
    if names is not None and status_key(name) not in names:
        raise ValueError(f"статуса «{name}» нет в statuses{did_you_mean(name, names.values())}")
    return name if names is None else names[status_key(name) or ""]


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
    if parts.scheme not in _FILE_SCHEMES | _STORAGES:
        raise ValueError(f"по {parts.scheme} файл не получить: {_WANTED_LINK}")
    return link


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


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
    kind: Kind


class LayoutSettings(Settings):
    """A file format: where a record lies, and each field in it, as XPath 1.0 without namespaces."""

    record: Annotated[Text, AfterValidator(_usable_record)]
    fields: FieldMap


class Source(Settings):
    """One export file behind a link."""

    name: Text
    link: Annotated[str, AfterValidator(_safe_link)] | None = None
    connection: Text | None = Field(None, description="Airflow Connection с логином и паролем для ссылки")
    active: bool = True
    timezone: Zone = "Europe/Moscow"
    currency: Currency = "RUB"
    format: Annotated[str, known_as("formats", "формата")] = DEAL_EXPORT
    status_map: dict[str, Annotated[str, AfterValidator(_known_status)]] = Field({})
    require_tsuid_for_new_client: bool = False
    max_lookback_days: Annotated[int, Field(ge=1)] | None = None
    min_share_of_last: Annotated[float, Field(ge=0, le=1)] = 0.5
    max_file_mib: Annotated[int, Field(ge=1)] = 200  # leadexpert 7
    field_map: FieldMap = Field({})

    @property
    def zone(self) -> ZoneInfo:
        """Give the zone in which dates without one are read."""
        return ZoneInfo(self.timezone)

    @property
    def max_bytes(self) -> int:
        """Give the size that an unpacked file may have."""
        return self.max_file_mib * 2**20


class DealImportSettings(Settings):
    """The whole of deal_import.yaml. Checks that reach across sections need ``load_deal_import``."""

    statuses: list[Status]
    layouts: dict[str, LayoutSettings] = Field({})
    sources: list[Source]

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(
        cls, data: Any, handler: ModelWrapValidatorHandler["DealImportSettings"], info: ValidationInfo
    ) -> "DealImportSettings":
        """Tell what is wrong across sections together with what is wrong inside each."""
        if info.context is not None:
            info.context.update(defined(data))
        return told_together(cls.__name__, data, handler, across_sources(data))

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
