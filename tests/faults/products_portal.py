"""
A travel club's portal whose second run makes every kind of call: what the sweeps of deals' products disturb.

Deals in work have a tour, a tour's date as a variation, two tours, none, or a row without a product. Before
the second run tours have moved, a title was edited by hand, products were attached and taken away, and a deal
was won. One deal is deleted: before the run, or just before a page of it is read.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from sandbox.control import VendorControl
from tests.bitrix24_deal_products.dag_run import DagRun
from tests.bitrix24_portal import NO_PACE, Portal, portal_in
from tests.faults.lost_answers import TIME_OUT
from tests.today import BEGAN

PIPELINE = "bitrix24_deal_products"
EXTRA = {"retry_pauses": [0, 0, 0], "timeout": TIME_OUT, "lookup_pause": 0, "patience": 0}
# Without the daily look at all deals, which would find what the watermark has lost.
SETTINGS: dict[str, Any] = {
    "guards": {"max_changed": 10_000, "max_failed": 1},
    "reading": {"daily_sweep": False},
}
YEAR = BEGAN.year
TOURS, OFFERS = 25, 26
PROPERTIES = [
    {"id": 301, "iblockId": TOURS, "name": "Окончание", "code": "DATE_END", "userType": "Date"},
    {"id": 302, "iblockId": TOURS, "name": "Начало", "code": "DATE_START", "userType": "Date"},
    {"id": 303, "iblockId": TOURS, "name": "Артикул", "code": "ARTICLE"},
    {"id": 401, "iblockId": OFFERS, "name": "Окончание", "code": "DATE_END", "userType": "Date"},
    {"id": 402, "iblockId": OFFERS, "name": "Начало", "code": "DATE_START", "userType": "Date"},
    {"id": 403, "iblockId": OFFERS, "name": "Артикул", "code": "ARTICLE"},
]
KAMCHATKA, ALTAI, AUGUST = 7001, 7002, 7003
DEALS = range(1, 61)  # more than a page
EDITED, TAKEN, WON, GONE = 7, 8, 9, 60


def first_day(crm: VendorControl) -> None:
    """Let deals in work have products of every kind."""
    crm.order(properties=PROPERTIES, fields=[{"name": "ARTICLE", "type": "string", "entity": "deal"}])
    crm.order(products=[tour(KAMCHATKA, "Камчатка", "08-21"), tour(ALTAI, "Алтай", "07-05"), variation()])
    crm.order(deals=[{"id": number, "title": f"Заявка {number}"} for number in DEALS])
    crm.order(rows={str(number): rows_of(number) for number in DEALS})


def tour(number: int, name: str, end: str) -> dict[str, Any]:
    """Describe a tour that ends on a day of next year."""
    return {
        **{"id": number, "iblockId": TOURS, "name": name, "xmlId": f"tour-{number}"},
        "property301": {"value": f"{YEAR + 1}-{end}T00:00:00+03:00", "valueId": f"{number}1"},
        "property302": {"value": f"{YEAR + 1}-07-01T00:00:00+03:00", "valueId": f"{number}2"},
        "property303": {"value": f"Т-{number}", "valueId": f"{number}3"},
    }


def variation(end: str = "31.08") -> dict[str, Any]:
    """Describe the tour to Kamchatka in August; its article is the parent's."""
    return {
        **{"id": AUGUST, "iblockId": OFFERS, "name": "Камчатка, август"},
        **{"parentId": {"value": str(KAMCHATKA), "valueId": "55"}, "property402": None, "property403": None},
        "property401": {"value": f"{end}.{YEAR + 1}", "valueId": "70031"},
    }


def rows_of(number: int) -> list[dict[str, Any]]:
    """Give the rows of a deal: a tour, a variation, two tours, a row without a product, or none."""
    of = [{"productId": KAMCHATKA, "price": 100}, {"productId": AUGUST, "type": 4, "price": 200}]
    free = {"productId": 0, "productName": "Сбор", "price": 5}
    return [[of[0]], [of[1], free], [of[0], {"productId": ALTAI}], [free], []][number % 5]


def second_day(crm: VendorControl) -> None:
    """Let happen what the disturbed run finds; ``GONE`` is still there."""
    moved = {str(KAMCHATKA): tour(KAMCHATKA, "Камчатка", "09-01"), str(AUGUST): variation("30.08")}
    crm.order(change={"product": moved})
    crm.order(change={"deal": {str(EDITED): {"title": "Как договорились"}}})
    crm.order(rows={str(TAKEN): [], "5": [{"productId": ALTAI}], str(GONE): [{"productId": ALTAI}]})
    crm.order(win=[WON], deals=[{"id": 61, "title": "Новая"}])
    crm.order(rows={"61": [{"productId": AUGUST, "type": 4}]})


def delete_deal(crm: VendorControl) -> None:
    """Let a person delete the deal that the disturbed run misses, unless it is gone already."""
    if GONE in (deal["id"] for deal in crm.read("deals")):
        crm.order(delete=[GONE])


def prepare(folder: Path, url: str) -> None:
    """Make the first runs in ``folder`` and the database behind ``url``; leave what the portal then knows."""
    with psycopg.connect(url) as connection:
        connection.execute(NO_PACE)
    with place_in(folder, url) as portal:
        first_day(portal.crm)
        for _ in range(2):
            made = portal.run("manual")
            assert made.state == "success", made.errors
        second_day(portal.crm)
        portal.forget()


@contextmanager
def place_in(folder: Path, url: str, vendors: Path | None = None) -> Iterator[Portal]:
    """Open the portal in an empty folder; it knows what is in ``vendors``."""
    state = folder / "vendors"
    if vendors:
        shutil.copytree(vendors, state)
    folder.mkdir(parents=True, exist_ok=True)
    with portal_in(folder, url, DagRun, {PIPELINE: SETTINGS}, state=state, extra=EXTRA) as portal:
        yield portal
