"""What both pipelines of a portal share: their source, and its hook behind limits common to all workers."""

from typing import Any

from include.bitrix24.address import address_of, host_of
from include.errors import ConfigError
from include.settings.bitrix24_portal import Portal
from include.vendors.limits import Limits
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.hooks.vendor_gate import MethodTime, OpenTime
from plugins.pipelines.one_source import OneSource
from plugins.steps.budget import BudgetGate
from plugins.steps.method_time import MethodTimeGate
from plugins.steps.oauth_tokens import TokenStore
from plugins.warehouse import Warehouse

TARGET = "bitrix24"
TIERS = {"standard": (2.0, 50), "enterprise": (5.0, 250)}  # requests a second, and at once (bitrix24 1.5)
UNKNOWN_TIER = "Connection «{}»: тариф (tier) «{}» неизвестен, нужно standard или enterprise."
PORTAL = OneSource(
    lambda settings: settings.portal.connection, "Портал в настройках уже другой: {}, а не {}."
)


def portal_hook(warehouse: Warehouse, portal: Portal) -> Bitrix24Hook:
    """
    Make the hook of a portal.

    Its turns are those of the host, which the vendor counts by our address: two connections to one portal
    take turns, too. The time of methods is counted for each webhook apart. The connection's extra may have
    ``tier``, and ``patience``: seconds that a task sleeps rather than be deferred.
    """
    account = portal.connection
    connection = Bitrix24Hook.get_connection(account)
    extra = connection.extra_dejson
    address = address_of(connection.host, connection.schema, connection.port)
    lane = f"{TARGET}:{host_of(address) if address else account}"  # without one the hook's first call fails
    gate = BudgetGate(warehouse, TARGET, account, limits_of(portal, extra.get("tier")), lane=lane)
    methods = _methods(warehouse, portal, Bitrix24Hook.patience_in(extra))
    return Bitrix24Hook(account, gate, methods, TokenStore(warehouse, TARGET, account))


def limits_of(portal: Portal, tier: Any = None) -> Limits:
    """Give the bucket of a portal's tariff, as far as it is ours. Raises ConfigError for another tariff."""
    name = tier or "standard"
    if name not in TIERS:
        raise ConfigError(UNKNOWN_TIER.format(portal.connection, name))
    rate, at_once = TIERS[name]
    return Limits(calls_per_second=rate, burst=max(1, int(at_once * portal.bucket_share)))


def waits_for(portal: Portal) -> tuple[str, str]:
    """Name target and account whose windows a task waits for."""
    return TARGET, portal.connection


def _methods(warehouse: Warehouse, portal: Portal, patience: float) -> MethodTime:
    if portal.pause is None:
        return OpenTime()
    return MethodTimeGate(warehouse, TARGET, portal.connection, pause_at=portal.pause, patience=patience)
