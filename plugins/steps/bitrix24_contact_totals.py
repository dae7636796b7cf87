"""What a run of ``bitrix24_contact_totals`` is about: the portal, the years, what a person has asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from include.bitrix24.names import stamp
from include.bitrix24.stopped import Stopped
from include.paths import SQL_DIR
from include.settings.bitrix24_contact_totals import ContactTotalsSettings

SQL = SQL_DIR / "bitrix24_contact_totals"
PIPELINE = "bitrix24_contact_totals"
TARGET = "bitrix24"
KINDS = ("create_field", "set_totals")  # what is written, in the order of sending


class DealsDropped(Stopped):
    code = "B24_DEALS_DROPPED"


class DealsGrew(Stopped):
    code = "B24_DEALS_GREW"


class OtherPortal(Stopped):
    code = "B24_OTHER_PORTAL"


class CurrencyChanged(Stopped):
    code = "B24_CURRENCY_CHANGED"


class ContactsMissing(Stopped):
    code = "B24_CONTACTS_MISSING"


class Scope(NamedTuple):
    """
    What a run may do; by schedule everything that the guards let pass.

    ``years``, ``contact_ids``: only those are written, None: all. ``max_updates``: contacts at most.
    """

    years: Sequence[int] | None = None
    contact_ids: Sequence[int] | None = None
    max_updates: int | None = None
    allow_drop: bool = False
    allow_growth: bool = False


class Totals(NamedTuple):
    """One run. ``now``: when it was opened, which every attempt at it takes for the present."""

    run_id: int
    settings: ContactTotalsSettings
    now: datetime
    scope: Scope = Scope()
    dry_run: bool = False

    @property
    def account(self) -> str:
        """Name the portal: the connection to it."""
        return self.settings.portal.connection

    @property
    def today(self) -> date:
        """Give the local date of the run."""
        return self.now.astimezone(self.settings.zone).date()

    @property
    def years(self) -> range:
        """Give the years that have fields."""
        year = self.settings.year
        return range(year.first, max(self.today.year + year.ahead, year.first) + 1)

    @property
    def written_years(self) -> list[int]:
        """Give those of them that this run writes: those that were asked for, or those of the settings."""
        if self.scope.years is not None:
            return [year for year in self.years if year in self.scope.years]
        is_current = self.settings.year.write == "current"
        return [year for year in self.years if not is_current or year == self.today.year]

    @property
    def unknown_years(self) -> list[int]:
        """Give the years that were asked for and have no fields."""
        return [year for year in self.scope.years or () if year not in self.years]

    @property
    def most(self) -> int:
        """Give the number of contacts that may be written to."""
        asked, usual = self.scope.max_updates, self.settings.writes.max_contact_updates
        return usual if asked is None else min(asked, usual)

    @property
    def policy(self) -> dict[str, Any]:
        """Give the settings that shape totals: a snapshot keeps them, for the next comparison."""
        settings = self.settings
        return {
            "year": settings.year.by,
            "split": settings.split,
            "rates": settings.currency.rate_policy,
            **settings.deals.model_dump(mode="json"),
        }

    @property
    def params(self) -> dict[str, Any]:
        """What the files of ``sql/bitrix24_contact_totals`` refer to."""
        settings = self.settings
        return {
            "run_id": self.run_id,
            "pipeline": PIPELINE,
            "vendor": TARGET,
            "source": self.account,
            "target": settings.currency.target,
            "account": self.account,
            "now": self.now,
            "policy": settings.currency.rate_policy,
            "by": settings.year.by,
            "first_year": self.years[0],
            "last_year": self.years[-1],
            "funnels": list(settings.deals.funnels),
            "exclude_funnels": list(settings.deals.exclude_funnels),
            "contact_ids": None if self.scope.contact_ids is None else list(self.scope.contact_ids),
            "repair_days": settings.writes.repair_days,
            "day": self.today.toordinal(),
            "stamp": stamp(settings.fields.prefix),
        }
