"""All processes of a session of tests live on one day."""

import os
import subprocess
import sys

from tests import today

# What pytest does in the process that only hands tests out to others: it starts no server.
HANDS_OUT = """
import os
from types import SimpleNamespace
from tests import conftest, today
conftest.pytest_configure(SimpleNamespace(getoption=lambda name, otherwise: 2))
print(os.environ[today.NAME] == today.BEGAN.isoformat(), os.environ[today.NAME])
"""
WORKS = "from tests import today; print(today.BEGAN.isoformat())"


def said_by(command: str, began: str | None) -> list[str]:
    """Run a command in a process of its own."""
    known = {name: value for name, value in os.environ.items() if name != today.NAME}
    environment = known if began is None else known | {today.NAME: began}
    command_line = [sys.executable, "-c", command]
    return subprocess.run(
        command_line, env=environment, capture_output=True, text=True, check=True
    ).stdout.split()


def test_whoever_hands_tests_out_tells_the_moment_to_all_that_it_starts() -> None:
    is_told, began = said_by(HANDS_OUT, None)
    assert is_told == "True"
    assert said_by(WORKS, began) == [began]


def test_a_process_that_was_told_the_moment_tells_it_on() -> None:
    began = "2026-03-01T23:59:59+00:00"
    assert said_by(HANDS_OUT, began) == ["True", began]


def test_this_process_lives_on_the_day_it_tells_to_others() -> None:
    assert os.environ[today.NAME] == today.BEGAN.isoformat()
