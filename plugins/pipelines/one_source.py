"""What pipelines share whose settings name one connection, which is their only source."""

from collections.abc import Callable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from include.errors import ConfigError


class OneSource(NamedTuple):
    """
    The only source of a pipeline, told by its settings.

    ``of``: the connection that settings name. ``another``: what is said of a run whose source they name no
    more, with places for the one they name now and for the run's. ``is_active``: whether it is worked on by
    schedule.
    """

    of: Callable[[Any], str]
    another: str
    is_active: Callable[[Any], bool] = lambda settings: True

    def sources(self, settings: Any) -> dict[str, bool]:
        """Name the source, and tell whether it is active."""
        return {self.of(settings): self.is_active(settings)}

    def check(self, settings: Any, source: str) -> None:
        """Raise ConfigError for a source that settings do not name."""
        if source != (named := self.of(settings)):
            raise ConfigError(self.another.format(named, source))

    def zone_of(self, settings: Any, source: str) -> ZoneInfo:
        """Give the zone of the settings."""
        zone: ZoneInfo = settings.zone
        return zone
