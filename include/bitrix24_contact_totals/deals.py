"""A won deal of the portal as a row (bitrix24 2.1, 7.2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
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
    """Say which deals are read: won ones of the wanted funnels, no templates, nothing that is excluded."""
    asked: dict[str, Any] = {"stageSemanticId": "S", "isRecurring": "N"}
    wanted = [funnel for funnel in deals.funnels if funnel not in deals.exclude_funnels]
    if wanted:
        asked["@categoryId"] = wanted
    elif deals.exclude_funnels:
        asked["!@categoryId"] = list(deals.exclude_funnels)
    for exclusion in deals.exclude:
        asked[f"!@{exclusion.field}"] = list(exclusion.values)
    return asked


def deal_row(item: Mapping[str, Any], split: Split) -> DealRow:
    """Read a deal; what is no sum or no day is told as none."""
    currency = text_of(item["currencyId"])
    return DealRow(
        deal_id=int(item["id"]),
        title=text_of(item["title"]),
        category_id=int(item["categoryId"] or 0),
        stage_id=text_of(item["stageId"]) or "",
        closed_on=day_of(item["closedate"]),
        moved_at=moment_of(item["movedTime"]),
        moved_on=day_of(item["movedTime"]),
        updated_at=moment_of(item["updatedTime"]),
        opportunity=number_of(item["opportunity"]),
        currency=currency,
        company_id=id_of(item["companyId"]),
        contact_ids=_sharers(item, split),
    )


def won_row(item: Mapping[str, Any]) -> WonRow | None:
    """Read a row of the stage history; None: it does not say when."""
    day = day_of(item["CREATED_TIME"])
    return WonRow(int(item["OWNER_ID"]), int(item["ID"]), day) if day else None


def _sharers(item: Mapping[str, Any], split: Split) -> list[int]:
    """Say who shares a deal: all its contacts, or the main one (A2)."""
    everyone = ids_of(item["contactIds"])
    if split == "equal":
        return everyone
    main = id_of(item["contactId"])
    return [main] if main else everyone[:1]
