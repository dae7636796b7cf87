"""Which run of the catalogue a page is about: the one that is asked for, or the last that came to a plan."""

from typing import NamedTuple

from fastapi import HTTPException

from plugins.ui.site import OPENCART_CATALOG
from plugins.ui.warehouse import Reader, Row

MOST_RUNS = 30  # among which the last plan is looked for


class Shown(NamedTuple):
    """The run whose plan is shown, the latest one when that is another, and all whose plans may be chosen."""

    run: Row | None
    newer: Row | None
    kept: list[Row]


def shown_run(reader: Reader, wanted: int | None) -> Shown:
    """Choose the run; a plan that changes nothing is one, too. Raises a 404 for a run that is not there."""
    runs = reader.rows("select_catalog_runs", pipeline=OPENCART_CATALOG.dag_id, page_size=MOST_RUNS)
    kept = [run for run in runs if run["is_planned"] or run["state"] in ("success", "partial")]
    if wanted:
        run = reader.row("select_run", pipeline=OPENCART_CATALOG.dag_id, run=wanted)
        if run is None:
            raise HTTPException(404)
        return Shown(run, None, kept)
    last = next(iter(kept), None)
    is_last = not runs or (last is not None and runs[0]["run_id"] == last["run_id"])
    return Shown(last, None if is_last else runs[0], kept)
