"""Settings of ``amocrm_statuses``: the account, how it is read, what is made of it (smart-data-hub 3)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from include.amocrm_statuses.mapping import Mapping
from include.errors import ConfigError
from include.settings.amocrm_checks import across
from include.settings.amocrm_mapping import (
    Calculated,
    CustomFields,
    Filter,
    Funnel,
    Identifier,
    VendorId,
    mapping_of,
)
from include.settings.fields import Text, told_together
from include.settings.loader import Settings, did_you_mean, load

HasConnection = Callable[[str], bool]
ACCOUNT_ZONE = "account"
NO_ACCOUNT_ZONE = (
    "timezone: account, а аккаунт amoCRM не говорит своего часового пояса или говорит неизвестный ({}): "
    "укажите пояс в настройках, например Europe/Moscow"
)

Share = Annotated[float, Field(ge=0, le=1)]
Minutes = Annotated[int, Field(ge=0, le=10080)]


def is_zone(name: str | None) -> bool:
    """Tell whether there is such a zone."""
    return bool(name) and name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # it walks the folders of all zones


def _zone(name: str) -> str:
    if name != ACCOUNT_ZONE and not is_zone(name):
        near = did_you_mean(name, [ACCOUNT_ZONE, *_zones()])
        raise ValueError(f"часового пояса «{name}» нет" + near)
    return name


def _past(day: date) -> date:
    if day > datetime.now(UTC).date():
        raise ValueError("это день в будущем: событий там нет")
    return day


class Account(Settings):
    """The account: its connection, and how much of the vendor's limit is used (amocrm 3)."""

    connection: Text = "amocrm"
    active: bool = True
    requests_per_second: Annotated[float, Field(gt=0, le=7)] = Field(
        6.8, description="amoCRM разрешает интеграции 7 запросов в секунду"
    )
    keep_alive_days: Annotated[int, Field(ge=1, le=80)] = Field(
        60, description="Токены старше обновляются, даже если аккаунт не читается: через 3 месяца они гаснут"
    )


class Reading(Settings):
    """How the account is read."""

    overlap_minutes: Minutes = 10
    events_overlap_minutes: Minutes = 60
    events_from: Annotated[date, AfterValidator(_past)] | None = Field(
        None, description="С какого дня читать события; null: с самой старой сделки"
    )
    contacts: bool = Field(True, description="Читать контакты: имена, телефоны и почту")
    id_scan_days: Annotated[int, Field(ge=1, le=366)] = 7
    max_pages: Annotated[int, Field(ge=1)] = 4000
    keep_raw: bool = Field(False, description="Хранить сделки и такими, как их отдал amoCRM")


class Guards(Settings):
    """Where a run stops rather than believe what it sees."""

    min_seen_again: Share = 0.95
    max_left: Share = Field(0.2, description="Доля сделок витрин, что может уйти из них за запуск")


class Policies(Settings):
    """What the vendor left open (smart-data-hub 7)."""

    backfill: Literal["previous", "visited_only"] = "previous"
    unmapped: Literal["warn", "fail", "ignore"] = "warn"
    price_basis: Literal["current", "at_success"] = "current"
    snapshot_days: bool = False


class PushFunnel(Settings):
    """A funnel of Smart Data Hub, and its statuses by our containers."""

    pipeline_id: Text
    statuses: dict[Identifier, Text] = Field({})


class Push(Settings):
    """Leads passed on to Smart Data Hub; off unless asked for (smart-data-hub 2)."""

    enabled: bool = False
    connection: Text = "smart_data_hub"
    mode: Literal["create_only", "repost_changed"] = Field(
        "create_only",
        description="repost_changed: только если Smart Data Hub обновляет сделку с тем же outer_id",
    )
    requests_per_second: Annotated[float, Field(gt=0, le=50)] = 2
    personal_data: bool = Field(False, description="Передавать телефон и почту основного контакта")
    missing_as_none: bool = Field(False, description="Вместо пустых значений передавать слово none")
    created_from: date | None = Field(None, description="Не передавать сделки, созданные раньше")
    funnels: dict[Identifier, PushFunnel] = Field({})
    managers: dict[int, Text] = Field({})
    custom_fields: dict[int, Text] = Field({})
    first_cost: VendorId | None = None
    purchase_tax: VendorId | None = None
    purchase_shipping: VendorId | None = None
    markers: dict[Literal["success", "refusal", "return", "pause", "ordinary"], Text] = Field(
        {}, description="Слова Smart Data Hub для маркеров; ordinary: для контейнеров без маркера, если нужно"
    )

    @property
    def named_fields(self) -> list[int]:
        """Name the custom fields that are passed on."""
        others = (self.first_cost, self.purchase_tax, self.purchase_shipping)
        return [*self.custom_fields, *(field_id for field_id in others if field_id is not None)]


class AmocrmStatusesSettings(Settings):
    """The whole of amocrm_statuses.yaml."""

    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        ACCOUNT_ZONE, description="Пояс дней и полей «Дата»; account: как в самом аккаунте"
    )
    account: Account = Account()
    reading: Reading = Reading()
    guards: Guards = Guards()
    filter: Filter = Filter()
    funnels: list[Funnel] = Field([], description="Порядок контейнеров решает, что считается пройденным")
    custom_fields: CustomFields = CustomFields()
    calculated: list[Calculated] = Field([])
    policies: Policies = Policies()
    push: Push = Push()

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(
        cls, data: Any, handler: ModelWrapValidatorHandler["AmocrmStatusesSettings"], info: ValidationInfo
    ) -> "AmocrmStatusesSettings":
        """Tell what is wrong across sections together with what is wrong inside each."""
        has_connection: HasConnection | None = (info.context or {}).get("has_connection")
        return told_together(cls.__name__, data, handler, across(data, has_connection))

    @cached_property
    def mapping(self) -> Mapping:
        """Give the mapping as it is worked with."""
        return mapping_of(self.funnels)

    def zone(self, account_zone: str | None) -> ZoneInfo:
        """Give the zone of days. Raises ConfigError when it is the account's, and that is not known."""
        if self.timezone != ACCOUNT_ZONE:
            return ZoneInfo(self.timezone)
        if not is_zone(account_zone):
            raise ConfigError(NO_ACCOUNT_ZONE.format(account_zone or "пусто"))
        return ZoneInfo(account_zone or "")

    def field_zone(self, account_zone: str | None) -> ZoneInfo:
        """Give the zone of fields of dates: the account's, whatever that of reports (amocrm 5.5)."""
        return ZoneInfo(account_zone or "") if is_zone(account_zone) else self.zone(account_zone)


def load_amocrm_statuses(has_connection: HasConnection | None = None) -> AmocrmStatusesSettings:
    """Load amocrm_statuses.yaml; raise ConfigError with all its problems."""
    return load(AmocrmStatusesSettings, "amocrm_statuses", {"has_connection": has_connection})
