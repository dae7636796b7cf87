"""Tiers: who has reached which by what it has bought, and what that gives."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from plugins.ui.pages.query import DecimalFilter, Filter, NumberFilter, YearFilter
from plugins.ui.rendering import page
from plugins.ui.totals_portal import Chosen, chosen_portal, usual_year
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
    years = [row["year"] for row in reader.rows("select_totals_years", account=chosen.name)]
    year = year or usual_year(years, chosen.portals.zone())
    snapshot = reader.row("select_totals_snapshot", account=chosen.name)
    return page(
        request,
        "totals_tiers.html",
        chosen=chosen,
        **_tiers(reader, chosen, tier, year, (before, below)),
        before=before,
        years=years,
        currency=snapshot["currency"] if snapshot else None,
        decimals=snapshot["decimals"] if snapshot else 2,
    )


def _tiers(
    reader: Reader, chosen: Chosen, number: int | None, year: int, place: tuple[Any, Any]
) -> dict[str, Any]:
    """Choose a tier, the first unless another is asked for, and list its contacts."""
    account = chosen.name
    tiers = reader.rows("select_tiers", account=account)
    shown = next((row for row in tiers if row["tier_no"] == number), tiers[0] if tiers else None)
    told = _told(reader, account, shown, year, place) if shown else []
    found = [row for row in told if row["contact_id"] is not None]
    return {
        "tiers": tiers,
        "shown": shown,
        "counts": _counts(reader, account, tiers, shown["tier_no"], year, told) if shown else {},
        "contacts": found[:PAGE_SIZE],
        "following": found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None,
        "filters": {"tier": shown["tier_no"] if shown else None, "year": year, **chosen.asked},
    }


def _told(reader: Reader, account: str | None, shown: Row, year: int, place: tuple[Any, Any]) -> list[Row]:
    """Read a page of a tier's contacts; the first row also counts those of each tier of its kind."""
    before, below = place if None not in place else (None, None)
    asked = {"tier": shown["tier_no"], "year": year if shown["per"] == "year" else None}
    going_on = {"before": before, "below": below, "page_size": PAGE_SIZE + 1}
    return reader.rows("select_tier_contacts", account=account, **asked, **going_on)


def _counts(
    reader: Reader, account: str | None, tiers: list[Row], number: int, year: int, told: list[Row]
) -> dict[int, int]:
    """Give the number of contacts of each tier: of the kind that is shown, and of the other one."""
    counts = {int(tier_no): count for tier_no, count in told[0]["counts"].items()} if told else {}
    shown = {tier["per"] for tier in tiers if tier["tier_no"] == number}
    for kind in {tier["per"] for tier in tiers} - shown:
        rows = reader.rows("count_tier_contacts", account=account, year=year if kind == "year" else None)
        counts |= {row["tier_no"]: row["contacts"] for row in rows}
    return counts
