"""
Faults by script, for any vendor.

A vendor holds one ``Faults``. It numbers the vendor's calls from 1 as they arrive, refused and repeated ones
too, lets each of them through ``around``, and keeps their ``history``::

    call = self._faults.enter(method="create", about=order_numbers)  # what is asked, in the vendor's words
    return self._faults.around(call, lambda: self._create(request, call), words=self._words)

``Faults.obey`` takes the orders, JSON objects with a ``fault``::

    {"fault": "timeout", "call": 17, "applied": true}        # call 17 is carried out, its answer lost
    {"fault": "429", "method": "create", "retry_after": 0}   # the next call of that method
    {"fault": "reset", "about": "2c55a318…", "times": 2}     # the next two that name this record
    {"fault": "item", "about": "2c55a318…", "text": "…"}     # refused inside an answer with status 200

- ``fault``: an HTTP status from 300, ``204`` (nothing found), ``timeout``, ``reset``, ``cut`` (half of the
  body), ``html`` (200 with a login page), ``gateway`` (502 with a page), ``redirect``,
  ``slow`` (a late answer), ``item``.
- ``applied``: is the work done before the answer is spoiled? ``true``, ``false``, or ``"late"``: ``seconds``
  after the caller was let down. By default only of ``cut`` and ``slow``, which need an answer.
- Which calls: ``call``, the very number; or ``method`` and/or ``about``, or any: ``times`` (1) fitting calls,
  once ``after`` (0) have gone well. A numbered fault goes first, then the first planned of those that fit.
- ``retry_after``: text or number; ``retry_after_date``: an HTTP date, so many seconds from now.
- ``text``: the vendor's words; ``body``: the whole body instead; ``seconds``: of ``slow`` and ``late``.

A vendor whose answers hold results of items asks ``call.refusal(about)`` for each: the text of an ``item``.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any, NamedTuple

from sandbox.messages import GATEWAY_PAGE, HTML, LOGIN_PAGE, Response

FOREVER = 3600.0
Words = Callable[[int, str], Response]  # status and text -> an answer in the vendor's words


@dataclass(eq=False)
class Fault:
    """One planned fault: what happens, to which calls, how often."""

    kind: str
    call: int | None = None
    method: str | None = None
    about: str | None = None
    after: int = 0
    times: int = 1
    applied: bool | str = False
    retry_after: str | None = None
    retry_after_date: float | None = None
    text: str = ""
    body: str | None = None
    seconds: float = 1.0

    def check(self) -> None:
        """Raise ValueError for a value that can't be meant."""
        if min(1 if self.call is None else self.call, self.times, self.after + 1) < 1:
            raise ValueError("call and times count from 1, after from 0")
        if self.applied not in (True, False, "late"):
            raise ValueError("applied is true, false or 'late'")

    def fits(self, call: "Call") -> bool:
        """Tell whether the call is one of those meant; the number, where there is one, decides alone."""
        if self.call is not None:
            return self.call == call.number
        return self.method in (None, call.method) and (self.about is None or self.about in call.about)

    def spoil(self, response: Response, words: Words | None = None) -> Response:
        """Return what becomes of an answer."""
        match self.kind:
            case "timeout":
                return replace(response, hang=FOREVER)
            case "cut":
                return replace(response, cut=True)
            case "reset":
                return replace(response, reset=True)
            case "slow":
                return replace(response, wait=self.seconds)
        return self._instead(words)

    def _instead(self, words: Words | None) -> Response:
        match self.kind:
            case "html":
                answer = Response(LOGIN_PAGE.encode(), headers=HTML)
            case "gateway":
                answer = Response(GATEWAY_PAGE.encode(), 502, HTML)
            case "redirect":
                answer = Response(status=302, headers={"Location": "/login"})
            case status:
                answer = words(int(status), self.text) if words else Response(self.text.encode(), int(status))
        if self.body is not None:
            answer = replace(answer, body=self.body.encode())
        when = self.retry_after
        if self.retry_after_date is not None:
            when = formatdate(time.time() + self.retry_after_date, usegmt=True)
        return (
            replace(answer, headers={**answer.headers, "Retry-After": when}) if when is not None else answer
        )


class Call(NamedTuple):
    """A numbered call: which method, about which of the vendor's records, and the faults it runs into."""

    number: int
    method: str
    about: frozenset[str]
    fault: Fault | None
    faults: "Faults"

    def refusal(self, about: str) -> str | None:
        """Return why this item is to be refused inside an answer that is otherwise well, or None."""
        return self.faults.refusal(self, about)


class Faults:
    """The faults that a vendor's calls are to run into; the module's docstring says how they are ordered."""

    KINDS = ("timeout", "cut", "html", "reset", "redirect", "gateway", "slow", "item")  # and any HTTP status

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._lock = threading.Lock()
        self.history: list[dict[str, Any]] = []  # number, method, about, fault and status of each call

    @property
    def calls(self) -> int:
        """How many calls there were."""
        return len(self.history)

    def obey(self, command: Mapping[str, Any]) -> None:
        """Plan what an order with a ``fault`` says. Raises ValueError for what it can't mean."""
        told = dict(command)
        kind = str(told.pop("fault"))
        if unknown := told.keys() - Fault.__dataclass_fields__.keys():
            raise ValueError(f"unknown of a fault: {', '.join(sorted(unknown))}")
        if kind not in self.KINDS and not (kind.isdecimal() and (kind == "204" or 300 <= int(kind) <= 599)):
            raise ValueError(f"unknown fault {kind!r}: one of {', '.join(self.KINDS)} or an HTTP status")
        told.setdefault("applied", kind in ("cut", "slow"))
        if told.get("retry_after") is not None:
            told["retry_after"] = str(told["retry_after"])
        fault = Fault(kind=kind, **told)
        fault.check()
        with self._lock:
            self._planned.append(fault)

    def forget(self, about: str | None = None) -> None:
        """Drop what is planned, all of it or all about one record; the numbers of calls go on."""
        with self._lock:
            self._planned = [fault for fault in self._planned if about not in (None, fault.about)]

    def renumber(self) -> None:
        """Forget the calls: the next one is the first again."""
        with self._lock:
            self.history.clear()

    def left(self, about: str | None = None) -> int:
        """Count the faults still to come, all or about one record."""
        with self._lock:
            return sum(fault.times for fault in self._planned if about in (None, fault.about))

    def enter(self, method: str = "", about: Iterable[str] = ()) -> Call:
        """Number a call that has just arrived and draw its fault."""
        with self._lock:
            call = Call(len(self.history) + 1, method, frozenset(about), None, self)
            call = call._replace(fault=self._draw([f for f in self._planned if f.kind != "item"], call))
            kind = call.fault.kind if call.fault else None
            self.history.append(
                {"call": call.number, "method": method, "about": sorted(call.about), "fault": kind}
            )
            return call

    def refusal(self, call: Call, *about: str) -> str | None:
        """Return the text of the item fault that meets a record, by any of its names, or None."""
        with self._lock:
            items = [f for f in self._planned if f.kind == "item" and f.about in (None, *about)]
            fault = self._draw(items, call)
        return (fault.text or "Внутренняя ошибка") if fault else None

    def note(self, call: Call, **facts: Any) -> None:
        """Remember more of a call than its method and what it was about."""
        with self._lock:
            if call.number <= len(self.history):
                self.history[call.number - 1].update(facts)

    def around(self, call: Call, work: Callable[[], Response], words: Words | None = None) -> Response:
        """Let a call happen: do the work before its fault, after it, or not at all."""
        response = self._happen(call, work, words)
        with self._lock:
            if call.number <= len(self.history):
                self.history[call.number - 1]["status"] = response.status
        return response

    def _happen(self, call: Call, work: Callable[[], Response], words: Words | None) -> Response:
        fault = call.fault
        if fault is None:
            return work()
        if fault.applied == "late":
            late = threading.Timer(fault.seconds, work)
            late.daemon = True
            late.start()
        return fault.spoil(work() if fault.applied is True else Response(), words)

    def _draw(self, planned: list[Fault], call: Call) -> Fault | None:
        fitting = [fault for fault in planned if fault.fits(call)]
        fault = next((f for f in fitting if f.call is not None), next(iter(fitting), None))
        if fault is None:
            return None
        if fault.after:
            fault.after -= 1
            return None
        fault.times -= 1
        if fault.times <= 0:
            self._planned.remove(fault)
        return fault
