"""
An exchange of orders killed at a moment that is named, or at random, and finished by what comes after it.

The code under test knows nothing of it: the process that is to be killed watches its own calls
(``sys.setprofile``) and names the moments before each file of ``sql/``, each COPY, each begin and each
commit, and before and after each call to a vendor. The moment after a file is the one before the next.
"""

import os
import signal
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg

from plugins.hooks.vendor import VendorHook
from plugins.warehouse import Warehouse
from tests.calltouch_orders.dag_run import DagRun
from tests.calltouch_orders.shop import Shop
from tests.faults.books import Books, differences
from tests.faults.orders_books import books, promises_broken
from tests.faults.orders_sweep import Kept, shop_of, until_quiet

PATIENCE = 20  # seconds until the server must have noticed that a process is gone
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


class Crash(NamedTuple):
    """Kill at a moment (its number) or after seconds; then ``retry`` the task, ``clear``, or ``another``."""

    moment: int | None
    seconds: float | None
    recovery: str


class Whole(NamedTuple):
    """What an exchange passes and how long it takes."""

    moments: list[str]
    seconds: float


class Watch:
    """Name the moments of a DAG run, and end this process at one of them as the kernel ends a process."""

    def __init__(self, run: DagRun, at: int | None) -> None:
        self._run, self._at = run, at
        self.moments: list[str] = []

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        names = STARTS if event == "call" else ENDS if event == "return" else {}
        if namer := names.get(frame.f_code):
            self.moments.append(f"{self._run.task}: {namer(frame)}")
            if len(self.moments) - 1 == self._at:
                os.kill(os.getpid(), signal.SIGKILL)


def whole_exchange(kept: Kept) -> Whole:
    """Name the moments of an exchange that nobody kills."""
    with shop_of(kept) as shop:
        run = DagRun(kind="scheduled", time_passes=shop.time_passes)
        watch, started = Watch(run, None), time.monotonic()
        watched(run, watch)
        return Whole(watch.moments, time.monotonic() - started)


def killed(kept: Kept, crash: Crash, expected: Books) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    with shop_of(kept) as shop:
        name, progress = f"scheduled__{uuid.uuid4()}", Path(os.environ["DEALFLOW_SETTINGS"]) / "progress.json"
        die(DagRun(name, time_passes=shop.time_passes, progress=progress), crash)
        wait_until_alone(shop)
        victim = DagRun(name, time_passes=shop.time_passes, progress=progress)
        if crash.recovery == "retry":
            victim.recall().go_on()
        elif crash.recovery == "clear":
            victim.go()
        found = until_quiet(shop)
        return [*found, *promises_broken(shop), *differences(books(shop), expected)]


def die(run: DagRun, crash: Crash) -> None:
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


def watched(run: DagRun, watch: Watch) -> None:
    """Make a DAG run under a watch."""
    sys.setprofile(watch)
    try:
        run.go()
    finally:
        sys.setprofile(None)


def wait_until_alone(shop: Shop) -> None:
    """Wait until the server has noticed that the process is gone."""
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(shop.warehouse_url, autocommit=True) as connection:
        while connection.execute(OTHERS).fetchone() != (0,):
            assert time.monotonic() < deadline, "a killed session is still there"
            time.sleep(0.01)


def _call(frame: FrameType) -> str:
    """Name a call by what it does: «calltouch create», «onec PATCH»."""
    sent = frame.f_locals["prepared"]
    what = urlsplit(sent.url).path.rpartition("/")[2] if "(" not in sent.url else ""
    return f"{frame.f_locals['self'].vendor} {sent.method if sent.method == 'PATCH' else what}"
