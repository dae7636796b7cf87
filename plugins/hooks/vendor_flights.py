"""Requests that are in the air while the answer before them is worked on; judged in order."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import Any, NamedTuple

import requests

from plugins.hooks.vendor import Answer, Call, Pass, VendorHook
from plugins.hooks.vendor_wire import Sent

MOST = 4  # in the air at once


class Flight(NamedTuple):
    """A request that has been sent, or is about to be; its answer is for ``land``."""

    call: Call
    leave: Pass
    prepared: requests.PreparedRequest
    sent: "Future[Sent]"


class Flights(VendorHook):
    """
    The part of a hook that lets requests fly.

    Only the exchange itself is done by a thread, each with a session of its own: the turn is taken, the
    request is signed and the answer judged by the thread that owns the hook, since the gate's session with
    the warehouse and the connections of Airflow are for one thread.
    """

    @property
    def session(self) -> requests.Session:
        own: requests.Session | None = getattr(self._of_thread, "session", None)
        return own or self._own_session

    def take_off(self, call: Call) -> Flight:
        """Wait for the turn and send a request. Raises what the gate raises: nothing is sent then."""
        prepared = self.session.prepare_request(self._request(call))
        _ = self._crew, self.scrubber  # made here, before a thread needs them
        self._tell_of_answered()
        leave = self.gate.enter(call.counts_as, call.points)
        flight = Flight(call, leave, prepared, self._crew.submit(self._sent, prepared))
        self._untold.append(flight)
        return flight

    def land(self, flight: Flight) -> Any:
        """Wait for an answer and give it as ``call`` does; after a fault it is asked for again from here."""
        return self._landed(flight)

    def dismiss(self) -> None:
        """Let nothing more take off; what is in the air is not waited for."""
        if (crew := self.__dict__.pop("_crew", None)) is not None:
            crew.shutdown(wait=False, cancel_futures=True)

    def _landed(self, flight: Flight) -> Any:
        pauses, sent = iter(self.pauses), flight.sent.result()
        self._tell_of_answered()
        answer = self._judged(flight.call, sent.answer)
        if isinstance(answer, Answer):
            return answer.body if flight.call.reads == "json" else answer.text
        self._rest(flight.call, answer, flight.leave, pauses)
        return self._persist(flight.call, pauses)

    def _tell_of_answered(self) -> None:
        """Let the gate know of requests that have been made, of those that nobody waits for, too."""
        answered = [flight for flight in self._untold if flight.sent.done()]
        self._untold = [flight for flight in self._untold if flight not in answered]
        for flight in answered:
            if not flight.sent.cancelled() and flight.sent.exception() is None:
                self._tell(flight.leave, flight.sent.result())

    @cached_property
    def _untold(self) -> list[Flight]:
        return []

    @cached_property
    def _of_thread(self) -> threading.local:
        return threading.local()

    @cached_property
    def _crew(self) -> ThreadPoolExecutor:
        spare, of_thread = [self.new_session() for _ in range(MOST)], self._of_thread

        def begin() -> None:
            of_thread.session = spare.pop()

        return ThreadPoolExecutor(MOST, thread_name_prefix=self.vendor, initializer=begin)
