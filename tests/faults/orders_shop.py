"""
A small shop whose second exchange meets every kind of call: what the sweeps disturb.

``open_shop`` makes the first exchange; ``SECOND_DAY`` is what the disturbed one finds: new orders with a
lead, without one, shipped already, without contacts; a first and a second shipment, a return, a closed work
order; two accounts.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg

from sandbox.demo.motor_shop_documents import CUSTOMER_ORDER, SHIPMENT, WORK_ORDER
from tests.calltouch_orders.desk import SILENT, Desk, ref_of
from tests.calltouch_orders.shop import FIRST_DAY, NO_PACE, Shop, shop_in
from tests.faults.lost_answers import TIME_OUT

AN_HOUR_LATER = "delete from ops.cursor where name = 'leads_asked' returning name"  # leads are asked for anew
EXTRA = {"retry_pauses": [0, 0, 0], "timeout": TIME_OUT}
BEFORE, TODAY = FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)
WHOLE, HALF, RETURNED, REPAIR, OURS = range(1, 6)
NEW, ALONE, AT_ONCE, NOBODY, THEIRS = range(11, 16)


def first_day(desk: Desk) -> None:
    """Write the orders that are known before the disturbed run."""
    desk.call(1, 1)
    desk.order(WHOLE, 1, {1: 2, 4: 1})
    desk.order(HALF, 2, {8: 4})
    desk.ship(HALF, ref_of(CUSTOMER_ORDER, HALF), {8: 2})
    desk.order(RETURNED, 3, {9: 4})
    desk.ship(RETURNED, ref_of(CUSTOMER_ORDER, RETURNED), {9: 4})
    desk.order(REPAIR, 4, {}, works=True, account="service")
    desk.order(OURS, 5, {11: 1, 1: 1}, works=True, account="service")


def second_day(desk: Desk) -> None:
    """Let happen what the disturbed run finds."""
    desk.call(2, 11)
    desk.order(NEW, 11, {1: 1, 2: 3})
    desk.order(ALONE, 12, {5: 1})
    desk.order(AT_ONCE, 13, {6: 1, 3: 1})
    desk.ship(AT_ONCE, ref_of(CUSTOMER_ORDER, AT_ONCE), {6: 1})
    desk.order(NOBODY, SILENT, {1: 1})
    desk.call(3, 14, "service")
    desk.order(THEIRS, 14, {13: 1}, works=True, account="service")
    desk.ship(WHOLE, ref_of(CUSTOMER_ORDER, WHOLE), {1: 2, 4: 1})
    desk.ship(HALF + 20, ref_of(CUSTOMER_ORDER, HALF), {8: 2})
    desk.give_back(RETURNED, ref_of(SHIPMENT, RETURNED), {9: 1})
    repair = ref_of(WORK_ORDER, REPAIR)
    desk.change(WORK_ORDER, repair, СуммаДокумента=12400)
    desk.close(repair)


def prepare(folder: Path, url: str) -> None:
    """Make the first exchange in ``folder`` and the database behind ``url``; leave what vendors then know."""
    with psycopg.connect(url) as connection:
        connection.execute(NO_PACE)
    with place_in(folder, url) as shop:
        first_day(Desk(shop, BEFORE))
        for _ in range(2):  # the second takes in what the first wrote into orders
            assert shop.run().state == "success"
        shop.rows(AN_HOUR_LATER)
        second_day(Desk(shop, TODAY))


@contextmanager
def place_in(folder: Path, url: str, vendors: Path | None = None) -> Iterator[Shop]:
    """Open the shop in an empty folder, with vendors that know what is in ``vendors``."""
    state = folder / "vendors"
    if vendors:
        shutil.copytree(vendors, state)
    folder.mkdir(parents=True, exist_ok=True)
    with shop_in(folder, url, state, EXTRA) as shop:
        yield shop
