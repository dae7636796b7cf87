"""The accounts of the exchange with Calltouch as the pages need them, even while the settings are broken."""

from datetime import tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from include.errors import ConfigError
from include.settings.calltouch_orders import Account, CalltouchOrdersSettings
from plugins.defaults import ZONE
from plugins.pipelines.calltouch_orders import load
from plugins.steps.calltouch_intake import SOURCE

READING = SOURCE  # of the runs that read the documents


class Accounts(NamedTuple):
    """What the settings name; ``problems`` instead when they cannot be read."""

    settings: CalltouchOrdersSettings | None
    problems: tuple[str, ...] = ()

    @property
    def listed(self) -> list[Account]:
        return self.settings.accounts if self.settings else []

    @property
    def names(self) -> list[str]:
        return [account.name for account in self.listed]

    @property
    def organisations(self) -> list[str]:
        return [known.name for known in self.settings.organisations] if self.settings else []

    def zone(self, name: str | None = None) -> tzinfo:
        """Return the zone of dates sent to Calltouch; that of the schedules while it cannot be told."""
        return self.settings.zone if self.settings else ZoneInfo(ZONE)

    @property
    def base_zone(self) -> tzinfo:
        """Give the zone of the 1C base's wall clock; that of the schedules while it cannot be told."""
        return self.settings.onec.zone if self.settings else ZoneInfo(ZONE)

    def find(self, name: str | None) -> Account | None:
        return next((account for account in self.listed if account.name == name), None)

    def name_of(self, connection: str) -> str:
        """Name the account that uses a connection; the connection itself when none does."""
        names = (account.name for account in self.listed if account.api_token == connection)
        return next(names, connection)


def read_accounts() -> Accounts:
    """Read the settings as they are now: an edited file shows at the next request."""
    try:
        return Accounts(load())
    except ConfigError as error:
        return Accounts(None, error.problems)
    except (OSError, ValueError) as error:
        return Accounts(None, (f"Файл настроек не читается: {error}",))
