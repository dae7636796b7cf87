"""One case of a sweep: an import that is interrupted, the import after it, and all tables compared."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import psycopg

from tests.faults.books import Books, Reader, differences
from tests.faults.fresh import Place, fresh
from tests.faults.worker import Import, kill, terminate

ENDED = ("success", "partial")
SECOND_RUN = 2  # of the company: the one that is interrupted


class Case(NamedTuple):
    """
    Interrupt at a moment (its number) or after seconds, whatever is under way, and then recover.

    ``crash``: killed, terminated. ``recovery``: ``retry`` the interrupted task; ``clear``: all tasks of
    the same DAG run; ``another`` DAG run, which takes over.
    """

    moment: int | None
    seconds: float | None
    crash: str
    recovery: str


class Undisturbed(NamedTuple):
    """What an import passes, how long it takes, and what it leaves."""

    moments: list[str]
    seconds: float
    books: Books


def undisturbed(place: Place) -> Undisturbed:
    """Make the import that all others are compared with."""
    url = fresh(place)
    whole, started = Import(url, "manual__1"), time.monotonic()
    run_id = whole.run()
    return Undisturbed(whole.moments, time.monotonic() - started, books(url, run_id))


def interrupted(place: Place, case: Case, expected: Books) -> list[str]:
    """Play a case; give what is different afterwards, a line each."""
    url = fresh(place)
    victim = Import(url, "manual__1", -1 if case.moment is None else case.moment, CRASHES[case.crash])
    killed_while(victim, case) if case.crash == "killed" else terminated(victim)
    was_over = state_of(url) in ENDED
    last = RECOVERIES[case.recovery](url, victim)
    # If it was over and only nobody knew, what came after must have changed nothing.
    return differences(books(url, SECOND_RUN if was_over else last), expected)


def killed_while(victim: Import, case: Case) -> None:
    """Let a process of its own import until it is killed."""
    process = os.fork()
    if process == 0:
        with suppress(BaseException):
            victim.run()
        os._exit(0)
    if case.seconds is not None:
        time.sleep(case.seconds)
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    survived = not os.WIFSIGNALED(status)
    assert case.moment is None or not survived, "the process came through"


def terminated(victim: Import) -> None:
    """Import until the session is ended from the other side."""
    try:
        victim.run()
    except psycopg.OperationalError:
        return
    raise AssertionError("the session came through")


def _retry(_: str, victim: Import) -> int:
    return victim.unharmed().go_on()


def _clear(_: str, victim: Import) -> int:
    return victim.unharmed().run()


def _another(url: str, _: Import) -> int:
    return Import(url, "manual__2").run()


CRASHES = {"killed": kill, "terminated": terminate}
RECOVERIES: dict[str, Callable[[str, Import], int]] = {"retry": _retry, "clear": _clear, "another": _another}


def state_of(url: str) -> str | None:
    """Read how the interrupted run, the second one of the company, ended; None if it was never opened."""
    with psycopg.connect(url) as connection:
        row = connection.execute("select state from ops.run where run_id = %s", [SECOND_RUN]).fetchone()
    return row[0] if row else None


def books(url: str, run_id: int) -> Books:
    """Read what a run has left."""
    with psycopg.connect(url) as connection:
        return Reader(connection, run_id).books()
