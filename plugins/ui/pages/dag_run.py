"""From a DAG run of Airflow to its reports: the page beside the run, and what the button polls."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from include.deal_import import wording
from plugins.ui.access import DAG_ID
from plugins.ui.rendering import counted, page
from plugins.ui.sources import read_sources
from plugins.ui.warehouse import Row, WarehouseReader

DagRunId = Annotated[str, Query(max_length=500)]

router = APIRouter()


@router.get("/dag-run")
def dag_run_page(request: Request, reader: WarehouseReader, dag_id: DagRunId, run_id: DagRunId) -> Response:
    found = reader.rows("select_runs_of_dag_run", dag_run_id=run_id) if dag_id == DAG_ID else []
    if len(found) == 1:
        return RedirectResponse(f"runs/{found[0]['run_id']}", 303)
    return page(request, "dag_run.html", runs=found, sources=read_sources(), is_ours=dag_id == DAG_ID)


@router.get("/dag-run.json")
def dag_run_state(reader: WarehouseReader, run_id: DagRunId) -> list[dict[str, str]]:
    """Say how far the sources of one DAG run are; empty until the first has begun."""
    return [_state(run) for run in reader.rows("select_runs_of_dag_run", dag_run_id=run_id)]


def _state(run: Row) -> dict[str, str]:
    return {
        "link": f"runs/{run['run_id']}",
        "source": run["source"] or "",
        "state": run["state"],
        "words": wording.STATES.get(run["state"], run["state"]),
        "counted": ", ".join(f"{words}: {count}" for _, words, count in counted(run["counters"])),
    }
