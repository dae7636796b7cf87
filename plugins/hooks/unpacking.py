"""Unpack gzip on the way, whether the server packed the answer or the file itself is a ``.gz``."""

import zlib
from collections.abc import Callable

from include.errors import BadFile

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_STEP = 1 << 20  # bytes unpacked at a time, so that the receiver's size limit stops a bomb in time


class Unpacker:
    """
    Pass chunks on to ``receive``, unpacked if their first bytes say gzip.

    Memory stays flat however much a packed byte stands for. A ZIP archive, which may hold several files, is
    refused. Raises BadFile.
    """

    def __init__(self, receive: Callable[[bytes], object]) -> None:
        self._receive = receive
        self._head: bytes | None = b""
        self._packed = False
        self._gzip = zlib.decompressobj(wbits=31)

    def write(self, chunk: bytes) -> None:
        """Take the next bytes as they came."""
        if self._head is not None:
            chunk = self._head = self._head + chunk
            if len(chunk) < len(_ZIP):
                return
            self._begin(chunk)
        self._pass_on(chunk)

    def close(self) -> None:
        """Take the end: pass on what is left, and see that a packed file was whole."""
        if self._head:
            head = self._head
            self._begin(head)
            self._pass_on(head)
        if self._packed and not self._gzip.eof:
            raise BadFile("Файл обрывается посреди архива gzip: выгрузка, видимо, ещё не была дописана")

    def _begin(self, head: bytes) -> None:
        self._head = None
        if head.startswith(_ZIP):
            raise BadFile("По ссылке лежит архив ZIP. Выгружайте сам файл XML, можно сжатый gzip")
        self._packed = head.startswith(_GZIP)

    def _pass_on(self, chunk: bytes) -> None:
        if not self._packed:
            self._receive(chunk)
            return
        try:
            self._unpack(chunk)
        except zlib.error:
            raise BadFile("Архив gzip повреждён") from None

    def _unpack(self, chunk: bytes) -> None:
        while chunk:
            if self._gzip.eof:  # a file may be several archives one after another; zeros may pad its end
                chunk = chunk.lstrip(b"\0")
                if not chunk:
                    return
                self._gzip = zlib.decompressobj(wbits=31)
            self._receive(self._gzip.decompress(chunk, _STEP))
            chunk = self._gzip.unconsumed_tail or self._gzip.unused_data
