"""Drift: where the portal holds, or did, something else than it should, and what it does not show yet."""

from typing import Any

from fastapi import APIRouter, Request
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


@router.get("/drift")
def drift_page(
    request: Request,
    reader: WarehouseReader,
    kind: Filter = None,
    portal: Filter = None,
    run: NumberFilter = None,
    seq: Seq = 0,
    after: NumberFilter = None,
    year: YearFilter = None,
    direction: Funnel = None,
) -> HTMLResponse:
    chosen = chosen_portal(reader, portal)
    shown = kind if kind in KINDS else "edited"
    if shown == NOT_SHOWN:
        found = _unwritten(reader, chosen, (after, year, direction))
    else:
        found = _logged(reader, chosen, shown, (run, seq) if run else None)
    return page(
        request,
        "totals_drift.html",
        chosen=chosen,
        kinds=KINDS,
        **found,
        is_first=not (run or after),
        filters={"kind": shown, **chosen.asked},
    )


def _logged(reader: Reader, chosen: Chosen, kind: str, place: tuple[int, int] | None) -> dict[str, Any]:
    run, seq = place or (None, None)
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


def _unwritten(reader: Reader, chosen: Chosen, last: tuple[Any, ...]) -> dict[str, Any]:
    after, year, direction = last if None not in last else (None, None, None)
    place = {"after": after, "after_year": year, "after_direction": direction}
    rows = reader.rows("select_unwritten_totals", account=chosen.name, **place, page_size=PAGE_SIZE + 1)
    end = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    names = {"after": "contact_id", "year": "year", "direction": "category_id"}
    return {
        "entries": [],
        "totals": rows[:PAGE_SIZE],
        "following": {name: end[column] for name, column in names.items()} if end else None,
    }
