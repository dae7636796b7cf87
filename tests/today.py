"""
When this session of tests began, the same for all of its processes.

Scenes lie some days back from it. Processes start when they are needed, and each would look at the clock for
itself: around midnight one would prepare a scene, and another look for it a day later. So the first of them
hands it to all that it starts, and they to theirs (``tests/conftest.py``).
"""

import os
import time
from datetime import UTC, datetime, timedelta

NAME = "DEALFLOW_TESTS_BEGAN"
BEGAN = datetime.fromisoformat(os.environ.get(NAME) or datetime.now(UTC).isoformat())


def far_from_an_hours_end(seconds: int = 10) -> None:
    """Let an hour that is about to end do so: a test that spans two hours or days would count in neither."""
    later = datetime.now(UTC) + timedelta(seconds=seconds)
    if later.hour != datetime.now(UTC).hour:
        time.sleep(seconds)
