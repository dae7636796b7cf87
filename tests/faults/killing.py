"""
Kill a DAG run of any pipeline at a moment that is named, or at random.

The code under test knows nothing of it: the process that is to be killed watches its own calls
(``sys.setprofile``) and names the moments before each file of ``sql/``, each COPY, each begin and each
commit, and before and after each call to a vendor. The moment after a file is the one before the next.
"""

import os
import random
import re
import signal
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import psycopg

from plugins.hooks.vendor import VendorHook
from plugins.warehouse import Warehouse
from tests.faults.playing import THOROUGH

RECOVERIES = ("retry", "clear", "another")
AT_RANDOM = 60 if THOROUGH else 4
PATIENCE = 60  # seconds until the server must have noticed that a process is gone
OTHERS = """
    select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
"""
Namer = Callable[[FrameType], str]
STARTS: dict[Any, Namer] = {
    Warehouse.run_file.__code__: lambda frame: f"{frame.f_locals['path'].stem}",
    Warehouse.select.__code__: lambda frame: f"{frame.f_locals['path'].stem}",
    Warehouse.copy_rows.__code__: lambda frame: f"copy {frame.f_locals['table']}",
    psycopg.Transaction.__enter__.__code__: lambda frame: "begin",
    psycopg.Transaction.__exit__.__code__: lambda frame: "commit",
    VendorHook._exchange.__code__: lambda frame: f"before {_call(frame)}",
}
ENDS: dict[Any, Namer] = {VendorHook._exchange.__code__: lambda frame: f"after {_call(frame)}"}


class Run(Protocol):
    """A DAG run in this process; ``task`` is the one at work."""

    task: str

    def go(self) -> object: ...
    def go_on(self) -> object: ...
    def recall(self) -> "Run": ...


class Moment(NamedTuple):
    """A moment by its name, and which of that name it is: by the clock there are more of others or fewer."""

    name: str
    nth: int


class Crash(NamedTuple):
    """Kill at a moment or after seconds; then ``retry`` the task, ``clear``, or ``another``."""

    moment: Moment | None
    seconds: float | None
    recovery: str


class Whole(NamedTuple):
    """What a DAG run passes and how long it takes."""

    moments: list[Moment]
    seconds: float


def crashes_around(whole: Whole, critical: re.Pattern[str]) -> list[Crash]:
    """
    Give a crash at the first of each kind of critical moments, with a recovery by turns.

    Thorough: at every moment there is, with every recovery.
    """
    if THOROUGH:
        return [Crash(moment, None, recovery) for moment in whole.moments for recovery in RECOVERIES]
    firsts = [moment for moment in whole.moments if moment.nth == 1 and critical.search(moment.name)]
    assert len(firsts) > 10, "the run has hardly a critical moment"
    return [Crash(moment, None, RECOVERIES[turn % 3]) for turn, moment in enumerate(firsts)]


def crashes_at_random(whole: Whole, seed: int) -> list[Crash]:
    """Draw some crashes, the same for the same seed."""
    chance = random.Random(seed)
    times = [chance.uniform(0, whole.seconds) for _ in range(AT_RANDOM)]
    return [Crash(None, seconds, RECOVERIES[turn % 3]) for turn, seconds in enumerate(times)]


def told(crash: Crash) -> str:
    """Say where a run was killed, and what came next."""
    at = crash.moment
    where = f"at {at.name} (no. {at.nth} of them)" if at else f"after {crash.seconds:.3f} s"
    return f"killed {where}, {crash.recovery}"


class Watch:
    """Name the moments of a DAG run, and end this process at one of them as the kernel ends a process."""

    def __init__(self, run: Run, at: Moment | None) -> None:
        self._run, self._at = run, at
        self._met: Counter[str] = Counter()
        self.moments: list[Moment] = []

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        names = STARTS if event == "call" else ENDS if event == "return" else {}
        if namer := names.get(frame.f_code):
            name = f"{self._run.task}: {namer(frame)}"
            self._met[name] += 1
            self.moments.append(Moment(name, self._met[name]))
            if self.moments[-1] == self._at:
                os.kill(os.getpid(), signal.SIGKILL)


def whole(run: Run) -> Whole:
    """Make a DAG run that nobody kills, and name its moments."""
    watch, started = Watch(run, None), time.monotonic()
    watched(run, watch)
    return Whole(watch.moments, time.monotonic() - started)


def die(run: Run, crash: Crash) -> None:
    """Let a process of its own make a DAG run until it is killed."""
    process = os.fork()
    if process == 0:
        with suppress(BaseException):
            watched(run, Watch(run, crash.moment))
        os._exit(0)
    if crash.seconds is not None:
        time.sleep(crash.seconds)
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    assert crash.moment is None or os.WIFSIGNALED(status), "the process came through"


def die_and_recover(new_run: Callable[..., Run], kind: str, crash: Crash, folder: Path, url: str) -> None:
    """
    Let a DAG run be killed, and let what comes next happen, unless that is another DAG run.

    ``new_run`` makes it out of its name, its kind and where its progress is kept; ``url``: the warehouse.
    """
    known = {"name": f"{kind}__{uuid.uuid4()}", "kind": kind, "progress": folder / "progress.json"}
    die(new_run(**known), crash)
    wait_until_alone(url)
    if crash.recovery == "retry":
        new_run(**known).recall().go_on()
    elif crash.recovery == "clear":
        new_run(**known).go()


def watched(run: Run, watch: Watch) -> None:
    """Make a DAG run under a watch."""
    sys.setprofile(watch)
    try:
        run.go()
    finally:
        sys.setprofile(None)


def wait_until_alone(url: str) -> None:
    """Wait until the server has noticed that the process is gone."""
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(OTHERS).fetchone() != (0,):
            assert time.monotonic() < deadline, "a killed session is still there"
            time.sleep(0.01)


def _call(frame: FrameType) -> str:
    """Name a call by what it does: «calltouch create», «onec PATCH», «amocrm events», «amocrm token»."""
    sent, vendor = frame.f_locals["prepared"], frame.f_locals["self"].vendor
    what = urlsplit(sent.url).path.rstrip("/").rpartition("/")[2] if "(" not in sent.url else ""
    if vendor == "amocrm":
        what = "lead" if what.isdecimal() else what.removeprefix("access_")
    if vendor == "keepincrm":
        return f"{vendor} {sent.method} {'' if what.isdecimal() else what}".rstrip()
    return f"{vendor} {sent.method if sent.method == 'PATCH' else what}"
