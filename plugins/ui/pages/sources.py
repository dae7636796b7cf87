"""The first page: the sources, how each went last, and the button that starts an import."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from plugins.ui.access import may_start
from plugins.ui.latest import latest_runs
from plugins.ui.rendering import page
from plugins.ui.site import DEAL_IMPORT
from plugins.ui.sources import read_sources
from plugins.ui.warehouse import WarehouseReader

MayStart = Annotated[bool, Depends(may_start(DEAL_IMPORT.dag_id))]

router = APIRouter()


@router.get("/")
def sources_page(request: Request, reader: WarehouseReader, may_start: MayStart) -> HTMLResponse:
    sources = read_sources()
    latest = latest_runs(reader, DEAL_IMPORT, sources.names)
    return page(
        request,
        "sources.html",
        sources=sources,
        left=latest.left,
        latest=latest.runs,
        trials=latest.trials,
        unchosen=latest.unchosen,
        may_start=may_start,
        dag_id=DEAL_IMPORT.dag_id,
    )
