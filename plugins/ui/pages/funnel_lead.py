"""One lead: its way through the statuses, what it counts as having passed and why, and where it came from."""

from datetime import date, tzinfo
from typing import Any, NamedTuple

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from include.amocrm_statuses.tracking import SYSTEM_CODES
from include.amocrm_statuses.wording import UTM
from include.values.masking import mask_text
from include.wording.numbers import amount, moment, quantity
from plugins.ui.funnel_account import chosen_account
from plugins.ui.funnel_path import drawn
from plugins.ui.pages.query import Filter, Number, NumberFilter
from plugins.ui.pages.run import log_of
from plugins.ui.rendering import page
from plugins.ui.site import AMOCRM_STATUSES
from plugins.ui.warehouse import Reader, Row, WarehouseReader

DAYS, MONEY, MARK = ("date", "birthday"), ("monetary", "price"), "tracking_data"  # types of fields
MOST = 200  # steps, stays, values or rows of the log on the page

router = APIRouter()


class Mark(NamedTuple):
    """A UTM mark of a lead; ``provenance``: a key of PROVENANCE."""

    name: str
    value: str
    provenance: str


@router.get("/leads/{lead_id}")
def lead_page(
    request: Request,
    reader: WarehouseReader,
    lead_id: Number,
    account: Filter = None,
    run: NumberFilter = None,
) -> HTMLResponse:
    chosen = chosen_account(reader, account or _account_of(reader, run))
    whose = {"account": chosen.name, "lead": lead_id}
    lead = reader.row("select_amocrm_lead", **whose)
    log = log_of(reader, AMOCRM_STATUSES, f"lead:{lead_id}", chosen.zone, most=MOST, source=chosen.name)
    if lead is None and not log:
        raise HTTPException(404)
    return page(
        request,
        "funnel_lead.html",
        chosen=chosen,
        lead_id=lead_id,
        lead=lead,
        log=log,
        card=chosen.card(lead_id),
        **_way(reader, whose),
        **_held(reader, whose, chosen.zone, _marks(lead) if lead else []),
    )


def _account_of(reader: Reader, run: int | None) -> str | None:
    """Tell which account a run has read."""
    row = reader.row("select_run", pipeline=AMOCRM_STATUSES.dag_id, run=run) if run else None
    return row["source"] if row else None


def _way(reader: Reader, whose: dict[str, Any]) -> dict[str, Any]:
    stays = reader.rows("select_amocrm_lead_stays", **whose, page_size=MOST)
    return {
        "states": reader.rows("select_amocrm_lead_states", **whose),
        "steps": reader.rows("select_amocrm_lead_transitions", **whose, page_size=MOST),
        "passes": reader.rows("select_amocrm_lead_passes", **whose),
        "stays": stays,
        "drawing": drawn(stays),
        "most": MOST,
    }


def _held(reader: Reader, whose: dict[str, Any], zone: tzinfo, marks: list[Mark]) -> dict[str, Any]:
    return {
        "zone": zone,
        "marks": marks,
        "fields": [
            (row["name"], _value(row, zone))
            for row in reader.rows("select_amocrm_lead_fields", **whose, page_size=MOST)
            if not _is_told(row, marks)
        ],
        "calculated": reader.rows("select_amocrm_lead_calculated", **whose),
    }


def _is_told(row: Row, marks: list[Mark]) -> bool:
    """Say whether a field of the system's is a mark, which has its own place on the page."""
    name = SYSTEM_CODES.get((row["field_code"] or "").upper()) if row["field_type"] == MARK else None
    return name is not None and (UTM[name], (row["value"] or "").strip()) in {mark[:2] for mark in marks}


def _value(row: Row, zone: tzinfo) -> str:
    """Write a value of a field by its kind; ``value`` is its text, of a date its day."""
    if row["value_num"] is not None:
        return (amount if row["field_type"] in MONEY else quantity)(row["value_num"])
    if row["value_bool"] is not None:
        return "да" if row["value_bool"] else "нет"
    if row["value_ts"] is not None:
        at = row["value_ts"]
        return (
            f"{date.fromisoformat(row['value'][:10]):%d.%m.%Y}"
            if row["field_type"] in DAYS
            else moment(at, zone)
        )
    return "—" if row["value"] is None else mask_text(row["value"])


def _marks(lead: Row) -> list[Mark]:
    values, provenance = lead["utm"] or {}, lead["provenance"] or {}
    return [
        Mark(words, values[name], provenance.get(name, ""))
        for name, words in UTM.items()
        if values.get(name) is not None
    ]
