"""What a vendor's answer means, before anything vendor-specific is known of it."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum, auto
from typing import Any, Final, Literal, NamedTuple, NoReturn

from requests import Response

Reads = Literal["json", "text"]


class Unreadable:
    """Stand in for a body that should have been JSON and is not: a page, or an answer cut short."""


UNREADABLE: Final = Unreadable()

_BUDGET = re.compile(r"(?i)балл|лимит(?!\w*\s+(?:символ|длин|знак))")  # a limit of length is another matter
_GATEWAY = re.compile(
    r"(?i)bad gateway|gateway time|service unavailable|temporar|maintenance|overload|too many|"
    r"технически|временно|перегруж|\b50[234]\b"
)


def speaks_of_budget(words: str) -> bool:
    """Tell whether a vendor's words are about a spent budget."""
    return bool(_BUDGET.search(words))


class Answer(NamedTuple):
    """An answer as it came; ``body`` is its JSON (fractions as Decimal), None for 204."""

    status: int
    headers: Mapping[str, str]
    text: str
    body: Any

    @property
    def is_page(self) -> bool:
        """Tell whether it is a web page, meant for people."""
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return kind == "text/html" or self.text[:200].lstrip().lower().startswith(("<!doctype html", "<html"))

    @property
    def is_gateways(self) -> bool:
        """Tell whether a page is that of a gateway before the vendor, which will be gone soon."""
        return self.is_page and bool(_GATEWAY.search(self.text[:4000]))


class Verdict(Enum):
    """What one answer is."""

    GOOD = auto()
    SPENT = auto()  # the budget is spent: not applied
    TOO_OFTEN = auto()  # the pace was too fast, or no reason is given: not applied
    DENIED = auto()  # these credentials will not do
    REFUSED = auto()  # the vendor has its reasons, and says them
    ELSEWHERE = auto()  # a redirect: the address is wrong
    UNWELL = auto()  # the vendor is not well: what it did is not known
    PAGE = auto()  # a web page with a good status
    CUT = auto()  # not the JSON it should be


def verdict(answer: Answer, reads: Reads = "json", words: str | None = None) -> Verdict:
    """Judge an answer by its status and, where it is an error, by the vendor's words (calltouch 5.2)."""
    if answer.status >= 400:
        return _verdict_of_error(answer.status, words)
    if answer.status >= 300:
        return Verdict.ELSEWHERE
    if answer.is_page:
        return Verdict.PAGE
    return Verdict.CUT if reads == "json" and answer.body is UNREADABLE else Verdict.GOOD


def _verdict_of_error(status: int, words: str | None) -> Verdict:
    if status in (401, 402):
        return Verdict.DENIED
    if words and speaks_of_budget(words):
        return Verdict.SPENT
    if status == 429:
        return Verdict.TOO_OFTEN
    if status == 403:
        return Verdict.DENIED
    if status in (408, 425) or (status >= 500 and status != 501):
        return Verdict.UNWELL
    return Verdict.REFUSED


def answer_of(response: Response, content: bytes) -> Answer:
    """Put together an answer from its head and its whole body."""
    text = content.decode("utf-8-sig", errors="replace")
    body = None if response.status_code == 204 else _decoded(text)
    return Answer(response.status_code, response.headers, text, body)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except ValueError:
        return UNREADABLE


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
