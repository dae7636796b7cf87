"""Fetch the file at an export's link and keep it as received."""

from functools import cached_property
from urllib.parse import urlsplit

from airflow.sdk import BaseHook, Connection, ObjectStoragePath
from airflow.sdk.exceptions import AirflowNotFoundException

from include.errors import BadFile, ConfigError
from plugins.hooks.export_fault import too_big
from plugins.hooks.export_source import HttpSource, Timeouts, storage_chunks
from plugins.hooks.shown_link import shown_link
from plugins.hooks.unpacking import Unpacker
from plugins.storage import Kept, Landed, keeping

MAX_BYTES = 200 * 2**20  # leadexpert 7
TIMEOUTS = Timeouts()


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
        with keeping(target) as kept:
            self._fetch(kept)
        return kept.landed()

    def _fetch(self, kept: Kept) -> None:
        inner = Unpacker(_Limited(kept, self.max_bytes).write)
        outer = Unpacker(inner.write)  # the file may be packed, and the transfer of it once more
        if urlsplit(self.link).scheme in ("http", "https"):
            HttpSource(self.link, self.connection, self.timeouts).read(outer.write, self.max_bytes)
        else:
            for chunk in storage_chunks(self.link, self.conn_id):
                outer.write(chunk)
        outer.close()
        inner.close()
        if not kept.bytes:
            raise BadFile(
                "Файл пуст: в нём нет ни одного байта. Проверьте, что выгрузка создаётся и дописана."
            )

    @cached_property
    def connection(self) -> Connection | None:
        """The connection with the credentials. Raises ConfigError when there is none of that name."""
        try:
            return self.get_connection(self.conn_id) if self.conn_id else None
        except AirflowNotFoundException:
            advice = "создайте его или исправьте connection в настройках источника"
            raise ConfigError(f"Нет подключения Airflow «{self.conn_id}»: {advice}") from None


class _Limited:
    """What may be kept of a file."""

    def __init__(self, kept: Kept, max_bytes: int) -> None:
        self._kept = kept
        self._max_bytes = max_bytes

    def write(self, chunk: bytes) -> None:
        if self._kept.bytes + len(chunk) > self._max_bytes:
            raise too_big(self._max_bytes)
        self._kept.write(chunk)
