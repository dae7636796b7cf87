"""A run of a portal's pipeline killed at a named moment, or at random, and finished by what follows."""

import os
from pathlib import Path

from tests.faults.killing import Crash, Whole, die_and_recover, whole
from tests.faults.portal_sweep import Kept, Reference, compared, portal_of


def whole_run(kept: Kept) -> Whole:
    """Name the moments of a run that nobody kills."""
    with portal_of(kept) as portal:
        kept.of.begin(portal)
        return whole(portal.new_run(kind="manual"))


def killed(kept: Kept, crash: Crash, expected: Reference) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with portal_of(kept) as portal:
        kept.of.begin(portal)
        folder = Path(os.environ["DEALFLOW_SETTINGS"])
        die_and_recover(portal.new_run, "manual", crash, folder, portal.warehouse_url)
        return compared(kept, portal, expected, may_repeat=True)
