"""A run of the catalogue killed at a moment that is named, or at random, and finished by what follows."""

import os
from functools import partial
from pathlib import Path

from tests.faults.catalog_sweep import Kept, Reference, compared, shop_of
from tests.faults.killing import Crash, Whole, die_and_recover, whole
from tests.opencart_catalog.dag_run import DagRun


def whole_run(kept: Kept) -> Whole:
    """Name the moments of a run that nobody kills."""
    with shop_of(kept) as shop:
        return whole(DagRun(kind="manual", time_passes=shop.time_passes))


def killed(kept: Kept, crash: Crash, expected: Reference) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with shop_of(kept) as shop:
        new_run = partial(DagRun, time_passes=shop.time_passes)
        die_and_recover(new_run, "manual", crash, Path(os.environ["DEALFLOW_SETTINGS"]), shop.warehouse_url)
        return compared(shop, expected)
