"""What a page of the funnel is about: which account, which funnel, which months."""

from datetime import date, datetime, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import HTTPException

from include.amocrm_statuses.mapping import Mapping
from plugins.ui.amocrm_accounts import AmocrmAccounts, read_amocrm
from plugins.ui.site import AMOCRM_STATUSES
from plugins.ui.warehouse import Reader, Row


class Funnel(NamedTuple):
    """A funnel as the marts hold it; ``containers`` in order."""

    funnel_id: str
    title: str
    containers: list[Row]


class Chosen(NamedTuple):
    """
    The account of a page; ``name`` is None while there is none.

    known: the accounts to choose from: of the settings, and with data. row: how its connection stands. asked:
    what links have to carry so that they stay with it.
    """

    accounts: AmocrmAccounts
    name: str | None
    known: list[str]
    row: Row
    zone: tzinfo

    @property
    def asked(self) -> dict[str, str | None]:
        return {} if self.name in self.accounts.names else {"account": self.name}

    @property
    def currency(self) -> str | None:
        found: str | None = self.row["currency"]
        return found

    @property
    def intended(self) -> Mapping | None:
        """Give the mapping of the settings; None: they have none for this account."""
        settings = self.accounts.settings if self.name in self.accounts.names else None
        return settings.mapping if settings and settings.mapping.funnels else None

    @property
    def is_built(self) -> bool:
        """Tell whether there are marts: not before the first run, nor after a reset."""
        return self.row["built_at"] is not None

    @property
    def backfill(self) -> str:
        """Give the policy of the marts; while there are none, that of the settings."""
        settings = self.accounts.settings
        if not self.is_built and settings and self.intended:
            return settings.policies.backfill
        return str(self.row["backfill"])

    def card(self, lead_id: int) -> str | None:
        """Give the address of a lead in amoCRM."""
        host = self.row["host"]
        return f"https://{host}/leads/detail/{lead_id}" if host else None


class Span(NamedTuple):
    """Months that leads were created in, both ends included; None: open."""

    first: date | None
    last: date | None

    @property
    def is_turned(self) -> bool:
        """Tell whether it ends before it begins, so that no lead is of it."""
        return None not in (self.first, self.last) and self.last < self.first  # type: ignore[operator]

    @property
    def end_day(self) -> date | None:
        """Give the first day after it."""
        if self.last is None:
            return None
        year, month = divmod(self.last.year * 12 + self.last.month, 12)
        return date(year, month + 1, 1)

    @property
    def days(self) -> dict[str, date | None]:
        return {"first_day": self.first, "end_day": self.end_day}

    @property
    def months(self) -> dict[str, date | None]:
        return {"first_month": self.first, "last_month": self.last}

    @property
    def asked(self) -> dict[str, str | None]:
        return {
            name: f"{month:%Y-%m}" if month else None
            for name, month in (("from", self.first), ("to", self.last))
        }


def chosen_account(reader: Reader, wanted: str | None) -> Chosen:
    """
    Choose the account: that asked for, else of the settings, else the one published last, else run last.

    Raises a 404 for one that is neither in the settings nor has run; one without data is to be asked for.
    """
    accounts = read_amocrm()
    found = reader.rows("select_amocrm_accounts", pipeline=AMOCRM_STATUSES.dag_id)
    ran = [row["account"] for row in found]
    full = [row["account"] for row in found if row["has_data"]]
    offered = list(dict.fromkeys([*accounts.names, *full]))
    if wanted is not None and wanted not in [*offered, *ran]:
        raise HTTPException(404)
    name = wanted or next(iter(offered or ran), None)
    known = offered if name is None or name in offered else [*offered, name]
    row = reader.row("select_amocrm_connection", account=name)
    assert row is not None  # it has one row of any account
    return Chosen(accounts, name, known, row, _zone_of(row, accounts))


def _zone_of(row: Row, accounts: AmocrmAccounts) -> tzinfo:
    """Give the zone that days are told in: that of the marts, else the account's, else the settings'."""
    for name in (row["built_timezone"], row["timezone"]):
        try:
            return ZoneInfo(name)
        except (TypeError, ValueError, ZoneInfoNotFoundError, OSError):
            continue
    return accounts.zone()


def funnels_of(reader: Reader, account: str | None) -> list[Funnel]:
    """Read the funnels of an account as its marts were built with them."""
    found: dict[str, Funnel] = {}
    for row in reader.rows("select_amocrm_containers", account=account):
        name = row["funnel_id"]
        found.setdefault(name, Funnel(name, row["funnel_title"], [])).containers.append(row)
    return list(found.values())


def funnel_named(funnels: list[Funnel], wanted: str | None) -> Funnel | None:
    """Choose a funnel: the one asked for, else the first. Raises a 404 for one that is not there."""
    if wanted is None:
        return next(iter(funnels), None)
    found = next((funnel for funnel in funnels if funnel.funnel_id == wanted), None)
    if found is None:
        raise HTTPException(404)
    return found


def month_of(text: str | None) -> date | None:
    """Read a month as an address spells it, ``2026-01``. Raises a 404 for what is none."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise HTTPException(404) from None
