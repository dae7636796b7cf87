"""An exchange of orders killed at a moment that is named, or at random, and finished by what follows."""

import os
from functools import partial
from pathlib import Path

from tests.calltouch_orders.dag_run import DagRun
from tests.faults.books import Books, differences
from tests.faults.killing import Crash, Whole, die_and_recover, whole
from tests.faults.orders_books import books, promises_broken
from tests.faults.orders_sweep import Kept, shop_of, until_quiet


def whole_exchange(kept: Kept) -> Whole:
    """Name the moments of an exchange that nobody kills."""
    with shop_of(kept) as shop:
        return whole(DagRun(kind="scheduled", time_passes=shop.time_passes))


def killed(kept: Kept, crash: Crash, expected: Books) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with shop_of(kept) as shop:
        new_run = partial(DagRun, time_passes=shop.time_passes)
        folder = Path(os.environ["DEALFLOW_SETTINGS"])
        die_and_recover(new_run, "scheduled", crash, folder, shop.warehouse_url)
        found = until_quiet(shop)
        return [*found, *promises_broken(shop), *differences(books(shop), expected)]
