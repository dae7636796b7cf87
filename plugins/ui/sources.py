"""The sources of the import as the pages need them, even while the settings file is broken."""

from datetime import tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from include.errors import ConfigError
from include.settings.deal_import import Source, load_deal_import
from plugins.defaults import ZONE


class Sources(NamedTuple):
    """What the settings name; ``problems`` instead when they cannot be read."""

    listed: list[Source]
    problems: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [source.name for source in self.listed]

    def zone(self, name: str | None) -> tzinfo:
        """Return the zone of a source; of the first one if unknown, of the schedules if there is none."""
        zones = {source.name: source.zone for source in reversed(self.listed)}
        return zones.get(name or "", next(reversed(zones.values()), ZoneInfo(ZONE)))

    def find(self, name: str | None) -> Source | None:
        return next((source for source in self.listed if source.name == name), None)


def read_sources() -> Sources:
    """Read the settings as they are now: an edited file shows at the next request."""
    try:
        return Sources(load_deal_import().sources)
    except ConfigError as error:
        return Sources([], error.problems)
    except (OSError, ValueError) as error:
        return Sources([], (f"Файл настроек не читается: {error}",))
