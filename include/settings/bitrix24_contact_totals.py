"""Settings of ``bitrix24_contact_totals``: which deals count for what, where totals go (bitrix24 8)."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from string import Formatter
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from include.settings.bitrix24_portal import Portal
from include.settings.fields import Text, Zone, told_together
from include.settings.loader import Settings, load
from include.settings.yaml_lines import KeyPath
from include.values.currency import CURRENCIES

HasConnection = Callable[[str], bool]
LONGEST_PREFIX = 50 - len("UF_CRM__99999_2026")
NO_CONNECTION = "в Airflow нет Connection «{}»: заведите его или исправьте название"
_PLACES = {"year", "direction", "currency"}


def _prefix(value: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", value):
        raise ValueError("нужны латинские заглавные буквы, цифры и _, первой буква: например SUM")
    if len(value) > LONGEST_PREFIX:
        raise ValueError(f"не длиннее {LONGEST_PREFIX} знаков: имя поля целиком не длиннее 50")
    return value


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"валюты «{code}» нет: нужен код вида RUB")
    return code


def _form(text: str) -> str:
    try:
        named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        raise ValueError("скобки { и } должны быть парными") from None
    if unknown := sorted(named - _PLACES):
        raise ValueError(
            f"неизвестная подстановка {{{unknown[0]}}}: есть {{year}}, {{direction}}, {{currency}}"
        )
    return text


Form = Annotated[str, Field(min_length=1), AfterValidator(_form)]
Funnel = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Currency = Annotated[str, AfterValidator(_currency)]


class Exclusion(Settings):
    """Deals left out by a field's value: tests, for instance (A15)."""

    field: Text = Field(description="Поле сделки, как в портале: UF_CRM_… или системное")
    values: Annotated[list[Text], Field(min_length=1)]


class Deals(Settings):
    """Which won deals count; templates of recurring ones never do (A6, A15)."""

    funnels: list[Funnel] = Field([], description="Номера воронок; пусто: все")
    exclude_funnels: list[Funnel] = Field([])
    exclude: list[Exclusion] = Field([])


class CurrencyPolicy(Settings):
    """The currency of the totals, and at what rate others come into it (A4)."""

    target: Currency | None = Field(None, description="null: базовая валюта портала")
    rate_policy: Literal["frozen", "daily", "reject"] = "frozen"


class Year(Settings):
    """By what a deal's year is told, and which years are written (A5, A7)."""

    by: Literal["closedate", "won_at", "stage_history"] = "closedate"
    first: Annotated[int, Field(ge=1990, le=2100)] = 2020
    ahead: Annotated[int, Field(ge=0, le=10)] = Field(1, description="Лет вперёд: поездки следующего года")
    write: Literal["all", "current"] = "all"


class Fields(Settings):
    """Fields of contacts that totals are written to (A10, A11)."""

    prefix: Annotated[str, AfterValidator(_prefix)] = "SUM"
    auto_create: bool = True
    most: Annotated[int, Field(ge=1, le=1000)] = 200
    year_totals: bool = False
    grand_total: bool = False
    changed_at: bool = False
    show_filter: bool = True
    label: Form = "Сумма сделок {year}: {direction}, {currency}"
    column: Form = "{direction} {year}"


class Writes(Settings):
    """How contacts are written to, and how often the portal is checked unasked."""

    method: Literal["item", "contact"] = Field(
        "item", description="contact: без записей в истории карточки, но запускает бизнес-процессы"
    )
    max_contact_updates: Annotated[int, Field(ge=0)] = 5000
    repair_days: Annotated[int, Field(ge=0, le=366)] = Field(
        7, description="За сколько дней проверить все контакты по очереди; 0: не проверять"
    )
    first_batch: Annotated[int, Field(ge=1, le=50)] = 20


class Guards(Settings):
    """Where a run stops rather than believe what it sees."""

    max_drop: Share = 0.05
    max_growth: Annotated[float, Field(ge=0)] | None = Field(
        1.0, description="1.0: сумма выросла больше чем вдвое; null или 0: не проверять"
    )
    min_seen_again: Share = 0.5
    count_tolerance: Share = 0.005
    max_failed: Share = 0.02
    max_missing_contacts: Share = 0.02


class Tier(Settings):
    """A threshold of bonuses (A13)."""

    name: Text
    from_: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2, alias="from")]
    per: Literal["year", "all_years"] = "year"
    funnel: Funnel | None = None
    benefit: Text | None = None


class ContactTotalsSettings(Settings):
    """The whole of bitrix24_contact_totals.yaml."""

    timezone: Zone = "Europe/Moscow"
    portal: Portal = Portal()
    deals: Deals = Deals()
    split: Literal["equal", "primary_only"] = "equal"
    currency: CurrencyPolicy = CurrencyPolicy()
    year: Year = Year()
    fields: Fields = Fields()
    writes: Writes = Writes()
    guards: Guards = Guards()
    tiers: list[Tier] = Field([])

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(
        cls, data: Any, handler: ModelWrapValidatorHandler["ContactTotalsSettings"], info: ValidationInfo
    ) -> "ContactTotalsSettings":
        """Tell what is wrong across sections together with what is wrong inside each."""
        has_connection: HasConnection | None = (info.context or {}).get("has_connection")
        found = [*_missing_connection(data, has_connection), *_both_ways(data), *_unordered(data)]
        return told_together(cls.__name__, data, handler, found)

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the zone in which a year begins and ends."""
        return ZoneInfo(self.timezone)

    def manages(self, funnel: int) -> bool:
        """Tell whether deals of a funnel count."""
        return (not self.deals.funnels or funnel in self.deals.funnels) and (
            funnel not in self.deals.exclude_funnels
        )


def load_contact_totals(has_connection: HasConnection | None = None) -> ContactTotalsSettings:
    """Load bitrix24_contact_totals.yaml; raise ConfigError with all its problems."""
    return load(ContactTotalsSettings, "bitrix24_contact_totals", {"has_connection": has_connection})


def _section(data: Any, name: str) -> Mapping[str, Any]:
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _missing_connection(data: Any, has_connection: HasConnection | None) -> Iterator[tuple[KeyPath, str]]:
    name = _section(data, "portal").get("connection", "bitrix24")
    if has_connection and isinstance(name, str) and name and not has_connection(name.strip()):
        yield ("portal", "connection"), NO_CONNECTION.format(name)


def _both_ways(data: Any) -> Iterator[tuple[KeyPath, str]]:
    """Find funnels that are both wanted and not."""
    deals = _section(data, "deals")
    wanted, unwanted = deals.get("funnels"), deals.get("exclude_funnels")
    if isinstance(wanted, list) and isinstance(unwanted, list):
        for place, funnel in enumerate(unwanted):
            if funnel in wanted:
                yield ("deals", "exclude_funnels", place), f"воронка {funnel} есть и в funnels"


def _unordered(data: Any) -> Iterator[tuple[KeyPath, str]]:
    """Find tiers whose threshold is not above that of the one before, of the same kind."""
    tiers = data.get("tiers") if isinstance(data, dict) else None
    last: dict[Any, Any] = {}
    for place, tier in enumerate(tiers if isinstance(tiers, list) else ()):
        threshold = tier.get("from") if isinstance(tier, dict) else None
        if not isinstance(threshold, int | float):
            continue
        kind = str((tier.get("per", "year"), tier.get("funnel")))
        if kind in last and threshold <= last[kind]:
            yield ("tiers", place, "from"), "пороги идут по возрастанию: этот не больше предыдущего"
        last[kind] = threshold
