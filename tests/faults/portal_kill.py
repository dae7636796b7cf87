"""A run of a portal's pipeline killed at a named moment, or at random, and finished by what follows."""

import os
import uuid
from pathlib import Path

from tests.faults.killing import Crash, Whole, die, wait_until_alone, whole
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
        name, progress = f"manual__{uuid.uuid4()}", Path(os.environ["DEALFLOW_SETTINGS"]) / "progress.json"
        die(portal.new_run(name, kind="manual", progress=progress), crash)
        wait_until_alone(portal.warehouse_url)
        victim = portal.new_run(name, kind="manual", progress=progress)
        if crash.recovery == "retry":
            victim.recall().go_on()
        elif crash.recovery == "clear":
            victim.go()
        return compared(kept, portal, expected, may_repeat=True)
