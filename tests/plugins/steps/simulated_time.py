"""
Time that passes only while all workers sleep, for the budget's clock in Postgres and the vendors' alike.

Minutes of a paced exchange take seconds, and nothing of the pace depends on how busy the machine is.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import psycopg
import pytest

# A session with this search path asks our clock: what is named before pg_catalog is found before it.
CLOCK = """
    create schema simulated;
    create table simulated.time (ahead interval not null);
    insert into simulated.time values ('0');
    create function simulated.clock_timestamp() returns timestamptz language sql volatile as
    $$ select pg_catalog.clock_timestamp() + ahead from simulated.time $$
"""
STILL = """
    create or replace function simulated.clock_timestamp() returns timestamptz language sql volatile as
    $$ select timestamptz '2026-11-22 09:00+00' + ahead from simulated.time $$
"""
SEARCH_PATH = "options=-csearch_path%3Dsimulated,pg_catalog"


class Vendor(Protocol):
    """Whose clock goes with ours."""

    def advance(self, seconds: float) -> object: ...


class SimulatedTime:
    """
    The time of some workers, each a thread, which begins when all of them have come to sleep.

    ``still``: no time passes but that which is slept.
    """

    def __init__(self, url: str, sandbox: Vendor, workers: int, *, still: bool = False) -> None:
        self._sandbox, self._workers = sandbox, workers
        self._ahead = 0.0
        self._wakes: dict[int, float] = {}
        self._turn = threading.Condition()
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(CLOCK)
        if still:
            self._connection.execute(STILL)
        self.url = f"{url}?{SEARCH_PATH}"

    def work(self, monkeypatch: pytest.MonkeyPatch, *works: Callable[[], None]) -> None:
        """Let the workers work, each in a thread of its own, until all are done."""
        threads = [threading.Thread(target=self._do, args=[work]) for work in works]
        real_sleep, real_monotonic = time.sleep, time.monotonic

        def sleep(seconds: float) -> None:
            (self._sleep if threading.current_thread() in threads else real_sleep)(seconds)

        def monotonic() -> float:
            return self._ahead if threading.current_thread() in threads else real_monotonic()

        with monkeypatch.context() as patch:
            patch.setattr(time, "sleep", sleep)
            patch.setattr(time, "monotonic", monotonic)
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self._connection.close()

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            with self._turn:
                self._workers -= 1
                self._turn.notify_all()

    def _sleep(self, seconds: float) -> None:
        me = threading.get_ident()
        with self._turn:
            self._wakes[me] = self._ahead + seconds
            self._turn.notify_all()
            while self._ahead < self._wakes[me]:
                if len(self._wakes) == self._workers and self._wakes[me] == min(self._wakes.values()):
                    self._advance(self._wakes[me])
                else:
                    self._turn.wait(10)
            del self._wakes[me]
            self._turn.notify_all()

    def _advance(self, to: float) -> None:
        self._sandbox.advance(to - self._ahead)
        self._ahead = to
        self._connection.execute("update simulated.time set ahead = make_interval(secs => %s)", [to])
