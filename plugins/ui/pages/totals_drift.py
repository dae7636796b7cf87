"""Drift: where the portal holds, or did, something else than it should, and what it does not show yet."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.bitrix24_contact_totals.wording import DRIFT_CODES, DRIFTS
from plugins.ui.pages.query import Filter, Funnel, NumberFilter, Seq, YearFilter
from plugins.ui.pages.run import entries_of
from plugins.ui.rendering import page
from plugins.ui.site import CONTACT_TOTALS
from plugins.ui.totals_portal import Chosen, chosen_portal
from plugins.ui.warehouse import Reader, WarehouseReader

PAGE_SIZE = 50
NOT_SHOWN = "not_shown"
KINDS = {NOT_SHOWN: "портал ещё не показывает", **DRIFTS}

router = APIRouter()


class Place(NamedTuple):
    """Where the page before ended: at a row of a run's log, or at a contact's total."""

    row: tuple[int, int] | None = None
    total: tuple[int, int | None, int | None] | None = None


def _place(
    run: NumberFilter = None,
    seq: Seq = 0,
    after: NumberFilter = None,
    year: YearFilter = None,
    direction: Funnel = None,
) -> Place:
    return Place((run, seq) if run else None, (after, year, direction) if after else None)


@router.get("/drift")
def drift_page(
    request: Request,
    reader: WarehouseReader,
    place: Annotated[Place, Depends(_place)],
    kind: Filter = None,
    portal: Filter = None,
) -> HTMLResponse:
    chosen = chosen_portal(reader, portal)
    shown = kind if kind in KINDS else "edited"
    is_total = shown == NOT_SHOWN
    return page(
        request,
        "totals_drift.html",
        chosen=chosen,
        kinds=KINDS,
        **(_unwritten(reader, chosen, place) if is_total else _logged(reader, chosen, shown, place)),
        is_first=place == Place(),
        filters={"kind": shown, **chosen.asked},
    )


def _logged(reader: Reader, chosen: Chosen, kind: str, place: Place) -> dict[str, Any]:
    run, seq = place.row or (None, None)
    rows = reader.rows(
        "select_drift",
        pipeline=CONTACT_TOTALS.dag_id,
        account=chosen.name,
        codes=DRIFT_CODES[kind],
        before_run=run,
        before_seq=seq,
        page_size=PAGE_SIZE + 1,
    )
    words, codes = CONTACT_TOTALS.words(chosen.name), reader.rows("select_codes")
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    return {
        "entries": entries_of(rows[:PAGE_SIZE], codes, words, chosen.portals.zone()),
        "totals": [],
        "following": {"run": last["run_id"], "seq": last["seq"]} if last else None,
    }


def _unwritten(reader: Reader, chosen: Chosen, place: Place) -> dict[str, Any]:
    after, year, direction = place.total if place.total and None not in place.total else (None,) * 3
    going_on = {"after": after, "after_year": year, "after_direction": direction}
    rows = reader.rows("select_unwritten_totals", account=chosen.name, **going_on, page_size=PAGE_SIZE + 1)
    end = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    names = {"after": "contact_id", "year": "year", "direction": "category_id"}
    return {
        "entries": [],
        "totals": rows[:PAGE_SIZE],
        "following": {name: end[column] for name, column in names.items()} if end else None,
    }
