"""One run: what it received, what it counted, and every decision it logged."""

from datetime import tzinfo
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from include.deal_import.messages import Sentence, describe
from plugins.ui.pages.query import Filter, Number, Seq
from plugins.ui.rendering import page
from plugins.ui.sources import read_sources
from plugins.ui.warehouse import Reader, Row, WarehouseReader

PAGE_SIZE = 100
COUNT_CAP = 1000

Filters = dict[str, str | None]

router = APIRouter()


class Entry(NamedTuple):
    """A row of the log and what it says."""

    row: Row
    sentences: list[Sentence]


def _chosen(
    severity: Filter = None, outcome: Filter = None, code: Filter = None, record: Filter = None
) -> Filters:
    return {"severity": severity, "outcome": outcome, "code": code, "record": record}


@router.get("/runs/{run_id}")
def run_page(
    request: Request,
    reader: WarehouseReader,
    run_id: Number,
    filters: Annotated[Filters, Depends(_chosen)],
    after: Seq = 0,
) -> HTMLResponse:
    run = reader.row("select_run", run=run_id)
    if run is None:
        raise HTTPException(404)
    sources = read_sources()
    return page(
        request,
        "run.html",
        run=run,
        source=sources.find(run["source"]),
        zone=sources.zone(run["source"]),
        filters=filters,
        after=after,
        **_decisions(reader, run_id, filters, after, sources.zone(run["source"])),
    )


def _decisions(reader: Reader, run_id: int, filters: Filters, after: int, zone: tzinfo) -> dict[str, Any]:
    codes = reader.rows("select_codes")
    rows = reader.rows("select_run_log", run=run_id, **filters, after=after, page_size=PAGE_SIZE + 1)
    return {
        "entries": _entries(rows[:PAGE_SIZE], codes, zone),
        "next_after": rows[PAGE_SIZE - 1]["seq"] if len(rows) > PAGE_SIZE else None,
        "found": _count(reader, run_id, filters, rows, after),
        "code_choices": _choices(codes, reader.row("select_run_summary", run=run_id)),
    }


def _entries(rows: list[Row], codes: list[Row], zone: tzinfo) -> list[Entry]:
    texts = {code["code"]: code["text"] for code in codes}
    return [Entry(row, describe(row["codes"], row["details"], texts, zone)) for row in rows]


def _count(reader: Reader, run_id: int, filters: Filters, rows: list[Row], after: int) -> str:
    """Say how many rows pass the filters: exactly up to a thousand, «1000+» above."""
    if not after and len(rows) <= PAGE_SIZE:
        return str(len(rows))
    counted = reader.row("count_run_log", run=run_id, **filters, cap=COUNT_CAP + 1)
    found = counted["found"] if counted else 0
    return f"{COUNT_CAP}+" if found > COUNT_CAP else str(found)


def _choices(codes: list[Row], summary: Row | None) -> list[tuple[Row, Any]]:
    """Return the codes to filter by: those that the finished run logged, with their number; else all."""
    details = summary["details"] if summary else {}
    logged = details.get("codes") if isinstance(details, dict) else None
    if not isinstance(logged, dict):
        return [(code, None) for code in codes]
    return [(code, logged[code["code"]]) for code in codes if logged.get(code["code"])]
