"""Phones and e-mails as people type them into 1C, brought to one form (calltouch 7)."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_SHORTEST, _LONGEST = 10, 15  # digits; the longest is E.164's
_SEPARATORS = re.compile(r"[,;/|\n\r]|\s+(?:и|или)\s+", re.IGNORECASE)
# «доб. 12», «вн.5», «ext 7», «#3»: an extension is nobody's phone. A remark after the number goes with it.
_EXTENSION = re.compile(r"(?:доб|вн|внутр|ext|x|#|\*)\.?[\s:]*\d.*$", re.IGNORECASE | re.DOTALL)
_RUSSIAN_TEN = frozenset("9483")
_EMAIL_SEPARATORS = re.compile(r"[,;\s]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


@lru_cache(maxsize=8192)  # a shop's regular customers come again and again
def _phones(raw: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for part in _parts(raw) if (number := _number(part))))


def phones(raw: str | None) -> list[str]:
    """Read all phones of a text: 7XXXXXXXXXX or 10 to 15 digits of another country, each once, in order."""
    return list(_phones(raw)) if raw else []


def dropped_phones(raw: str | None) -> list[str]:
    """Return those parts of a text that hold digits and are no phone: they are worth a line in the log."""
    parts = (part.strip() for part in _parts(raw or ""))
    return [part for part in parts if re.search(r"\d", part) and not _number(part)]


def emails(raw: str | None) -> list[str]:
    """Read all e-mails of a text: lower case, one ``@`` and a dot after it, each once, in order."""
    words = (word.strip("<>()\"'«».") for word in _EMAIL_SEPARATORS.split((raw or "").lower()))
    return list(dict.fromkeys(word for word in words if _EMAIL.fullmatch(word)))


def distinct(values: Iterable[str], unwanted: frozenset[str] = frozenset()) -> list[str]:
    """Keep the first of each value, without the unwanted ones."""
    return [value for value in dict.fromkeys(values) if value not in unwanted]


def _parts(raw: str) -> Iterator[str]:
    for separated in _SEPARATORS.split(raw):
        part = _EXTENSION.sub("", separated)
        if len(_digits(part)) > _LONGEST:
            yield from _in_a_row(part)
        else:
            yield part


def _in_a_row(part: str) -> Iterator[str]:
    """Tell apart numbers with nothing but blanks between them: one ends when it has all its digits."""
    taken = ""
    for word in part.split():
        digits = _digits(taken)
        if len(digits) >= _SHORTEST + digits.startswith(("7", "8")):
            yield taken
            taken = ""
        taken = f"{taken} {word}"
    yield taken


def _digits(part: str) -> str:
    return "".join(str(int(char)) for char in part if char.isdecimal())


def _number(part: str) -> str | None:
    digits = _digits(part)
    if len(digits) == 11 and digits[0] == "8":
        digits = "7" + digits[1:]
    elif len(digits) == 10 and digits[0] in _RUSSIAN_TEN:
        digits = "7" + digits
    if not _SHORTEST <= len(digits) <= _LONGEST or digits.endswith("0000000000"):
        return None
    return digits
