"""
A travel club's portal whose second day makes every kind of call: what the sweeps of the totals disturb.

``first_day`` fills three pages of won deals; ``second_day`` wins a deal of a new year, for which a field has
to be created, reopens one whose total falls to zero, takes a contact out of a deal, merges two contacts, and
lets a person change a total by hand. One contact is deleted: before the run, or just before a page is read.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from sandbox.control import VendorControl
from tests.bitrix24_contact_totals.dag_run import DagRun
from tests.bitrix24_portal import NO_PACE, Portal, portal_in
from tests.faults.lost_answers import TIME_OUT
from tests.today import BEGAN

PIPELINE = "bitrix24_contact_totals"
EXTRA = {"retry_pauses": [0, 0, 0], "timeout": TIME_OUT, "lookup_pause": 0, "patience": 0}
SETTINGS: dict[str, Any] = {"writes": {"first_batch": 4, "repair_days": 1}}
FUNNELS = [{"id": 0, "name": "Общая", "sort": 300}, {"id": 3, "name": "Экспедиции", "sort": 200}]
CONTACTS, DEALS = range(1, 13), range(1, 131)  # three pages of deals
GONE, HEIR, MERGED, EDITED, ALONE = 12, 7, 8, 5, 11
REOPENED, SHARED, NEW = 130, 129, 131
YEAR = BEGAN.year
SUM = "UF_CRM_SUM_{}_{}"


def first_day(crm: VendorControl) -> None:
    """Let there be deals of two years in two funnels, some shared, one in euros, one without contacts."""
    crm.order(funnels=FUNNELS, contacts=[contact(number) for number in CONTACTS])
    crm.order(deals=[deal(number) for number in DEALS])
    crm.order(
        change={
            "deal": {
                str(REOPENED): {"contactIds": [ALONE], "closedate": f"{YEAR - 2}-05-01"},
                str(SHARED): {"contactIds": [9, 3, 10], "opportunity": 100.01},
                "1": {"contactIds": []},
                "2": {"currencyId": "EUR", "opportunity": 999.99},
                "3": {"opportunity": -50.5},
            }
        }
    )


def contact(number: int) -> dict[str, Any]:
    """Describe a contact; every fourth has no phone."""
    phones = [f"+7921000{number:04d}"] if number % 4 else []
    return {"id": number, "name": f"Клиент {number}", "phones": phones}


def deal(number: int) -> dict[str, Any]:
    """Describe a won deal of one contact."""
    owner = 1 + number % 10  # 11 and 12 have deals of their own
    return {
        **{"id": number, "title": f"Тур {number}", "stageSemanticId": "S", "categoryId": 3 * (number % 2)},
        **{"closedate": f"{YEAR - 1 + number % 3 // 2}-06-15", "opportunity": 1000 + number / 4},
        "contactIds": [GONE] if number % 40 == 0 else [owner],
    }


def second_day(crm: VendorControl) -> None:
    """Let happen what the disturbed run finds; ``GONE`` is still there."""
    fresh = {**deal(NEW), "closedate": f"{YEAR}-02-01", "categoryId": 3, "contactIds": [4, 2]}
    crm.order(deals=[{**fresh, "closedate": f"{YEAR + 1}-01-01"}, {**fresh, "id": NEW + 1}])
    crm.order(reopen=[REOPENED], merge_contacts=[MERGED, HEIR])
    crm.order(change={"deal": {str(SHARED): {"contactIds": [3, 10], "contactId": 3}}})
    crm.order(change={"contact": {str(EDITED): {SUM.format(0, YEAR - 1): 1.0}}})


def delete_contact(crm: VendorControl) -> None:
    """Let a person delete the contact that the disturbed run misses, unless it is gone already."""
    if GONE in (contact["id"] for contact in crm.read("contacts")):
        crm.order(delete_contacts=[GONE])


def prepare(folder: Path, url: str) -> None:
    """Make the first day in ``folder`` and the database behind ``url``; leave what the portal then knows."""
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
