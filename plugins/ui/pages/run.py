"""One run: what it received, what it counted, and every decision it logged."""

from datetime import tzinfo
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from include.wording.messages import Sentence, describe
from include.wording.runs import Words
from include.wording.speech import say
from plugins.ui.deeds import deeds_of
from plugins.ui.pages.query import Filter, Number, Seq
from plugins.ui.rendering import page
from plugins.ui.site import Site, site_of
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
    site = site_of(request)
    run = reader.row("select_run", pipeline=site.dag_id, run=run_id)
    if run is None:
        raise HTTPException(404)
    sources, words = site.read_sources(), site.words(run["source"])
    zone = sources.zone(run["source"])
    return page(
        request,
        "run.html",
        run=run,
        deeds=deeds_of(reader, site, [run]),
        zone=zone,
        outcomes=words.outcomes,
        filters=filters,
        after=after,
        **_decisions(reader, run_id, _asked(site, filters), after, words, zone),
    )


def _asked(site: Site, filters: Filters) -> dict[str, Any]:
    """Say what the log is asked for; a record under every key it may have."""
    record = filters["record"]
    return {**filters, "records": site.record_keys(record) if record else None}


def _decisions(
    reader: Reader, run_id: int, asked: dict[str, Any], after: int, words: Words, zone: tzinfo
) -> dict[str, Any]:
    codes = reader.rows("select_codes")
    rows = reader.rows("select_run_log", run=run_id, **asked, after=after, page_size=PAGE_SIZE + 1)
    return {
        "entries": entries_of(rows[:PAGE_SIZE], codes, words, zone),
        "next_after": rows[PAGE_SIZE - 1]["seq"] if len(rows) > PAGE_SIZE else None,
        "found": _count(reader, run_id, asked, rows, after),
        "code_choices": _choices(reader, run_id, codes),
    }


def entries_of(rows: list[Row], codes: list[Row], words: Words, zone: tzinfo) -> list[Entry]:
    """Put rows of a log into words."""
    texts = {code["code"]: say(code["text"]) for code in codes}
    return [Entry(row, describe(row["codes"], row["details"], texts, zone, words.tellers)) for row in rows]


def log_of(
    reader: Reader, site: Site, record: str, zone: tzinfo, *, most: int, source: str | None = None
) -> list[Entry]:
    """Read what runs of a pipeline, or of one source of it, have logged about a record, the latest first."""
    codes = reader.rows("select_codes")
    asked = {"pipeline": site.dag_id, "source": source, "record": record}
    rows = reader.rows("select_record_log", **asked, page_size=most)
    return [entry for row in rows for entry in entries_of([row], codes, site.words(row["source"]), zone)]


def _count(reader: Reader, run_id: int, asked: dict[str, Any], rows: list[Row], after: int) -> str:
    """Say how many rows pass the filters: exactly up to a thousand, «1000+» above."""
    if not after and len(rows) <= PAGE_SIZE:
        return str(len(rows))
    counted = reader.row("count_run_log", run=run_id, **asked, cap=COUNT_CAP + 1)
    found = counted["found"] if counted else 0
    return f"{COUNT_CAP}+" if found > COUNT_CAP else str(found)


def _choices(reader: Reader, run_id: int, codes: list[Row]) -> list[tuple[Row, Any]]:
    """Return the codes that the run has logged, with their number, to filter by."""
    summary = reader.row("select_run_summary", run=run_id)
    details = summary["details"] if summary else {}
    logged = details.get("codes") if isinstance(details, dict) else None
    if not isinstance(logged, dict):
        logged = {row["code"]: row["records"] for row in reader.rows("select_run_codes", run=run_id)}
    return [(code, logged[code["code"]]) for code in codes if logged.get(code["code"])]
