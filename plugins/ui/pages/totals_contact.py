"""One contact: its totals by year and direction, the deals behind each, and what the portal holds."""

from datetime import date, tzinfo
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from include.bitrix24_contact_totals.changes import Named, changes
from include.wording.changes import Change
from plugins.ui.pages.query import Day, Filter, Funnel, Number, NumberFilter, YearFilter
from plugins.ui.pages.run import log_of
from plugins.ui.rendering import page
from plugins.ui.site import CONTACT_TOTALS
from plugins.ui.totals_chart import chart_of
from plugins.ui.totals_portal import Chosen, chosen_portal
from plugins.ui.totals_table import Table, standing_of, table_of
from plugins.ui.warehouse import Reader, Row, WarehouseReader

DEALS = 50  # on a page of them
MOST = 100  # values, writes or rows of the log on the page

Filters = dict[str, Any]

router = APIRouter()


class Write(NamedTuple):
    """A write to the contact and what it changes."""

    row: Row
    changes: list[Change]


class Sum(NamedTuple):
    """A field of a year or of everything: what it should hold, and what the portal is known to hold."""

    row: Row
    words: str
    wanted: Decimal


def _chosen(year: YearFilter = None, direction: Funnel = None, portal: Filter = None) -> Filters:
    return {"year": year, "direction": direction, "portal": portal}


@router.get("/contacts/{contact_id}")
def contact_page(
    request: Request,
    reader: WarehouseReader,
    contact_id: Number,
    filters: Annotated[Filters, Depends(_chosen)],
    run: NumberFilter = None,
    before: NumberFilter = None,
    below: Day = None,
) -> HTMLResponse:
    chosen = chosen_portal(reader, filters["portal"], run)
    whose = {"account": chosen.name, "contact": contact_id}
    contact = reader.row("select_totals_contact", **whose)
    if contact is None:
        raise HTTPException(404)
    return page(
        request,
        "totals_contact.html",
        chosen=chosen,
        contact=contact,
        filters=filters | chosen.asked,
        before=before,
        **_totals(reader, whose, is_gone=contact["gone_at"] is not None),
        **_deals(reader, whose, filters, chosen.portals.zone(), (before, below)),
        **_past(reader, chosen, contact_id, chosen.portals.zone()),
    )


def _totals(reader: Reader, whose: dict[str, Any], *, is_gone: bool) -> dict[str, Any]:
    rows = reader.rows("select_contact_totals", **whose)
    table = table_of(rows, is_gone=is_gone)
    return {
        "table": table,
        "chart": chart_of(table) if table else None,
        "fields": [
            (row, standing_of(row, is_gone=is_gone)) for row in rows if row["total"] or row["field_name"]
        ],
        "sums": _sums(reader, whose, table) if table else [],
        "tiers": reader.rows("select_contact_tiers", account=whose["account"], contacts=[whose["contact"]]),
    }


def _sums(reader: Reader, whose: dict[str, Any], table: Table) -> list[Sum]:
    """Compare fields of whole years and of everything with the table."""
    years = {year.year: year.total for year in table.years}
    rows = reader.rows("select_contact_sums_held", **whose)
    return [
        Sum(
            row,
            Named(row["field_name"], row["kind"], row["year"], None).words,
            table.total if row["kind"] == "all" else years.get(row["year"], Decimal(0)),
        )
        for row in rows
    ]


def _deals(
    reader: Reader,
    whose: dict[str, Any],
    filters: Filters,
    zone: tzinfo,
    place: tuple[int | None, date | None],
) -> dict[str, Any]:
    narrowed = {"year": filters["year"], "direction": filters["direction"]}
    before, below = place if None not in place else (None, None)
    going_on = {"before": before, "below": below, "zone": str(zone)}
    found = reader.rows("select_contact_deals", **whose, **narrowed, **going_on, page_size=DEALS + 1)
    return {
        "deals": found[:DEALS],
        "following": found[DEALS - 1] if len(found) > DEALS else None,
        "directions": {row["category_id"]: row["name"] for row in reader.rows("select_directions", **whose)},
        "left": reader.rows("select_contact_left_deals", **whose, page_size=MOST + 1),
        "history": reader.rows("select_contact_history", **whose, **narrowed, page_size=MOST + 1),
    }


def _past(reader: Reader, chosen: Chosen, contact_id: int, zone: tzinfo) -> dict[str, Any]:
    """Read what was sent about the contact, and what runs have said of it."""
    record = f"contact:{contact_id}"
    rows = reader.rows("select_total_fields", account=chosen.name)
    named = {row["field_name"]: Named(**row) for row in rows}
    asked = {"key": record, "account": chosen.name, "pipeline": CONTACT_TOTALS.dag_id}
    sent = reader.rows("select_record_actions", **asked, page_size=MOST + 1)
    return {
        "writes": [Write(row, changes(row["before"], row["after"], named, zone)) for row in sent],
        "log": log_of(reader, CONTACT_TOTALS, record, zone, most=MOST, source=chosen.name),
        "named": {name: field.words for name, field in named.items()},
        "card": chosen.address.card("contact", contact_id),
        "zone": zone,
        "most": MOST,
    }
