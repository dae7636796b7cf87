"""A won deal of the portal as a row (bitrix24 2.1, 7.2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from include.bitrix24.values import day_of, id_of, ids_of, moment_of, number_of, text_of
from include.settings.bitrix24_contact_totals import Deals

SELECT = (
    "id", "title", "categoryId", "stageId", "closedate", "movedTime", "updatedTime", "opportunity",
    "currencyId", "contactId", "contactIds", "companyId",
)  # fmt: skip
HISTORY_SELECT = ("ID", "OWNER_ID", "CREATED_TIME")
Split = Literal["equal", "primary_only"]


class DealRow(NamedTuple):
    """A won deal; in the order of ``stage.bitrix24_contact_totals_deal``."""

    deal_id: int
    title: str | None
    category_id: int
    stage_id: str
    closed_on: str | None
    moved_at: datetime | None
    moved_on: str | None
    updated_at: datetime | None
    opportunity: Decimal | None
    currency: str | None
    company_id: int | None
    contact_ids: Sequence[int]


class WonRow(NamedTuple):
    """When a deal came to a won stage; in the order of ``stage.bitrix24_contact_totals_won``."""

    deal_id: int
    history_id: int
    won_on: str


def condition(deals: Deals) -> dict[str, Any]:
    """
    Say which deals are read: won ones of the wanted funnels, no templates.

    Those left out by a field's value are read too (``is_excluded``): whether the portal's «not one of» takes
    in deals without a value is not told, and if it did not, nearly all of them would be missing.
    """
    asked: dict[str, Any] = {"stageSemanticId": "S", "isRecurring": "N"}
    wanted = [funnel for funnel in deals.funnels if funnel not in deals.exclude_funnels]
    if wanted:
        asked["@categoryId"] = wanted
    elif deals.exclude_funnels:
        asked["!@categoryId"] = list(deals.exclude_funnels)
    return asked


def selected(deals: Deals) -> list[str]:
    """Name the fields that are read of a deal."""
    return list(dict.fromkeys((*SELECT, *(exclusion.field for exclusion in deals.exclude))))


def is_excluded(item: Mapping[str, Any], deals: Deals) -> bool:
    """Tell whether a deal is left out by the value of a field, or by one of its values (A15)."""
    return any(
        not _spellings(item[exclusion.field]).isdisjoint(exclusion.values) for exclusion in deals.exclude
    )


def deal_row(item: Mapping[str, Any], split: Split, zone: tzinfo) -> DealRow:
    """Read a deal; what is no sum or no day is told as none. The close date is a day, not a moment."""
    currency = text_of(item["currencyId"])
    return DealRow(
        deal_id=int(item["id"]),
        title=text_of(item["title"]),
        category_id=int(item["categoryId"] or 0),
        stage_id=text_of(item["stageId"]) or "",
        closed_on=day_of(item["closedate"]),
        moved_at=moment_of(item["movedTime"]),
        moved_on=_day(item["movedTime"], zone),
        updated_at=moment_of(item["updatedTime"]),
        opportunity=number_of(item["opportunity"]),
        currency=currency,
        company_id=id_of(item["companyId"]),
        contact_ids=_sharers(item, split),
    )


def won_row(item: Mapping[str, Any], zone: tzinfo) -> WonRow | None:
    """Read a row of the stage history; None: it does not say when."""
    day = _day(item["CREATED_TIME"], zone)
    return WonRow(int(item["OWNER_ID"]), int(item["ID"]), day) if day else None


def _day(value: Any, zone: tzinfo) -> str | None:
    """Tell the day of a moment where the year begins; of a plain date, that date."""
    moment = moment_of(value)
    return moment.astimezone(zone).date().isoformat() if moment else day_of(value)


def _spellings(value: Any) -> set[str]:
    """Give the ways to write a field's value; yes and no are told as letters, and asked for by numbers."""
    if isinstance(value, list | tuple):
        return set().union(*map(_spellings, value))
    if isinstance(value, Mapping):
        return _spellings(list(value.values()))
    if value is None:
        return set()
    if value is True or value == "Y":
        return {"1", "Y"}
    if value is False or value == "N":
        return {"0", "N"}
    return {format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)}


def _sharers(item: Mapping[str, Any], split: Split) -> list[int]:
    """Say who shares a deal: all its contacts, or the main one (A2)."""
    everyone = ids_of(item["contactIds"])
    if split == "equal":
        return everyone
    main = id_of(item["contactId"])
    return [main] if main else everyone[:1]
