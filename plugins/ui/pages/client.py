"""One client: card, deals, payments, and the feed that leads back to the runs."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from plugins.ui.pages.query import Number, NumberFilter, PageNumber
from plugins.ui.rendering import page
from plugins.ui.sources import read_sources
from plugins.ui.warehouse import Reader, Row, WarehouseReader

PAGE_SIZE = 50
MOST_CONTACTS = 20  # of portals that are the client
LISTS = {"deals": "select_client_deals", "payments": "select_client_payments", "feed": "select_client_feed"}

router = APIRouter()


@router.get("/clients/{client_id}")
def client_page(
    request: Request,
    reader: WarehouseReader,
    client_id: Number,
    deal: NumberFilter = None,
    deals: PageNumber = 1,
    payments: PageNumber = 1,
    feed: PageNumber = 1,
) -> HTMLResponse:
    if (client := reader.row("select_client", client=client_id)) is None:
        raise HTTPException(404)
    pages = {"deals": deals, "payments": payments, "feed": feed}
    of_client = {"client": client_id, "deal": deal}
    return page(
        request,
        "client.html",
        client=client,
        keys=reader.rows("select_client_keys", client=client_id),
        lists={name: _part(reader, LISTS[name], number, of_client) for name, number in pages.items()},
        contacts=reader.rows("select_client_contacts", client=client_id, page_size=MOST_CONTACTS + 1),
        most=MOST_CONTACTS,
        pages=pages,
        deal=deal,
        zone=read_sources().zone(None),
    )


def _part(reader: Reader, name: str, number: int, values: dict[str, int | None]) -> tuple[list[Row], bool]:
    """Return one page of a list, and whether more follow."""
    rows = reader.rows(name, **values, page_size=PAGE_SIZE + 1, skip=PAGE_SIZE * (number - 1))
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
