"""The log of runs, the latest first."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from plugins.ui.deeds import deeds_of
from plugins.ui.pages.query import Filter, NumberFilter
from plugins.ui.rendering import page
from plugins.ui.site import site_of
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
    site = site_of(request)
    filters = {"source": source, "state": state}
    asked = {"pipeline": site.dag_id, **filters, "before": before}
    found = reader.rows("select_runs", **asked, page_size=PAGE_SIZE + 1)
    sources = site.read_sources()
    known = reader.rows("select_known_sources", pipeline=site.dag_id)
    named = {*sources.names, *(row["source"] for row in known)}
    return page(
        request,
        "runs.html",
        runs=found[:PAGE_SIZE],
        deeds=deeds_of(reader, site, found[:PAGE_SIZE]),
        older=found[PAGE_SIZE - 1]["run_id"] if len(found) > PAGE_SIZE else None,
        filters=filters,
        before=before,
        sources=sources,
        named=sorted(named),
    )
