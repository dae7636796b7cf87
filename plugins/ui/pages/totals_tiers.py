"""Tiers: who has reached which by what it has bought, and what that gives."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from plugins.ui.pages.query import DecimalFilter, Filter, NumberFilter, YearFilter
from plugins.ui.rendering import page
from plugins.ui.totals_portal import chosen_portal
from plugins.ui.warehouse import Reader, Row, WarehouseReader

PAGE_SIZE = 50

router = APIRouter()


@router.get("/tiers")
def tiers_page(
    request: Request,
    reader: WarehouseReader,
    tier: NumberFilter = None,
    year: YearFilter = None,
    portal: Filter = None,
    before: NumberFilter = None,
    below: DecimalFilter = None,
) -> HTMLResponse:
    chosen = chosen_portal(reader, portal)
    account = chosen.name
    tiers = reader.rows("select_tiers", account=account)
    years = [row["year"] for row in reader.rows("select_totals_years", account=account)]
    shown = next((row for row in tiers if row["tier_no"] == tier), tiers[0] if tiers else None)
    year = year or next(iter(years), None)
    found = _found(reader, account, shown, year, (before, below)) if shown else []
    snapshot = reader.row("select_totals_snapshot", account=account)
    return page(
        request,
        "totals_tiers.html",
        chosen=chosen,
        tiers=tiers,
        counts=_counts(reader, account, tiers, year),
        shown=shown,
        contacts=found[:PAGE_SIZE],
        following=found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None,
        filters={"tier": shown["tier_no"] if shown else None, "year": year, **chosen.asked},
        before=before,
        years=years,
        currency=snapshot["currency"] if snapshot else None,
        decimals=snapshot["decimals"] if snapshot else 2,
    )


def _found(
    reader: Reader, account: str | None, shown: Row, year: int | None, place: tuple[Any, Any]
) -> list[Row]:
    before, below = place if None not in place else (None, None)
    asked = {"tier": shown["tier_no"], "year": year if shown["per"] == "year" else None}
    place_ = {"before": before, "below": below, "page_size": PAGE_SIZE + 1}
    return reader.rows("select_tier_contacts", account=account, **asked, **place_)


def _counts(reader: Reader, account: str | None, tiers: list[Row], year: int | None) -> dict[int, int]:
    """Count the contacts of each tier; those of a year and those over all years by themselves."""
    kinds = {tier["per"] for tier in tiers}
    asked = [year] * ("year" in kinds and year is not None) + [None] * ("all_years" in kinds)
    rows = [row for each in asked for row in reader.rows("count_tier_contacts", account=account, year=each)]
    return {row["tier_no"]: row["contacts"] for row in rows}
