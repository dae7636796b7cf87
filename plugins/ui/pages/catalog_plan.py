"""«Каталог»: the last plan as a difference between the shop and the CRM, and how far it is written."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from include.opencart_catalog.article import article_key
from include.opencart_catalog.wording import FACETS
from plugins.pipelines.opencart_catalog import limits_of
from plugins.pipelines.opencart_params import PARAMS
from plugins.ui.access import may_start
from plugins.ui.catalog_items import items_of
from plugins.ui.catalog_runs import shown_run
from plugins.ui.launch import form_of
from plugins.ui.pages.query import Filter, NumberFilter, Seq, number_in, pattern_of
from plugins.ui.policy import POLICY, policy
from plugins.ui.rendering import page
from plugins.ui.shops import Shops, read_shops
from plugins.ui.site import OPENCART_CATALOG
from plugins.ui.warehouse import Reader, Row, WarehouseReader

PAGE_SIZE = 50
ALWAYS = ("new", "price", "special", "text", "picture", "twins", "quarantine", "absent")
TROUBLES = {"failed": "відхилено CRM", "uncertain": "результат невідомий", "planned": "ще не надіслано"}
STATES = {"planned": ["planned", "sending"]}

Filters = dict[str, Any]
MayStart = Annotated[bool, Depends(may_start(OPENCART_CATALOG.dag_id))]

router = APIRouter()


class Progress(NamedTuple):
    """Writes of a plan by what became of them; ``left``: how long the rest takes at the allowed pace."""

    done: int
    failed: int
    uncertain: int
    waiting: int
    skipped: int
    left: timedelta | None

    @property
    def total(self) -> int:
        return self.done + self.failed + self.uncertain + self.waiting + self.skipped


def _chosen(
    facet: Filter = None, state: Filter = None, sought: Filter = None, run: NumberFilter = None
) -> Filters:
    return {"facet": facet, "state": state, "sought": (sought or "").strip() or None, "run": run}


@router.get("/")
def plan_page(
    request: Request,
    reader: WarehouseReader,
    may_start: MayStart,
    filters: Annotated[Filters, Depends(_chosen)],
    after: Seq = 0,
) -> HTMLResponse:
    shops = read_shops()
    shown = shown_run(reader, filters["run"])
    answer = page(
        request,
        "catalog_plan.html",
        shops=shops,
        shown=shown,
        zone=shops.zone(),
        filters=filters,
        after=after,
        **_plan(reader, shops, shown.run, filters, after),
        choices=TROUBLES,
        may_start=may_start,
        form=form_of(PARAMS),
        dag_id=OPENCART_CATALOG.dag_id,
    )
    answer.headers[POLICY] = policy("https:", shops.origin)
    return answer


@router.get("/plan-state")
def plan_state(
    request: Request, reader: WarehouseReader, filters: Annotated[Filters, Depends(_chosen)]
) -> HTMLResponse:
    """Give the part of the page that changes while a run is going: its plan does not."""
    shops = read_shops()
    shown = shown_run(reader, filters["run"])
    progress = _progress(reader, shops, shown.run) if shown.run else None
    return page(
        request,
        "catalog_plan_state.html",
        shown=shown,
        zone=shops.zone(),
        filters=filters,
        progress=progress,
    )


def _plan(reader: Reader, shops: Shops, run: Row | None, filters: Filters, after: int) -> dict[str, Any]:
    if run is None:
        return {"items": [], "following": None, "facets": [], "total": 0, "progress": None}
    rows = reader.rows(
        "select_catalog_differences",
        run=run["run_id"],
        after=after,
        facet=filters["facet"],
        states=STATES.get(filters["state"], [filters["state"]]) if filters["state"] else None,
        **_search(shops, filters["sought"]),
        page_size=PAGE_SIZE + 1,
    )
    shown, words = rows[:PAGE_SIZE], OPENCART_CATALOG.words(run["source"])
    counts = {row["facet"]: row["items"] for row in reader.rows("count_catalog_facets", run=run["run_id"])}
    return {
        "items": items_of(reader, shown, shops.field_names(), words, shops.zone()),
        "following": shown[-1]["row_no"] if len(rows) > PAGE_SIZE else None,
        "facets": _facets(counts),
        "total": counts.get("all", 0),
        "progress": _progress(reader, shops, run),
    }


def _search(shops: Shops, sought: str | None) -> dict[str, Any]:
    """Say what a person may have typed: an article in any spelling, a number, a part of a name."""
    text = sought or ""
    folds = bool(shops.settings and shops.settings.items.fold_lookalikes)
    key = article_key(text, fold_lookalikes=folds) if text else None
    return {"sought": sought, "key": key, "number": number_in(text), "pattern": pattern_of(text)}


def _facets(counts: Mapping[str | None, int]) -> list[tuple[str, str, int]]:
    known = [(name, words, counts.get(name, 0)) for name, words in FACETS.items()]
    return [facet for facet in known if facet[2] or facet[0] in ALWAYS]


def _progress(reader: Reader, shops: Shops, run: Row) -> Progress:
    counted = reader.rows("count_catalog_actions", run=run["run_id"])
    states = {row["state"]: row["actions"] for row in counted}
    waiting = states.get("planned", 0) + states.get("sending", 0)
    left = None
    if waiting and run["state"] == "running" and not run["dry_run"] and shops.settings:
        pace = limits_of(shops.settings).calls_per_second
        left = timedelta(seconds=float(waiting / pace)) if pace else None
    ended = {state: states.get(state, 0) for state in ("done", "failed", "uncertain", "skipped")}
    return Progress(**ended, waiting=waiting, left=left)
