"""
What a row of a run's log says, in Russian sentences.

A sentence is the dictionary's text of a code (``ops.code``) and, after it, the particulars that the row's
details hold: which rule found whom, old and new values. It is put together when shown, so that a better
wording also mends old logs. Details may be of an older shape or damaged: what cannot be read is left out and
never stops a page.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple

from include.values.masking import mask_data, mask_text
from include.wording.speech import say

Details = Mapping[str, Any]
Teller = Callable[[Details, tzinfo], str]  # the particulars of one code
NOTHING = "не было"
ARROW = "\u2192"


class Sentence(NamedTuple):
    """One code of a row: what it means, and the particulars (empty when there are none)."""

    code: str
    text: str
    particulars: str

    def __str__(self) -> str:
        return f"{self.text}: {self.particulars}" if self.particulars else self.text


def describe(
    codes: Sequence[str],
    details: object,
    texts: Mapping[str, str],
    zone: tzinfo,
    tellers: Mapping[str, Teller],
) -> list[Sentence]:
    """
    Return one sentence a code, in the order of the codes; moments are told in ``zone``.

    ``tellers`` are the pipeline's; events of the run itself are told the same for all.
    """
    known = details if isinstance(details, Mapping) else {}
    return [
        Sentence(code, say(texts.get(code, code)), _particulars(code, known, zone, tellers)) for code in codes
    ]


def masked(value: Any) -> Any:
    """Return details as they may be shown: personal data masked in every text inside, at any depth."""
    return mask_data(value)


def part(details: Details, key: str) -> Details:
    """Give a group of details; an empty one if there is none."""
    found = details.get(key)
    return found if isinstance(found, Mapping) else {}


def change(values: Details, write: Callable[[Any], str]) -> str:
    """Tell an old and a new value: ``old`` and ``new`` of a group of details."""
    old, new = values.get("old"), values.get("new")
    nothing = say(NOTHING)
    return f"{nothing if old is None else write(old)} {ARROW} {nothing if new is None else write(new)}"


def joined(*parts: str) -> str:
    """Put commas between what there is to say."""
    return ", ".join(part for part in parts if part)


def word(words: Mapping[str, str], key: object) -> str:
    """Look a word up; one that is not known stands for itself."""
    return words.get(str(key), str(key)) if key else ""


def quoted(value: object) -> str:
    """Put a text of others into quotes."""
    return f"«{value}»"


def _message(details: Details, zone: tzinfo) -> str:
    return str(details.get("message") or "")


_EVENTS: Mapping[str, Teller] = dict.fromkeys(
    (
        "CONFIG_ERROR",
        "FETCH_FAILED",
        "BAD_FILE",
        "ACCESS_DENIED",
        "VENDOR_FAILED",
        "RUN_ALREADY_ACTIVE",
        "NO_ACTIVE_SOURCE",
        "ATTEMPT_FAILED",
    ),
    _message,
)


def _particulars(code: str, details: Details, zone: tzinfo, tellers: Mapping[str, Teller]) -> str:
    tell = tellers.get(code) or _EVENTS.get(code)
    return mask_text(tell(details, zone)) if tell else ""
