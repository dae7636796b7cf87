"""From one slot of a schedule to the next, also on the days when clocks are changed."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from plugins.slots import slots_of


@pytest.mark.parametrize(
    ("zone", "slot", "following"),
    [
        ("Europe/Moscow", datetime(2026, 1, 5, 3, tzinfo=UTC), datetime(2026, 1, 5, 15, tzinfo=UTC)),
        ("Europe/Moscow", datetime(2026, 1, 5, 15, tzinfo=UTC), datetime(2026, 1, 6, 3, tzinfo=UTC)),
        # The night is an hour shorter, and an hour longer.
        ("Europe/Berlin", datetime(2026, 3, 28, 17, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 16, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC)),
    ],
)
def test_the_next_slot_is_when_airflow_will_run_next(zone: str, slot: datetime, following: datetime) -> None:
    assert slots_of("0 6,18 * * *", zone)(slot) == following


def test_one_variable_moves_all_schedules_to_another_zone() -> None:
    show = [sys.executable, "-c", "from plugins.defaults import START; print(START.timezone_name)"]
    for variables, zone in (({}, "Europe/Moscow"), ({"DEALFLOW_ZONE": "Asia/Omsk"}, "Asia/Omsk")):
        environment = os.environ | variables
        told = subprocess.run(show, capture_output=True, text=True, check=True, env=environment)
        assert told.stdout.splitlines()[-1] == zone
