"""The sources of the import as the pages need them, even while the settings file is broken."""

from datetime import UTC, tzinfo
from typing import NamedTuple

from include.errors import ConfigError
from include.settings.deal_import import Source, load_deal_import


class Sources(NamedTuple):
    """What the settings name; ``problems`` instead when they cannot be read."""

    listed: list[Source]
    problems: tuple[str, ...] = ()

    def zone(self, name: str | None) -> tzinfo:
        """Return the zone of a source; of the first source when it is unknown; UTC when there is none."""
        zones = {source.name: source.zone for source in reversed(self.listed)}
        return zones.get(name or "", next(reversed(zones.values()), UTC))

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
