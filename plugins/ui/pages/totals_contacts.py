"""«Клиенты по годам»: contacts of a portal by what they have bought, and how the last run went."""

from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from plugins.pipelines.contact_totals_params import PARAMS
from plugins.ui.access import may_start
from plugins.ui.latest import latest_runs
from plugins.ui.launch import form_of
from plugins.ui.pages.query import (
    Filter,
    Funnel,
    NumberFilter,
    SignedFilter,
    YearFilter,
    number_in,
    pattern_of,
)
from plugins.ui.rendering import page
from plugins.ui.site import CONTACT_TOTALS
from plugins.ui.totals_portal import Chosen, chosen_portal, usual_year
from plugins.ui.warehouse import Reader, Row, WarehouseReader

PAGE_SIZE = 50
PLACES = 2  # of sums, before any is known

Filters = dict[str, Any]
MayStart = Annotated[bool, Depends(may_start(CONTACT_TOTALS.dag_id))]

router = APIRouter()


class Listed(NamedTuple):
    """A contact with the best tiers it has reached. ``width``: its share of the largest sum, in percent."""

    row: Row
    tiers: list[Row]
    width: float


def _chosen(
    year: YearFilter = None,
    direction: Funnel = None,
    tier: NumberFilter = None,
    sought: Filter = None,
    portal: Filter = None,
) -> Filters:
    text = (sought or "").strip() or None
    return {"year": year, "direction": direction, "tier": tier, "sought": text, "portal": portal}


@router.get("/")
def contacts_page(
    request: Request,
    reader: WarehouseReader,
    may_start: MayStart,
    filters: Annotated[Filters, Depends(_chosen)],
    before: NumberFilter = None,
    below: SignedFilter = None,
) -> HTMLResponse:
    chosen = chosen_portal(reader, filters["portal"])
    return page(
        request,
        "totals_contacts.html",
        **_state(reader, chosen),
        **_list(reader, chosen, filters, before, below),
        before=before,
        form=form_of(PARAMS),
        may_start=may_start,
        dag_id=CONTACT_TOTALS.dag_id,
    )


@router.get("/state")
def contacts_state(request: Request, reader: WarehouseReader, portal: Filter = None) -> HTMLResponse:
    """Give the part of the page that changes while a run is going."""
    return page(request, "totals_state.html", **_state(reader, chosen_portal(reader, portal)))


def _state(reader: Reader, chosen: Chosen) -> dict[str, Any]:
    """Say how the last runs went, and whether deals, parts and totals come to the same."""
    names = [chosen.name] if chosen.name else []
    latest = latest_runs(reader, CONTACT_TOTALS, names)
    snapshot = reader.row("select_totals_snapshot", account=chosen.name)
    return {
        "chosen": chosen,
        "latest": latest.runs.get(chosen.name or ""),
        "trial": latest.trials.get(chosen.name or ""),
        "unchosen": latest.unchosen,
        "snapshot": snapshot,
        "sums": reader.row("select_totals_sums", account=chosen.name) if snapshot else None,
        "zone": chosen.portals.zone(),
    }


def _list(
    reader: Reader, chosen: Chosen, filters: Filters, before: int | None, below: int | None
) -> dict[str, Any]:
    account = chosen.name
    years = [row["year"] for row in reader.rows("select_totals_years", account=account)]
    tiers = reader.rows("select_tiers", account=account)
    zone = chosen.portals.zone()
    filters = filters | {"year": _year(filters, tiers, usual_year(years, zone))}
    snapshot = reader.row("select_totals_snapshot", account=account)
    decimals = snapshot["decimals"] if snapshot else PLACES
    asked = {**_search(filters), **_place(before, below), **_tier(filters, tiers), "decimals": decimals}
    found = reader.rows("select_totals_contacts", account=account, **asked, page_size=PAGE_SIZE + 1)
    rows = found[:PAGE_SIZE]
    return {
        "contacts": _with_tiers(reader, chosen, filters["year"] or usual_year(years, zone), rows),
        "following": rows[-1] if len(found) > PAGE_SIZE else None,
        "filters": filters,
        "years": years,
        "directions": reader.rows("select_directions", account=account),
        "tiers": tiers,
        "currency": snapshot["currency"] if snapshot else None,
        "decimals": decimals,
    }


def _year(filters: Filters, tiers: list[Row], usual: int) -> int | None:
    """Give the year; a tier that is reached by the year needs one."""
    year: int | None = filters["year"]
    by_year = [tier["tier_no"] for tier in tiers if tier["per"] == "year"]
    return usual if year is None and filters["tier"] in by_year else year


def _tier(filters: Filters, tiers: list[Row]) -> dict[str, Any]:
    is_by_year = any(tier["tier_no"] == filters["tier"] and tier["per"] == "year" for tier in tiers)
    return {"tier": filters["tier"], "tier_year": filters["year"] if is_by_year else None}


def _search(filters: Filters) -> dict[str, Any]:
    """Say what a person may have typed: a part of a name, the number of a contact or of a client."""
    text = filters["sought"] or ""
    chosen = {"year": filters["year"], "direction": filters["direction"], "sought": filters["sought"]}
    return {**chosen, "number": number_in(text), "pattern": pattern_of(text)}


def _place(before: int | None, below: int | None) -> dict[str, int | None]:
    """Give the place to go on from; half a place is none."""
    is_told = before is not None and below is not None
    return {"before": before if is_told else None, "below": below if is_told else None}


def _with_tiers(reader: Reader, chosen: Chosen, year: int | None, rows: list[Row]) -> list[Listed]:
    """Put contacts together with their tiers of a year and over all years."""
    ids = [row["contact_id"] for row in rows]
    reached = reader.rows("select_contact_tiers", account=chosen.name, contacts=ids) if ids else []
    most = max((row["amount"] for row in rows), default=Decimal(0))
    return [
        Listed(
            row,
            [
                tier
                for tier in reached
                if tier["contact_id"] == row["contact_id"] and tier["year"] in (None, year)
            ],
            float(max(row["amount"], Decimal(0)) * 100 / most) if most > 0 else 0.0,
        )
        for row in rows
    ]
