"""Where landed files are kept, and how they are read back."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from airflow.sdk import ObjectStoragePath

from include.errors import BadFile
from include.paths import ROOT


class _Hashed:
    """A stream that knows the hash of what was read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self.hash.update(chunk)
        return chunk


def landing_path(pipeline: str, source: str, run_id: int) -> ObjectStoragePath:
    """Give the place of a run's file: a local folder, or whatever storage ``DEALFLOW_STORAGE`` names."""
    base = os.environ.get("DEALFLOW_STORAGE") or f"file://{ROOT}/.local/storage"
    safe = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in source)
    return ObjectStoragePath(base) / pipeline / safe / str(run_id)


@contextmanager
def landed(uri: str, sha256: str) -> Iterator[IO[bytes]]:
    """Read a landed file; raise BadFile if it is gone, or not the one that was landed."""
    try:
        stream: IO[bytes] = ObjectStoragePath(uri).open("rb")  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        raise BadFile("Сохранённого файла больше нет в хранилище: запустите импорт заново.") from None
    with stream:
        hashed = _Hashed(stream)
        yield hashed  # type: ignore[misc]
        if hashed.hash.hexdigest() != sha256:
            raise BadFile("Сохранённый файл изменился с тех пор, как был получен: запустите импорт заново.")
