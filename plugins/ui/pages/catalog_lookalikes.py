"""Articles and names that look alike and are not matched: for people to judge, nothing is done about them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from include.opencart_catalog.marked_text import Letters, scripts
from plugins.ui.catalog_runs import shown_run
from plugins.ui.pages.query import Filter, NumberFilter, Seq
from plugins.ui.rendering import page
from plugins.ui.shops import read_shops
from plugins.ui.warehouse import Row, WarehouseReader

PAGE_SIZE = 50
KINDS = {
    "CATALOG_LOOKALIKE": "Артикули, схожі на вигляд",
    "CATALOG_TITLE_WITHOUT_SKU": "Товари CRM без артикула, що мають назву товару сайту",
    "CATALOG_SIMILAR_TITLE": "Товари CRM з іншим артикулом і схожою назвою",
}

router = APIRouter()


class Thing(NamedTuple):
    """An item of the shop or a material of the CRM, as far as the log names it."""

    number: str
    article: list[Letters]
    title: str


class Group(NamedTuple):
    """Things that look alike, on either side."""

    row: Row
    items: list[Thing]
    materials: list[Thing]


@router.get("/lookalikes")
def lookalikes_page(
    request: Request,
    reader: WarehouseReader,
    kind: Filter = None,
    run: NumberFilter = None,
    after: Seq = 0,
) -> HTMLResponse:
    shops, shown = read_shops(), shown_run(reader, run).run
    codes = [kind] if kind in KINDS else [*KINDS]
    rows = []
    if shown:
        asked = {"run": shown["run_id"], "codes": codes, "after": after, "page_size": PAGE_SIZE + 1}
        rows = reader.rows("select_catalog_remarks", **asked)
    return page(
        request,
        "catalog_lookalikes.html",
        run=shown,
        groups=[_group(row) for row in rows[:PAGE_SIZE]],
        following=rows[PAGE_SIZE - 1]["seq"] if len(rows) > PAGE_SIZE else None,
        after=after,
        filters={"kind": kind, "run": run},
        kinds=KINDS,
        zone=shops.zone(),
    )


def _group(row: Row) -> Group:
    details = row["details"] if isinstance(row["details"], Mapping) else {}
    items = [_thing(each, "identity", "article", "title") for each in _told(details, "items", "identity")]
    return Group(
        row,
        items,
        [_thing(each, "material_id", "sku", "title") for each in _told(details, "materials", "material_id")],
    )


def _told(details: Mapping[str, Any], several: str, one: str) -> Sequence[Mapping[str, Any]]:
    """Read things told as a list, or a single one told in the details themselves."""
    listed = details.get(several)
    if isinstance(listed, list):
        return [each for each in listed if isinstance(each, Mapping)]
    return [details] if details.get(one) is not None else []


def _thing(told: Mapping[str, Any], number: str, article: str, title: str) -> Thing:
    return Thing(str(told.get(number, "")), scripts(str(told.get(article) or "")), str(told.get(title) or ""))
