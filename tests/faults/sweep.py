"""One case of a sweep: an import that is interrupted, the import after it, and all tables compared."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import NamedTuple

import psycopg
from psycopg import sql

from plugins.steps import ledger
from tests.faults.books import Books, Reader, differences
from tests.faults.worker import Import, kill, terminate

ENDED = ("success", "partial")


class Place(NamedTuple):
    """Where sweeps are made: a server, and the database of a company before its second import."""

    server: str
    template: str


class Case(NamedTuple):
    """
    Interrupt at a moment (by number), or after seconds (whatever is under way), and then recover.

    ``crash``: killed, terminated. ``recovery``: ``retry`` the interrupted task; ``clear``: all tasks of the same
    DAG run; ``another`` DAG run, which takes over.
    """

    number: int
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
    with database(place, "undisturbed") as url:
        whole, started = Import(url, "manual__1"), time.monotonic()
        run_id = whole.run()
        seconds = time.monotonic() - started
        return Undisturbed(whole.moments, seconds, books(url, run_id))


def interrupted(place: Place, case: Case, expected: Books) -> list[str]:
    """Play a case in a database of its own; give what is different afterwards, a line each."""
    with database(place, f"case_{case.number}") as url:
        victim = Import(url, "manual__1", -1 if case.moment is None else case.moment, CRASHES[case.crash])
        killed_while(victim, case) if case.crash == "killed" else terminated(victim)
        ended = state_of(url)
        again = RECOVERIES[case.recovery](url, victim)
        if ended not in ENDED:
            return differences(books(url, again), expected)
        # It was over and only nobody knew: what came after must have changed nothing.
        return differences(books(url, 2), expected)


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
    # Of a task whose work was done when it was killed nothing is left to do, and the run says so.
    with suppress(ledger.RunIsOver):
        return victim.unharmed().go_on()
    return 2


def _clear(_: str, victim: Import) -> int:
    return victim.unharmed().run()


def _another(url: str, _: Import) -> int:
    return Import(url, "manual__2").run()


CRASHES = {"killed": kill, "terminated": terminate}
RECOVERIES: dict[str, Callable[[str, Import], int]] = {"retry": _retry, "clear": _clear, "another": _another}


def state_of(url: str) -> str | None:
    """Read how the interrupted run, the second one of the company, ended; None if it was never opened."""
    with psycopg.connect(url) as connection:
        row = connection.execute("select state from ops.run where run_id = 2").fetchone()
    return row[0] if row else None


def books(url: str, run_id: int) -> Books:
    """Read what a run has left."""
    with psycopg.connect(url) as connection:
        return Reader(connection, run_id).books()


@contextmanager
def database(place: Place, name: str) -> Iterator[str]:
    """Give a database that is gone afterwards."""
    name = f"{place.template}_{name}"
    execute(place, sql.SQL("create database {} template {}").format(*map(sql.Identifier, (name, place.template))))
    yield f"{place.server.rpartition('/')[0]}/{name}"
    execute(place, sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def execute(place: Place, statement: sql.Composed) -> None:
    with closing(psycopg.connect(place.server, autocommit=True)) as connection:
        connection.execute(statement)
