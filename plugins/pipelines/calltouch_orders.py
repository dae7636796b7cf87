"""What ``calltouch_orders`` has of its own: the reading of 1C, and the exchange with each account."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from airflow.sdk import get_current_context

from include.calltouch_orders.asked import KINDS, asked_order
from include.calltouch_orders.messages import INTAKE_WORDS, WORDS
from include.errors import ConfigError
from include.settings.calltouch_orders import Account, CalltouchOrdersSettings, load_calltouch_orders
from include.settings.loader import did_you_mean
from include.vendors.limits import Limits
from plugins.hooks.calltouch import CalltouchHook
from plugins.hooks.onec import OneCHook
from plugins.runs import Pipeline, has_connection
from plugins.steps import calltouch_exchange, calltouch_intake
from plugins.steps.budget import BudgetGate
from plugins.steps.calltouch_exchange import PIPELINE, Exchange, Scope
from plugins.steps.calltouch_intake import SOURCE, Intake
from plugins.warehouse import Warehouse

DAY = timedelta(days=1)
_ONE, _PERIOD = ("send_one", "check_one"), ("send_period",)
# In which modes each Param means something; in another it would be passed over in silence.
_BY_MODE = {
    "document": _ONE,
    "rematch": ("send_one",),
    "date_from": _PERIOD,
    "date_to": _PERIOD,
    "organisation": _PERIOD,
    "kind": _PERIOD,
}


def load() -> CalltouchOrdersSettings:
    """Load the settings; raise ConfigError with all problems, missing connections among them."""
    return load_calltouch_orders(has_connection)


def account_of(settings: CalltouchOrdersSettings, name: str) -> Account:
    """Find an account. Raises ConfigError."""
    names = [account.name for account in settings.accounts]
    if name not in names:
        raise ConfigError(f"Аккаунта «{name}» нет в настройках{did_you_mean(name, names)}")
    return settings.account(name)


def scope_of(settings: CalltouchOrdersSettings, params: Mapping[str, Any]) -> Scope:
    """
    Say which orders a run is about: all, those of the interval of a backfill, or what a person has named.

    Raises ConfigError when a Param that the mode needs is missing or makes no sense.
    """
    mode = params["mode"]
    if strange := [name for name in _BY_MODE if params[name] and mode not in _BY_MODE[name]]:
        modes = " или ".join(_BY_MODE[strange[0]])
        raise ConfigError(f"Указан параметр {strange[0]}, а режим {mode}: выберите mode {modes}.")
    if mode in ("send_one", "check_one"):
        if not params["document"]:
            raise ConfigError(f"Для режима {mode} назовите документ: параметр document.")
        return Scope(mode, asked=asked_order(params["document"]), rematch=bool(params["rematch"]))
    begins, ends = _days(settings, params) if mode == "send_period" else _interval()
    ref = _organisation_ref(settings, params["organisation"])
    kind = KINDS[params["kind"].casefold()] if params["kind"] else None
    return Scope(mode, date_from=begins, date_to=ends, organisation_ref=ref, kind=kind)


def limits_of(account: Account, settings: CalltouchOrdersSettings, trigger: str) -> Limits:
    """Give the limits of an account; runs by hand may use the whole window (6.23)."""
    own = account.limits
    return Limits(
        own.requests_per_second,
        own.hour_points,
        own.day_points,
        {str(method): price for method, price in own.prices.items()},
        settings.calltouch_tz,
        Decimal(1) if trigger == "manual" else own.automatic_share,
    )


def calltouch_hook(warehouse: Warehouse, run: Any, job: Exchange) -> CalltouchHook:
    """Make the hook of a run's account, behind the gate that all workers share."""
    connection = job.account.api_token
    limits = limits_of(job.account, job.settings, run.trigger)
    return CalltouchHook(connection, BudgetGate(warehouse, CalltouchHook.vendor, connection, limits))


def onec_hook(job: Exchange | Intake) -> OneCHook:
    """Make the hook of the 1C base."""
    return OneCHook(job.settings.onec.connection)


def _accounts(settings: CalltouchOrdersSettings) -> dict[str, bool]:
    """Give the accounts; by hand those without automatic exchange are taken too (6.20-22)."""
    params = get_current_context()["params"]
    scope_of(settings, params)  # what was asked for is judged before anything is read
    by_hand = params["mode"] != "auto"
    return {account.name: by_hand or account.auto_exchange for account in settings.accounts}


def _exchange(settings: CalltouchOrdersSettings, run: Any, params: Mapping[str, Any]) -> Exchange:
    account = account_of(settings, run.source)
    return Exchange(run.run_id, 0, settings, account, scope_of(settings, params), run.dry_run)


def _intake(settings: CalltouchOrdersSettings, run: Any, params: Mapping[str, Any]) -> Intake:
    scope_of(settings, params)
    return Intake(run.run_id, settings, run.dry_run)


def _zone_of(settings: CalltouchOrdersSettings, source: str) -> ZoneInfo:
    return settings.zone


def _interval() -> tuple[datetime | None, datetime | None]:
    """Give the interval of a backfill; an ordinary run is about all orders."""
    context = get_current_context()
    if context["dag_run"].run_type.value != "backfill":
        return None, None
    return context["data_interval_start"], context["data_interval_end"]


def _days(settings: CalltouchOrdersSettings, params: Mapping[str, Any]) -> tuple[datetime, datetime]:
    try:
        first, last = (date.fromisoformat(params[name] or "") for name in ("date_from", "date_to"))
    except ValueError:
        raise ConfigError("Для режима send_period нужны обе даты: date_from и date_to, ГГГГ-ММ-ДД.") from None
    if last < first:
        raise ConfigError(f"Период кончается раньше, чем начинается: {first} … {last}.")
    zone = settings.onec.zone
    return datetime.combine(first, time(), zone), datetime.combine(last + DAY, time(), zone)


def _organisation_ref(settings: CalltouchOrdersSettings, name: str | None) -> UUID | None:
    refs = {organisation.name: organisation.ref for organisation in settings.organisations}
    if name and name not in refs:
        raise ConfigError(f"Организации «{name}» нет в настройках{did_you_mean(name, refs)}")
    return refs[name] if name else None


USUAL = {"mode": "auto", "dry_run": False}
EXCHANGE = Pipeline(
    name=PIPELINE,
    param="account",
    load=load,
    sources=_accounts,
    check=account_of,
    job=_exchange,
    conclude=calltouch_exchange.conclude,
    usual=USUAL,
    zone_of=_zone_of,
    words=WORDS,
)
INTAKE = Pipeline(
    name=PIPELINE,
    param="account",
    load=load,
    sources=lambda settings: {SOURCE: True},
    check=lambda settings, source: None,
    job=_intake,
    conclude=calltouch_intake.conclude,
    usual=USUAL,
    zone_of=_zone_of,
    words=INTAKE_WORDS,
)
