"""The least that a file costs on the machine: libxml2 reading it, and a server-side COPY of its rows."""

import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import psycopg

_EXPORT = "copy stage.deal_import_record to '{file}'"
_IMPORT = "copy limit_record from '{file}'"


class Limit(NamedTuple):
    """Seconds of the two halves."""

    xml: float
    copy: float

    @property
    def seconds(self) -> float:
        return self.xml + self.copy


def measure(url: str, export: Path, folder: Path) -> Limit:
    """Measure both halves on the rows that the last import has staged; the best of two tries each."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = folder / "rows.copy"
        rows.touch()
        rows.chmod(0o666)  # the server writes it under its own account
        connection.execute(_EXPORT.format(file=rows))
        connection.execute("drop table if exists limit_record")
        connection.execute("create unlogged table limit_record (like stage.deal_import_record)")
        limit = Limit(min(_xmllint(export) for _ in range(2)), min(_copy(connection, rows) for _ in range(2)))
        connection.execute("drop table limit_record")
        rows.unlink()
    return limit


def _xmllint(export: Path) -> float:
    started = time.perf_counter()
    subprocess.run(["xmllint", "--stream", "--noout", "--huge", str(export)], check=True)
    return time.perf_counter() - started


def _copy(connection: psycopg.Connection, rows: Path) -> float:
    connection.execute("truncate limit_record")
    started = time.perf_counter()
    connection.execute(_IMPORT.format(file=rows))
    return time.perf_counter() - started
