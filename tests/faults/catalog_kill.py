"""A run of the catalogue killed at a moment that is named, or at random, and finished by what follows."""

import os
import uuid
from pathlib import Path

from tests.faults.catalog_sweep import Kept, Reference, compared, shop_of
from tests.faults.killing import Crash, Whole, die, wait_until_alone, whole
from tests.opencart_catalog.dag_run import DagRun


def whole_run(kept: Kept) -> Whole:
    """Name the moments of a run that nobody kills."""
    with shop_of(kept) as shop:
        return whole(DagRun(kind="manual", time_passes=shop.time_passes))


def killed(kept: Kept, crash: Crash, expected: Reference) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with shop_of(kept) as shop:
        name, progress = f"manual__{uuid.uuid4()}", Path(os.environ["DEALFLOW_SETTINGS"]) / "progress.json"
        die(DagRun(name, kind="manual", time_passes=shop.time_passes, progress=progress), crash)
        wait_until_alone(shop.warehouse_url)
        victim = DagRun(name, kind="manual", time_passes=shop.time_passes, progress=progress)
        if crash.recovery == "retry":
            victim.recall().go_on()
        elif crash.recovery == "clear":
            victim.go()
        return compared(shop, expected)
