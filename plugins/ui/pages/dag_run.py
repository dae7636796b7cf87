"""From a DAG run of Airflow to its reports: the page beside the run, and what the button polls."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from include.wording.runs import STATES
from include.wording.speech import say
from plugins.ui.deeds import deeds_of
from plugins.ui.rendering import counted, page, query
from plugins.ui.site import SITES, Site, site_of
from plugins.ui.warehouse import Row, WarehouseReader

DagRunId = Annotated[str, Query(max_length=500)]

way_in = APIRouter()  # for those who may read the DAG that is asked about, whosever pages these are
router = APIRouter()


@way_in.get("/dag-run")
def dag_run_page(request: Request, reader: WarehouseReader, dag_id: DagRunId, run_id: DagRunId) -> Response:
    site, theirs = site_of(request), SITES.get(dag_id)
    if theirs and theirs != site:
        return RedirectResponse(
            f"../{theirs.prefix}/dag-run{query({'dag_id': dag_id, 'run_id': run_id})}", 303
        )
    found = _runs(reader, site, run_id) if theirs else []
    if len(found) == 1:
        return RedirectResponse(f"runs/{found[0]['run_id']}", 303)
    return page(
        request,
        "dag_run.html",
        runs=found,
        deeds=deeds_of(reader, site, found),
        sources=site.read_sources(),
        is_ours=bool(theirs),
        dag_ids=[*SITES],
    )


@router.get("/dag-run.json")
def dag_run_state(request: Request, reader: WarehouseReader, run_id: DagRunId) -> list[dict[str, str]]:
    """Say how far the sources of one DAG run are; empty until the first has begun."""
    site = site_of(request)
    return [_state(site, run) for run in _runs(reader, site, run_id)]


def _runs(reader: WarehouseReader, site: Site, run_id: str) -> list[Row]:
    return reader.rows("select_runs_of_dag_run", pipeline=site.dag_id, dag_run_id=run_id)


def _state(site: Site, run: Row) -> dict[str, str]:
    records = counted(run["counters"], site.counted(run["source"]))
    return {
        "link": f"runs/{run['run_id']}",
        "source": site.named(run["source"]) if run["source"] else "",
        "state": run["state"],
        "words": say(STATES.get(run["state"]) or run["state"]),
        "counted": (say("по плану ") if run["dry_run"] and records else "")
        + ", ".join(f"{record.label}: {record.number}" for record in records),
    }
