"""The shop of the catalogue as the pages need it, even while the settings are broken."""

from datetime import tzinfo
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from include.errors import ConfigError
from include.opencart_catalog.changes import Names
from include.settings.opencart_catalog import OpencartCatalogSettings
from plugins.defaults import ZONE
from plugins.pipelines.opencart_catalog import load


class Shops(NamedTuple):
    """What the settings name; ``problems`` instead when they cannot be read."""

    settings: OpencartCatalogSettings | None
    problems: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [self.settings.shop.connection] if self.settings else []

    def zone(self, name: str | None = None) -> tzinfo:
        """Return the zone of the shop; that of the schedules while it cannot be told."""
        return self.settings.zone if self.settings else ZoneInfo(ZONE)

    def find(self, name: str | None) -> str | None:
        return name if name in self.names else None

    @property
    def address(self) -> str:
        """Give the shop's host, as people call it; empty while it cannot be told."""
        return urlsplit(self.settings.shop.url).hostname or "" if self.settings else ""

    @property
    def origin(self) -> str:
        """Give where the shop's pictures come from, for the policy of the page."""
        parts = urlsplit(self.settings.shop.url if self.settings else "")
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    def field_names(self) -> Names:
        """Tell which custom fields of the CRM hold descriptions and pictures."""
        crm = self.settings.crm if self.settings else None
        return Names(crm.images_target, self.settings.shop.currency) if crm and self.settings else Names()


def read_shops() -> Shops:
    """Read the settings as they are now: an edited file shows at the next request."""
    try:
        return Shops(load())
    except ConfigError as error:
        return Shops(None, error.problems)
    except (OSError, ValueError) as error:
        return Shops(None, (f"Файл налаштувань не читається: {error}",))
