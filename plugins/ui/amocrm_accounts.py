"""The amoCRM account of the funnel as the pages need it, even while the settings are broken."""

from datetime import tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from include.errors import ConfigError
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from plugins.defaults import ZONE
from plugins.pipelines.amocrm_statuses import load


class AmocrmAccounts(NamedTuple):
    """What the settings name; ``problems`` instead when they cannot be read."""

    settings: AmocrmStatusesSettings | None
    problems: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [self.settings.account.connection] if self.settings else []

    def zone(self, name: str | None = None) -> tzinfo:
        """Return the zone of the settings; that of the schedules where they leave it to the account."""
        return self.settings.zone(ZONE) if self.settings else ZoneInfo(ZONE)

    def find(self, name: str | None) -> str | None:
        return name if name in self.names else None


def read_amocrm() -> AmocrmAccounts:
    """Read the settings as they are now: an edited file shows at the next request."""
    try:
        return AmocrmAccounts(load())
    except ConfigError as error:
        return AmocrmAccounts(None, error.problems)
    except (OSError, ValueError) as error:
        return AmocrmAccounts(None, (f"Файл настроек не читается: {error}",))
