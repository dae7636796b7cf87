"""
Calltouch's points: an allowance of each project, taken from by successful requests (calltouch 5.1, A8).

Windows are the hour and the day of Moscow, by the sandbox's clock; an allowance of 0 is none.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.calltouch_dates import ZONE
from sandbox.place import Store

_FREE: dict[str, Any] = {"hour": 0, "day": 0, "prices": {}}


class Points:
    """What each project may spend and has spent, by hour and method."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def set(self, site: str, allowance: Mapping[str, Any]) -> None:
        """Give a project an allowance: ``hour``, ``day``, ``prices`` by method (1 by default)."""
        if unknown := allowance.keys() - _FREE.keys():
            raise ValueError(f"unknown of points: {', '.join(sorted(unknown))}")
        self._store.put("allowance", {site: {**self.allowance(site), **allowance}})

    def allowance(self, site: str) -> dict[str, Any]:
        """Return a project's allowance."""
        return {**_FREE, **(self._store.get("allowance", site) or {})}

    def suffice(self, site: str, method: str, now: datetime) -> bool:
        """Tell whether a call can be paid."""
        allowance, price = self.allowance(site), self._price(site, method)
        hour = now.astimezone(ZONE).strftime("%Y-%m-%dT%H")
        for window, most in ((hour, allowance["hour"]), (hour[:10], allowance["day"])):
            if most and self._spent(site, window) + price > Decimal(str(most)):
                return False
        return True

    def take(self, site: str, method: str, now: datetime) -> None:
        """Let a successful call cost what it costs."""
        key = f"{site}/{now.astimezone(ZONE):%Y-%m-%dT%H}"
        spent = dict(self._store.get("spent", key) or {})
        calls, points = spent.get(method, [0, "0"])
        spent[method] = [calls + 1, str(Decimal(points) + self._price(site, method))]
        self._store.put("spent", {key: spent})

    def report(self, site: str) -> dict[str, dict[str, list[Any]]]:
        """Return ``{project/hour: {method: [calls, points]}}`` of a project, or of all."""
        return {
            key: spent
            for key, spent in self._store.all("spent").items()
            if key.startswith(f"{site}/" if site else "")
        }

    def _price(self, site: str, method: str) -> Decimal:
        return Decimal(str(self.allowance(site)["prices"].get(method, 1)))

    def _spent(self, site: str, window: str) -> Decimal:
        hours = self._store.all("spent").items()
        mine = (spent for key, spent in hours if key.startswith(f"{site}/{window}"))
        return sum((Decimal(points) for spent in mine for _, points in spent.values()), Decimal())
