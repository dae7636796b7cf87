"""Fetch the file at an export's link and keep it as received."""

import hashlib
import uuid
from functools import cached_property
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from airflow.sdk import BaseHook, Connection, ObjectStoragePath
from airflow.sdk.exceptions import AirflowNotFoundException

from include.errors import BadFile, ConfigError
from plugins.hooks.export_fault import too_big
from plugins.hooks.export_source import HttpSource, Timeouts, storage_chunks
from plugins.hooks.shown_link import shown_link
from plugins.hooks.unpacking import Unpacker

MAX_BYTES = 200 * 2**20  # leadexpert 7
TIMEOUTS = Timeouts()


class Landed(NamedTuple):
    """What was kept."""

    bytes: int
    sha256: str


class ExportFileHook(BaseHook):
    """
    The file at ``link``: http, https, file, or an address of an object storage.

    ``connection`` names the Airflow connection with its credentials: login and password are HTTP Basic, a
    password alone (or ``token`` in its extra) is a bearer token; a storage takes what it needs from it.
    """

    def __init__(
        self,
        link: str,
        connection: str | None = None,
        *,
        max_bytes: int = MAX_BYTES,
        timeouts: Timeouts = TIMEOUTS,
    ) -> None:
        super().__init__()
        self.link = link.strip()
        self.conn_id = connection
        self.max_bytes = max_bytes
        self.timeouts = timeouts

    def land(self, target: ObjectStoragePath) -> Landed:
        """
        Fetch the file and keep it at ``target``, which shows it only when it is complete.

        What came packed by gzip is kept unpacked; size and SHA-256 are those of the bytes kept.
        Raises FetchFailed (TemporaryFetchFailed where trying again may help), BadFile for an empty, too big
        or broken file, ConfigError for a connection that does not exist.
        """
        self.log.info("Получаем %s", shown_link(self.link))
        target.parent.mkdir(parents=True, exist_ok=True)
        self._sweep(target)
        part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
        try:
            with part.open("wb") as file:  # type: ignore[no-untyped-call]
                landed = self._fetch(file)
            part.move(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        self.log.info("Получено %s байт, SHA-256 %s", f"{landed.bytes:,}".replace(",", " "), landed.sha256)
        return landed

    def _fetch(self, file: IO[bytes]) -> Landed:
        kept = _Kept(file, self.max_bytes)
        inner = Unpacker(kept.write)
        outer = Unpacker(inner.write)  # the file may be packed, and the transfer of it once more
        if urlsplit(self.link).scheme in ("http", "https"):
            HttpSource(self.link, self.connection, self.timeouts).read(outer.write, self.max_bytes)
        else:
            for chunk in storage_chunks(self.link, self.conn_id):
                outer.write(chunk)
        outer.close()
        inner.close()
        return kept.landed()

    @cached_property
    def connection(self) -> Connection | None:
        """The connection with the credentials. Raises ConfigError when there is none of that name."""
        try:
            return self.get_connection(self.conn_id) if self.conn_id else None
        except AirflowNotFoundException:
            advice = "создайте его или исправьте connection в настройках источника"
            raise ConfigError(f"Нет подключения Airflow «{self.conn_id}»: {advice}") from None

    def _sweep(self, target: ObjectStoragePath) -> None:
        """Remove what an attempt that was killed has left."""
        for left in target.parent.glob(f"{target.name}.*.part"):
            left.unlink(missing_ok=True)


class _Kept:
    """The bytes kept so far: written, counted, hashed."""

    def __init__(self, file: IO[bytes], max_bytes: int) -> None:
        self._file = file
        self._max_bytes = max_bytes
        self._count = 0
        self._hash = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        self._count += len(chunk)
        if self._count > self._max_bytes:
            raise too_big(self._max_bytes)
        self._hash.update(chunk)
        self._file.write(chunk)

    def landed(self) -> Landed:
        if not self._count:
            raise BadFile("Файл пуст: в нём нет ни одного байта")
        return Landed(self._count, self._hash.hexdigest())
