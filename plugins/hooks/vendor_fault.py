"""What a failed attempt is called, and whether the hook may repeat it."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProxyError

from include.errors import (
    AccessDenied,
    LostAnswer,
    NotReached,
    RejectedByVendor,
    TemporaryVendorError,
    VendorError,
)
from include.vendors.fault_words import RUSSIAN, FaultWords
from plugins.hooks.vendor_answer import UNREADABLE, Answer, Verdict

_LONGEST = 500  # characters of the vendor's words in a message
_NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError, ProxyError)
_BAD_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
_MAY_PASS = (Verdict.UNWELL, Verdict.PAGE, Verdict.CUT)


class Fault(NamedTuple):
    """What went wrong with one attempt."""

    error: VendorError
    again: bool = False  # another attempt may help and cannot harm
    free: bool = True  # the vendor took no points for it
    refused_by: Verdict | None = None  # SPENT or TOO_OFTEN: the vendor did nothing, for its limits' sake
    retry_at: datetime | None = None  # when the vendor wishes to be asked again


class About(NamedTuple):
    """Whose call it was, for the message."""

    vendor: str  # as people call it
    what: str  # method and path
    repeats: bool
    says: FaultWords = RUSSIAN
    meanings: Mapping[int, str] = {}  # what a status means at this vendor, where the general word says less
    connection: str = ""

    @property
    def access(self) -> str:
        """Where a person has to look when the vendor does not let us in."""
        return f"{self.what}, Connection «{self.connection}»" if self.connection else self.what


def fault_of_answer(about: About, verdict: Verdict, answer: Answer, words: str | None) -> Fault:
    """Turn an answer that is not good into a fault (calltouch 5.2). Words and text come scrubbed."""
    response: Any = {"text": answer.text[:_LONGEST]} if answer.body is UNREADABLE else answer.body
    told = {"http_status": answer.status, "response": response}
    meaning = f"{about.vendor}: {_meaning(about, verdict, answer)}{_quoted(words)}"
    message, no_access = f"{meaning} ({about.what})", f"{meaning} ({about.access})"
    if verdict in (Verdict.SPENT, Verdict.TOO_OFTEN):
        return Fault(TemporaryVendorError(message, **told), again=about.repeats, refused_by=verdict)
    if verdict in _MAY_PASS and not about.repeats:
        lost = f"{message}. {about.says.unknown_outcome}"
        return Fault(LostAnswer(lost, **told), free=False)
    if verdict in (Verdict.DENIED, Verdict.ELSEWHERE):
        return Fault(AccessDenied(no_access, **told))
    if verdict is Verdict.REFUSED:
        return Fault(RejectedByVendor(message, **told))
    if verdict is Verdict.PAGE and not answer.is_gateways:  # if it stays, the address leads to a site
        return Fault(AccessDenied(no_access, **told), again=True)
    return Fault(TemporaryVendorError(message, **told), again=True, free=verdict is not Verdict.CUT)


def fault_of_network(about: About, error: Exception) -> Fault:
    """Turn a failure to get an answer into a fault. Its own text may hold secrets: it stays out."""
    says, server = about.says, _server(error)
    if _has(error, ssl.SSLCertVerificationError):
        why = says.bad_certificate.format(host=server)
        return Fault(AccessDenied(f"{about.vendor}: {why} ({about.access})"))
    if isinstance(error, _BAD_ADDRESS):
        return Fault(AccessDenied(f"{about.vendor}: {says.bad_address} ({about.access})"))
    if _never_sent(error):
        why = _unreached(says, error).format(host=server)
        return Fault(NotReached(f"{about.vendor}: {why} ({about.access})"), again=True)
    what_happened = (
        says.no_answer if isinstance(error, requests.Timeout) or _has(error, TimeoutError) else says.broken
    )
    message = f"{about.vendor}: {what_happened} ({about.what})"
    if about.repeats:
        return Fault(TemporaryVendorError(message), again=True, free=False)
    return Fault(LostAnswer(f"{message}. {says.unknown_outcome}"), free=False)


def _unreached(says: FaultWords, error: Exception) -> str:
    if _has(error, ProxyError):
        return says.no_proxy
    return says.no_such_host if _has(error, socket.gaierror) else says.not_listening


def _server(error: Exception) -> str:
    """Name the host and port that were asked, and nothing else of the address: the rest may hold secrets."""
    request = getattr(error, "request", None)
    try:
        parts = urlsplit(getattr(request, "url", None) or "")
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname:
        return ""
    return f" «{parts.hostname}{f':{port}' if port else ''}»"


def _meaning(about: About, verdict: Verdict, answer: Answer) -> str:
    says = about.says
    if answer.is_gateways:
        return says.gateway
    texts = {
        Verdict.SPENT: says.spent,
        Verdict.TOO_OFTEN: says.too_often,
        Verdict.DENIED: says.denied,
        Verdict.REFUSED: says.refused,
        Verdict.ELSEWHERE: says.elsewhere,
        Verdict.UNWELL: says.unwell,
        Verdict.PAGE: says.page,
        Verdict.CUT: says.cut,
    }
    return about.meanings.get(answer.status, texts[verdict]).format(status=answer.status)


def _quoted(words: str | None) -> str:
    return f": «{words[:_LONGEST].strip()}»" if words else ""


def _never_sent(error: Exception) -> bool:
    """Tell whether no connection came about, so that the vendor cannot have seen the request."""
    reasons = (cause.reason for cause in _causes(error) if isinstance(cause, MaxRetryError))
    return any(isinstance(reason, _NEVER_CONNECTED) for reason in reasons)


def _has(error: BaseException, kind: type[BaseException]) -> bool:
    return any(isinstance(cause, kind) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk what an exception was wrapped around: by ``raise from``, as an argument, or as ``reason``."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        waiting.extend(each for each in inner if isinstance(each, BaseException))
