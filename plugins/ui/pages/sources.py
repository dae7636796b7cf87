"""The first page: the sources, how each went last, and the button that starts an import."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from plugins.ui.access import DAG_ID, MayStart
from plugins.ui.rendering import page
from plugins.ui.sources import read_sources
from plugins.ui.warehouse import WarehouseReader

router = APIRouter()


@router.get("/")
def sources_page(request: Request, reader: WarehouseReader, may_start: MayStart) -> HTMLResponse:
    sources = read_sources()
    named = [source.name for source in sources.listed]
    left = [row["source"] for row in reader.rows("select_known_sources") if row["source"] not in named]
    latest = {run["source"]: run for run in reader.rows("select_latest_runs", sources=named + left)}
    return page(
        request,
        "sources.html",
        sources=sources,
        left=left,
        latest=latest,
        may_start=may_start,
        dag_id=DAG_ID,
    )
