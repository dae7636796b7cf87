"""Settings of ``calltouch_orders``: accounts, exchange rules, the 1C base (calltouch 6.1-2, onec-odata 8)."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    model_validator,
)

from include.calltouch_orders.contacts import phones
from include.calltouch_orders.rules import LineCondition, Rule, by_importance
from include.settings.exchange_rules import ExchangeRule, across_rules
from include.settings.fields import Days, Ref, Text, Zone, known_as, told_together
from include.settings.loader import Settings, load
from include.settings.onec_profile import Profile
from include.settings.raw_sections import Found, missing_connections, names_in, repeated

__all__ = ["Account", "CalltouchOrdersSettings", "Limits", "OneC", "Profile", "load_calltouch_orders"]

HasConnection = Callable[[str], bool]
Price = Annotated[Decimal, Field(ge=0)]
Method = Literal["create", "update", "journal", "calls", "requests"]


def _number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _digits(value: str) -> str:
    if not value.isascii() or not value.isdigit():
        raise ValueError("нужен числовой ID личного кабинета Calltouch")
    return value


def _phone(raw: str) -> str:
    if not any(char.isdigit() for char in raw):
        raise ValueError(f"«{raw}» не телефон")
    return raw


class OneC(Settings):
    """Where orders, shipments and returns come from."""

    source: Literal["odata", "mart"] = Field(
        "odata", description="mart: строки в mart.erp_* кладёт кто-то другой"
    )
    connection: Text = "onec"
    onec_profile: Annotated[Text, known_as("profiles", "профиля")] = "dalion_default"
    onec_tz: Zone = "Europe/Moscow"
    orders_window_days: Days = 7
    sweep_orders_days: Days = 60
    shipments_window_days: Days = 60
    sweep_shipments_days: Days = 365
    write_back: bool = True
    create_ad_source: bool = False
    data_load_mode: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Give the zone of the base's wall clock."""
        return ZoneInfo(self.onec_tz)


class Organisation(Settings):
    """One of our organisations: the name rules use, and its GUID in 1C."""

    name: Text
    ref: Ref


class Limits(Settings):
    """What Calltouch allows a project; 0 points is no limit, yet they are counted (calltouch 5.1, 6.23)."""

    requests_per_second: Annotated[float, Field(gt=0, le=5)] = 4.6
    hour_points: Price = Decimal(0)
    day_points: Price = Decimal(0)
    prices: dict[Method, Price] = Field({}, description="Баллы за вызов; без цены вызов стоит 1")
    automatic_share: Annotated[Decimal, Field(gt=0, le=1)] = Decimal("0.8")

    @model_validator(mode="after")
    def _every_call_can_be_paid_for(self) -> "Limits":
        dearest = max([Decimal(1), *self.prices.values()])
        for name, points in (("hour_points", self.hour_points), ("day_points", self.day_points)):
            if points and dearest > points * self.automatic_share:
                allowed = f"{(points * self.automatic_share).normalize():f}"
                raise ValueError(f"вызов за {dearest} не пройдёт: из {name} запускам доступно {allowed}")
        return self


class Account(Settings):
    """A Calltouch project that orders are sent to (table 1 of the exchange)."""

    name: Text
    site_id: Annotated[
        Text, BeforeValidator(_number_as_text, json_schema_input_type=str | int), AfterValidator(_digits)
    ]
    api_token: Text = Field(description="Имя Airflow Connection с ID кабинета и токеном")
    auto_exchange: bool = True
    show_messages: bool = True
    send_nomenclature_kinds_as_tags: bool = True
    limits: Limits = Limits()


class StopList(Settings):
    """Contractors and phones that stand for nobody in particular (calltouch 7)."""

    contractors: list[Ref] = Field([])
    phones: list[Annotated[Text, BeforeValidator(_number_as_text), AfterValidator(_phone)]] = Field([])

    @cached_property
    def contractor_refs(self) -> frozenset[UUID]:
        """Give the contractors as a set."""
        return frozenset(self.contractors)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Give the phones as they are compared."""
        return frozenset(number for raw in self.phones for number in phones(raw))


class CalltouchOrdersSettings(Settings):
    """The whole of calltouch_orders.yaml."""

    go_live_date: date = Field(description="Заказы с более ранней датой не отправляются")
    crm: Text = "Dalion"
    calltouch_tz: Zone = "Europe/Moscow"
    create_revenue: Literal["document_sum", "zero"] = "document_sum"
    lead_type_to_match: Text = "nearest"
    search_depth: Annotated[int, Field(ge=1)] = Field(262800, description="Минут")
    line_condition: LineCondition = "any"
    replace_tags: bool = True
    skip_derived_orders: bool = False
    deleted_status: Text | None = None
    source_wait_hours: Annotated[int, Field(ge=1)] = 72
    profiles: dict[str, Profile]
    onec: OneC = Field(OneC(), validate_default=True)
    organisations: list[Organisation] = Field([])
    accounts: Annotated[list[Account], Field(min_length=1)]
    exchange_rules: list[ExchangeRule]
    stop_list: StopList = StopList()

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(
        cls, data: Any, handler: ModelWrapValidatorHandler["CalltouchOrdersSettings"], info: ValidationInfo
    ) -> "CalltouchOrdersSettings":
        """Tell what is wrong across sections together with what is wrong inside each."""
        if info.context is not None:
            info.context.update({key: names_in(data, key) for key in _NAMED})
        return told_together(cls.__name__, data, handler, _across(data, info.context or {}))

    @property
    def profile(self) -> Profile:
        """Give the profile of the 1C base in use."""
        return self.profiles[self.onec.onec_profile]

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the zone of dates sent to Calltouch."""
        return ZoneInfo(self.calltouch_tz)

    def account(self, name: str) -> Account:
        """Find an account by name; KeyError when there is none."""
        return {account.name: account for account in self.accounts}[name]

    def rules_of(self, account: Account) -> tuple[Rule, ...]:
        """Give an account's rules, the most important first."""
        return self._rules.get(account.name, ())

    @cached_property
    def _rules(self) -> dict[str, tuple[Rule, ...]]:
        refs = {organisation.name: organisation.ref for organisation in self.organisations}
        rules: dict[str, list[Rule]] = {}
        for number, rule in enumerate(self.exchange_rules, start=1):
            rules.setdefault(rule.account, []).append(rule.as_rule(number, refs))
        return {name: by_importance(own) for name, own in rules.items()}


_NAMED = ("profiles", "organisations", "accounts")


def load_calltouch_orders(has_connection: HasConnection | None = None) -> CalltouchOrdersSettings:
    """Load calltouch_orders.yaml; raise ConfigError with all its problems, missing connections among them."""
    return load(CalltouchOrdersSettings, "calltouch_orders", {"has_connection": has_connection})


def _across(data: Any, context: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    has_connection: HasConnection | None = context.get("has_connection")
    return [
        *repeated(data, "accounts", "name"),
        *repeated(data, "accounts", "site_id"),
        *repeated(data, "accounts", "api_token"),
        *repeated(data, "organisations", "name"),
        *repeated(data, "organisations", "ref"),
        *(missing_connections(data, has_connection) if has_connection else ()),
        *across_rules(data),
        *_underivable(data),
    ]


def _underivable(data: Any) -> Found:
    """Find orders that are to be skipped as derived while nothing tells which are."""
    if not isinstance(data, Mapping) or data.get("skip_derived_orders") is not True:
        return
    onec, profiles = data.get("onec") or {}, data.get("profiles") or {}
    name = onec.get("onec_profile", OneC.model_fields["onec_profile"].default)
    profile = profiles.get(name) if isinstance(profiles, Mapping) else None
    header = profile.get("header") if isinstance(profile, Mapping) else None
    if isinstance(header, Mapping) and not header.get("base"):
        yield ("skip_derived_orders",), f"нужен реквизит документа-основания: profiles.{name}.header.base"
