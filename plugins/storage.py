"""Where landed files are kept: how one gets there whole or not at all, and how it is read back."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple
from urllib.parse import quote

from airflow.sdk import ObjectStoragePath

from include.errors import BadFile
from include.paths import ROOT


class Landed(NamedTuple):
    """What was kept."""

    bytes: int
    sha256: str


class Kept:
    """A file that is being kept: what is written to it, counted and hashed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.bytes = 0

    def write(self, chunk: bytes) -> None:
        self.bytes += len(chunk)
        self._hash.update(chunk)
        self._file.write(chunk)

    def landed(self) -> Landed:
        return Landed(self.bytes, self._hash.hexdigest())


class _Hashed:
    """A stream that knows the hash of what was read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self.hash.update(chunk)
        return chunk

    def __iter__(self) -> Iterator[bytes]:
        for line in self._stream:
            self.hash.update(line)
            yield line


def landing_path(pipeline: str, source: str, run_id: int) -> ObjectStoragePath:
    """Give the place of a run's file: a local folder, or whatever storage ``DEALFLOW_STORAGE`` names."""
    base = os.environ.get("DEALFLOW_STORAGE") or f"file://{ROOT}/.local/storage"
    folder = quote(source, safe="").replace(".", "%2E")  # no two sources share one, and none is «..»
    return ObjectStoragePath(base) / pipeline / folder / str(run_id)


@contextmanager
def keeping(target: ObjectStoragePath) -> Iterator[Kept]:
    """
    Write a file that ``target`` shows only when the block has ended well.

    A source has one run at a time: whatever half-kept file lies beside it was left by a killed attempt.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob("*.part"):
        left.unlink(missing_ok=True)
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with part.open("wb") as file:  # type: ignore[no-untyped-call]
            yield Kept(file)
        part.move(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def landed(uri: str, sha256: str) -> Iterator[IO[bytes]]:
    """Read a landed file; raise BadFile if it is gone, or not the one that was landed."""
    try:
        stream: IO[bytes] = ObjectStoragePath(uri).open("rb")  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        raise BadFile("Сохранённого файла больше нет в хранилище: начните новый запуск.") from None
    with stream:
        hashed = _Hashed(stream)
        yield hashed  # type: ignore[misc]
        if hashed.hash.hexdigest() != sha256:
            raise BadFile("Сохранённый файл изменился с тех пор, как был получен: начните новый запуск.")
