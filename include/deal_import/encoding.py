"""
Whether a file is in the encoding that it declares, where the parser cannot tell.

Any bytes are a text in a one-byte encoding. A file that declares one and is UTF-8 would be read without a
fault, and every name in it wrong.
"""

import codecs
from collections.abc import Iterable, Iterator

from include.deal_import.refusals import ADVICE, declared_encoding
from include.errors import BadFile

_ONE_BYTE = {"cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic"}
_ENOUGH = 32  # characters that make sense as UTF-8 and are not ASCII: in a one-byte text hardly two do


def honest(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass the chunks of a file on. Raises BadFile when it turns out to be UTF-8 and declares otherwise."""
    chunks = iter(chunks)
    head = next(chunks, b"")
    declared = declared_encoding(head)
    doubt = _Doubt(declared) if declared and _is_one_byte(declared) else None
    while head:
        if doubt:
            doubt.look(head)
        yield head
        head = next(chunks, b"")
    if doubt:
        doubt.look(b"", is_last=True)


class _Doubt:
    """Look for a byte that is not UTF-8: the first one ends the doubt."""

    def __init__(self, declared: str) -> None:
        self._declared = declared
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._count = 0

    def look(self, chunk: bytes, *, is_last: bool = False) -> None:
        if not self._decoder:
            return
        try:
            text = self._decoder.decode(chunk, is_last)
        except UnicodeDecodeError:
            self._decoder = None
            return
        self._count += len(text) - len(text.encode("ascii", "ignore"))
        if self._count >= _ENOUGH or (is_last and self._count):
            raise BadFile(f"Кодировка объявлена {self._declared}, а байты UTF-8. {ADVICE}")


def _is_one_byte(declared: str) -> bool:
    try:
        return codecs.lookup(declared).name in _ONE_BYTE
    except LookupError:
        return False
