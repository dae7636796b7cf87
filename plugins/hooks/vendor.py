"""What all vendors' hooks share: session, pace and budget, retries by class of fault, errors, scrubbing."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import requests

from include.errors import DealflowError, WindowSpent
from include.vendors.fault_words import RUSSIAN, FaultWords
from include.vendors.retry_after import retry_at
from include.vendors.scrub import Scrubber
from include.vendors.usual import Usual
from plugins.hooks.vendor_answer import Answer, Verdict, verdict
from plugins.hooks.vendor_call import Call, as_asked
from plugins.hooks.vendor_fault import About, Fault, fault_of_answer, fault_of_network
from plugins.hooks.vendor_gate import A_WHILE, Gate, OpenGate, Pass
from plugins.hooks.vendor_wire import Sent, WireHook

__all__ = ["Answer", "Call", "Gate", "OpenGate", "Pass", "VendorHook", "Verdict"]


class VendorHook(WireHook):
    """
    Call a vendor's API.

    The stock hook opens a session a call, follows redirects with its credentials, puts all extra fields of
    the connection into headers, and cannot tell a lost answer from a refusal. A subclass says how calls are
    signed (``sign``), what the vendor's words are (``words``) and, where statuses do not tell, what an answer
    means (``verdict``). Fields of the connection's extra: ``timeout`` and ``patience`` in seconds,
    ``retry_pauses``, and the stock hook's ``proxies``, ``verify``, ``cert``.
    """

    vendor: ClassVar[str] = ""
    title: ClassVar[str] = ""  # how messages call the vendor
    says: ClassVar[FaultWords] = RUSSIAN
    meanings: ClassVar[Mapping[int, str]] = {}  # of statuses that mean something particular here
    default_pauses: ClassVar[Sequence[float]] = (2.0, 8.0, 30.0)  # seconds before each repetition
    default_patience: ClassVar[float] = 60.0

    def __init__(
        self,
        conn_id: str | None = None,
        gate: Gate | None = None,
        *,
        pauses: Sequence[float] | None = None,
        timeout: float | None = None,
    ) -> None:
        super().__init__(conn_id, timeout)
        self.gate = gate or OpenGate()
        self._pauses = pauses

    def secrets(self) -> Sequence[str | None]:
        """Name what no log and no exception may show."""
        return (self.connection.password,)

    def words(self, body: Any) -> str | None:
        """Find the vendor's words in the body of an error."""
        found = body.get("message") or body.get("error") if isinstance(body, dict) else None
        return found if isinstance(found, str) else None

    def verdict(self, call: Call, answer: Answer) -> Verdict:
        """Judge an answer. A subclass adds what the status does not tell."""
        return verdict(answer, call.reads, self.words(answer.body))

    def call(self, call: Call) -> Any:
        """
        Send a request and give its decoded answer; every attempt passes the gate.

        What reads or sets is repeated while that may help; what creates only if it surely was not sent.
        Raises VendorError of the kind that fits.
        """
        return self._persist(call, iter(self.pauses))

    def noted(self, answer: Answer) -> None:
        """Look at a good answer. A subclass keeps what every answer tells, such as the vendor's time."""

    def retry_at(self, call: Call, answer: Answer) -> datetime | None:
        """Tell when the vendor wishes to be asked again; None: it does not say."""
        return retry_at(answer.headers.get("Retry-After"), datetime.now(UTC))

    def close(self, call: Call, fault: Fault, leave: Pass) -> datetime:
        """
        Tell all workers that the vendor refuses calls for its limits' sake; give the moment it opens.

        A vendor that names neither its budget nor a moment is left for a while.
        """
        a_while = None if fault.refused_by is Verdict.SPENT else datetime.now(UTC) + A_WHILE
        return leave.spent(fault.retry_at or a_while)

    def test_connection(self) -> tuple[bool, str]:
        """Make one cheap call; tell whether the connection works, in words."""
        try:
            self.probe()
        except DealflowError as problem:
            return False, str(problem)
        return True, f"{self.title}: {self.says.works}"

    def probe(self) -> object:
        """Make the cheapest call that needs the credentials."""
        raise NotImplementedError

    @cached_property
    def _usual(self) -> Usual:
        return Usual()

    @cached_property
    def scrubber(self) -> Scrubber:
        """What takes this connection's secrets out of texts."""
        return Scrubber(self.secrets())

    @property
    def pauses(self) -> Sequence[float]:
        """Seconds before each repetition."""
        told = self.extra.get("retry_pauses") if self._pauses is None else self._pauses
        return self.default_pauses if told in (None, "") else told

    @property
    def patience(self) -> float:
        """Seconds to sleep in a task at a vendor's wish; longer waits are deferred."""
        return self.patience_in(self.extra)

    @classmethod
    def patience_in(cls, extra: Mapping[str, Any]) -> float:
        """Read it before there is a hook: what stands before the vendor is as patient."""
        told = extra.get("patience")
        return cls.default_patience if told in (None, "") else float(told)

    def forget_secrets(self) -> None:
        """Ask for the secrets anew, since there are others now."""
        self.__dict__.pop("scrubber", None)

    def url(self, call: Call) -> str:
        """Put together the address: spaces as %20, which every server reads, and never as a plus."""
        query = urlencode(call.query, doseq=True, quote_via=quote, safe="$")
        return f"{self.base_url.rstrip('/')}{call.path}{'?' if query else ''}{query}"

    def _persist(self, call: Call, pauses: Iterator[float]) -> Any:
        """Send a request until its answer is good, as long as there are pauses left."""
        while True:
            prepared = self.session.prepare_request(self._request(call))  # not in the turn that comes next
            leave = self.gate.enter(call.counts_as, call.points)
            sent = self._sent(prepared)
            self._tell(leave, sent)
            answer = self._judged(call, sent.answer)
            if isinstance(answer, Answer):
                return answer.body if call.reads == "json" else answer.text
            self._rest(call, answer, leave, pauses)

    def _tell(self, leave: Pass, sent: Sent) -> None:
        """Let the gate know when a request was made."""
        leave.made(sent.left, self._usual.note(sent.ended - sent.left))

    def _judged(self, call: Call, answer: Answer | Exception) -> Answer | Fault:
        what = self.scrubber.text(f"{call.method} {call.path}")
        about = About(self.title, what, call.repeats, self.says, self.meanings, self.http_conn_id)
        if isinstance(answer, Exception):
            return as_asked(call, fault_of_network(about, answer))
        judged = self.verdict(call, answer)
        if judged is Verdict.GOOD:
            self.noted(answer)
            return answer
        shown = answer._replace(text=self.scrubber.text(answer.text), body=self.scrubber.value(answer.body))
        fault = fault_of_answer(about, judged, shown, self.words(shown.body))
        return as_asked(call, fault._replace(retry_at=self.retry_at(call, answer)))

    def _request(self, call: Call) -> requests.Request:
        headers = {"Accept": "application/json", **call.headers}
        body = None
        if call.body is not None:
            headers = {"Content-Type": "application/json; charset=utf-8", **headers}
            body = json.dumps(call.body, ensure_ascii=False).encode()
        return requests.Request(call.method, self.url(call), headers=headers, data=body)

    def _rest(self, call: Call, fault: Fault, leave: Pass, pauses: Iterator[float]) -> None:
        """Sleep before the next attempt, or raise the fault."""
        if fault.free:
            leave.refund()
        now, pause = datetime.now(UTC), next(pauses, None)
        wanted = (fault.retry_at - now).total_seconds() if fault.retry_at else pause or 0
        if fault.again and pause is not None and wanted <= self.patience:
            self.log.info("%s. %s", fault.error, self.says.again.format(seconds=wanted))
            time.sleep(max(wanted, 0))
            return
        if fault.refused_by or (fault.again and wanted > self.patience):
            raise self._window_spent(call, fault, leave)
        raise fault.error

    def _window_spent(self, call: Call, fault: Fault, leave: Pass) -> WindowSpent:
        error, until = fault.error, self.close(call, fault, leave)
        return WindowSpent(until, str(error), http_status=error.http_status, response=error.response)
