"""Two versions of a text side by side: what is marked in each, and how much of the rest need be seen."""

import html
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html.parser import HTMLParser
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from include.opencart_catalog.lookalike import fold

_TOKEN = re.compile(r"\s+|\w+(?:[.,'’\-]\w+)*|[^\w\s]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "table",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "blockquote",
    )
)
_SILENT = frozenset(("script", "style", "head", "title"))
MOST_TOKENS = 800  # compared word by word; what differs over more of them is marked as a whole
LITTLE = 0.25  # less than that in common, and a marked word here and there only confuses
AROUND = 60  # characters that are kept on each side of a mark
GAP = "…"
_LATIN = frozenset("ABEIKMHOPCTYXabeikmhopctyx")  # those that look Cyrillic


class Piece(NamedTuple):
    """A stretch of a text; ``changed``: the other version has something else there."""

    text: str
    changed: bool


Pieces = tuple[Piece, ...]


def marked(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Mark in two versions of a text the words that only one of them has."""
    ours, theirs = _TOKEN.findall(old), _TOKEN.findall(new)
    start = _common(ours, theirs)
    end = _common(ours[start:][::-1], theirs[start:][::-1])
    middle = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    inner = _compared(*middle)
    before, after = "".join(ours[:start]), "".join(ours[len(ours) - end :])
    return _wrapped(before, inner[0], after), _wrapped(before, inner[1], after)


def clipped(pieces: Pieces) -> Pieces:
    """Shorten long stretches that are the same in both versions; marks stay whole, with words around them."""
    last = len(pieces) - 1
    return tuple(
        piece if piece.changed else Piece(_clip(piece.text, number > 0, number < last), False)
        for number, piece in enumerate(pieces)
    )


def is_html(text: str) -> bool:
    """Tell a text with tags from a plain one."""
    return bool(_TAG.search(text))


def plain(text: str) -> str:
    """Read the words of HTML as a person sees them: a line a block, entities decoded, blanks collapsed."""
    reader = _Words()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
    return "\n".join(line for line in lines if line)


def short(text: str, most: int) -> str:
    """Cut a long text after a word."""
    if len(text) <= most:
        return text
    head = text[:most].rsplit(None, 1)[0] if " " in text[:most] else text[:most]
    return f"{head.rstrip()}{GAP}"


class _Words(HTMLParser):
    """Collect what a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.words.append("\n• " if tag == "li" else "\n" if tag in _BLOCKS else "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= self._silent > 0 and tag in _SILENT
        self.words.append("\n" if tag in _BLOCKS else " " if tag in ("td", "th") else "")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(" ".join(html.unescape(data).split("\n")))


def _common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Count how many tokens two sequences begin with alike."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(ours), len(theirs)))


def _compared(ours: Sequence[str], theirs: Sequence[str]) -> tuple[Pieces, Pieces]:
    if len(ours) > MOST_TOKENS or len(theirs) > MOST_TOKENS:
        return _whole(ours), _whole(theirs)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    kept = sum(len("".join(ours[at : at + size])) for at, _, size in matcher.get_matching_blocks())
    if kept < LITTLE * max(len("".join(ours)), len("".join(theirs))):
        return _whole(ours), _whole(theirs)
    changes = list(matcher.get_opcodes())
    return (
        _merged((tag != "equal", ours[start:end]) for tag, start, end, _, _ in changes),
        _merged((tag != "equal", theirs[start:end]) for tag, _, _, start, end in changes),
    )


def _whole(tokens: Sequence[str]) -> Pieces:
    return (Piece("".join(tokens), True),) if tokens else ()


def _merged(stretches: Iterator[tuple[bool, Sequence[str]]]) -> Pieces:
    """Join stretches, and marks that only blanks stand between: a phrase is one mark, not confetti."""
    pieces: list[Piece] = []
    for changed, tokens in stretches:
        text = "".join(tokens)
        if not text:
            continue
        if changed and len(pieces) > 1 and not pieces[-1].changed and not pieces[-1].text.strip():
            blanks, before = pieces.pop(), pieces.pop()
            pieces.append(Piece(before.text + blanks.text + text, True))
        elif pieces and pieces[-1].changed == changed:
            pieces[-1] = Piece(pieces[-1].text + text, changed)
        else:
            pieces.append(Piece(text, changed))
    return tuple(pieces)


def _wrapped(before: str, inner: Pieces, after: str) -> Pieces:
    """Put a text together again, blanks at the ends of marks taken out of them."""
    trimmed = (part for piece in inner for part in _trimmed(piece))
    whole = (Piece(before, False), *trimmed, Piece(after, False))
    alike = groupby((piece for piece in whole if piece.text), key=attrgetter("changed"))
    return tuple(Piece("".join(piece.text for piece in stretch), changed) for changed, stretch in alike)


def _trimmed(piece: Piece) -> Pieces:
    words = piece.text.strip()
    if not piece.changed or not words:
        return (piece,)
    head, _, tail = piece.text.partition(words)
    return Piece(head, False), Piece(words, True), Piece(tail, False)


def _clip(text: str, follows: bool, leads: bool) -> str:
    """Keep of an unchanged stretch its end if a mark leads on from it, its start if it follows one."""
    head = _cut(text[:AROUND], keeps_start=True) if follows else ""
    tail = _cut(text[-AROUND:], keeps_start=False) if leads else ""
    if not follows and not leads:
        return short(text, 4 * AROUND)
    whole = len(text) <= (AROUND if follows != leads else 2 * AROUND) + len(GAP) * 8
    return text if whole else f"{head}{GAP}{tail}"


def _cut(text: str, *, keeps_start: bool) -> str:
    parts = text.rsplit(None, 1) if keeps_start else text.split(None, 1)
    return text if len(parts) < 2 else f"{parts[0]} " if keeps_start else f" {parts[1]}"


class Letters(NamedTuple):
    """A stretch of an article. ``script``: cyrillic or latin where the letters look alike, else none."""

    text: str
    script: str


def scripts(article: str) -> list[Letters]:
    """Tell Cyrillic and Latin letters apart in an article, where the eye does not."""
    stretches: list[Letters] = []
    for letter in article:
        script = "cyrillic" if fold(letter) != letter else "latin" if letter in _LATIN else ""
        if stretches and stretches[-1].script == script:
            stretches[-1] = Letters(stretches[-1].text + letter, script)
        else:
            stretches.append(Letters(letter, script))
    return stretches
