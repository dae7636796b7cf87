"""The log of runs, the latest first."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from plugins.ui.pages.query import Filter, NumberFilter
from plugins.ui.rendering import page
from plugins.ui.sources import read_sources
from plugins.ui.warehouse import WarehouseReader

PAGE_SIZE = 50

router = APIRouter()


@router.get("/runs")
def runs_page(
    request: Request,
    reader: WarehouseReader,
    source: Filter = None,
    state: Filter = None,
    before: NumberFilter = None,
) -> HTMLResponse:
    filters = {"source": source, "state": state}
    found = reader.rows("select_runs", **filters, before=before, page_size=PAGE_SIZE + 1)
    sources = read_sources()
    named = {known.name for known in sources.listed}
    named |= {row["source"] for row in reader.rows("select_known_sources")}
    return page(
        request,
        "runs.html",
        runs=found[:PAGE_SIZE],
        older=found[PAGE_SIZE - 1]["run_id"] if len(found) > PAGE_SIZE else None,
        filters=filters,
        before=before,
        sources=sources,
        named=sorted(named),
    )
