"""The portal of a pipeline's settings as the pages need it, even while the settings are broken."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowException

from include.bitrix24.address import address_of as known_address
from include.bitrix24_deal_products.changes import Names, names_of
from include.errors import ConfigError
from include.settings.bitrix24_deal_products import DealProductsSettings
from include.settings.bitrix24_portal import Portal
from plugins.defaults import ZONE
from plugins.pipelines import bitrix24_contact_totals, bitrix24_deal_products

Record = Literal["contact", "deal"]


class PortalSettings(Protocol):
    """What the settings of both pipelines of a portal have."""

    @property
    def portal(self) -> Portal:
        """The portal."""

    @property
    def zone(self) -> ZoneInfo:
        """Its zone."""


class Portals(NamedTuple):
    """What the settings name; ``problems`` instead when they cannot be read."""

    settings: PortalSettings | None
    problems: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [self.settings.portal.connection] if self.settings else []

    def zone(self, name: str | None = None) -> tzinfo:
        """Return the zone of the settings; that of the schedules while it cannot be told."""
        return self.settings.zone if self.settings else ZoneInfo(ZONE)

    def find(self, name: str | None) -> str | None:
        return name if name in self.names else None


class Address(NamedTuple):
    """Where a portal is; empty when its connection does not say so."""

    url: str = ""

    @property
    def host(self) -> str:
        """Call it as people do."""
        return self.url.partition("://")[2]

    def card(self, record: Record, number: int) -> str | None:
        """Give the address of the card of a contact or a deal."""
        return f"{self.url}/crm/{record}/details/{number}/" if self.url else None


def address_of(portal: str | None) -> Address:
    """Tell where a portal is by its connection."""
    try:
        connection = BaseHook.get_connection(portal) if portal else None
    except AirflowException:
        return Address()
    told = (connection.host, connection.schema, connection.port) if connection else (None,)
    return Address(known_address(*told) or "")


def _read(load: Callable[[], PortalSettings]) -> Portals:
    """Read the settings as they are now: an edited file shows at the next request."""
    try:
        return Portals(load())
    except ConfigError as error:
        return Portals(None, error.problems)
    except (OSError, ValueError) as error:
        return Portals(None, (f"Файл настроек не читается: {error}",))


def read_totals() -> Portals:
    return _read(bitrix24_contact_totals.load)


def read_products() -> Portals:
    return _read(bitrix24_deal_products.load)


def field_names(portals: Portals) -> Names:
    """Call the fields of deals by what the settings put into them."""
    settings = portals.settings
    return names_of(settings if isinstance(settings, DealProductsSettings) else None)
