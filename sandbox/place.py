"""
Where a simulated vendor lives: its memory, its clock and the credentials it asks for.

A vendor is made with one argument, its ``Place``; all vendors of a sandbox share clock and credentials.
"""

import base64
import binascii
import json
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple


class Credentials(NamedTuple):
    """The login and password that vendors ask for, and those of vendors with others."""

    login: str
    password: str
    others: Mapping[str, tuple[str, str]] = {}

    def of(self, vendor: str) -> "Credentials":
        """Return those of one vendor."""
        return Credentials(*self.others.get(vendor, (self.login, self.password)))

    def fit(self, authorization: str) -> bool:
        """Tell whether an ``Authorization`` header carries them (HTTP Basic, UTF-8)."""
        scheme, _, value = authorization.partition(" ")
        try:
            return scheme == "Basic" and base64.b64decode(value).decode() == f"{self.login}:{self.password}"
        except (binascii.Error, UnicodeDecodeError):
            return False


def credentials_from(environment: Mapping[str, str], vendors: Iterable[str]) -> Credentials:
    """
    Read ``DEALFLOW_SANDBOX_LOGIN``, ``…_PASSWORD``, and any ``DEALFLOW_SANDBOX_<VENDOR>_LOGIN``, ``…``.

    Raises KeyError with the variable that is missing; only a vendor may have none of its own.
    """
    others = {}
    for vendor in vendors:
        prefix = f"DEALFLOW_SANDBOX_{vendor.upper()}"
        if f"{prefix}_LOGIN" in environment:
            others[vendor] = (environment[f"{prefix}_LOGIN"], environment[f"{prefix}_PASSWORD"])
    login = environment["DEALFLOW_SANDBOX_LOGIN"]
    return Credentials(login, environment["DEALFLOW_SANDBOX_PASSWORD"], others)


class Clock:
    """The time as vendors see it: the real one, put forward by orders (``POST /_sandbox/clock``)."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the vendors' time, in UTC."""
        return datetime.now(UTC) + self._ahead

    @property
    def ahead(self) -> float:
        """Return by how many seconds it is ahead of the real one."""
        return self._ahead.total_seconds()

    def advance(self, seconds: float) -> None:
        """Put the clock forward (or back, with a negative number)."""
        self._ahead += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Let it be this moment now; the clock goes on from there. Raises ValueError without a zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its zone")
        self._ahead = moment - datetime.now(UTC)


class Store:
    """
    Records by kind and key, in memory; with a file they outlive a restart, and a kill.

    Every change is one line added to the file, so that saving costs the same however much there is. A line
    cut short by a kill is a change that did not happen. When opened, the file is written anew, shorter.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._records: dict[str, dict[str, Any]] = {}
        self._path = path
        self._lock = threading.Lock()
        if path and path.exists():
            self._replay(path.read_text(encoding="utf-8"))
        self._shorten()

    def get(self, kind: str, key: str) -> Any:
        """Return a record, or None. It is the stored one: put it back when you have changed it."""
        return self._records.get(kind, {}).get(key)

    def all(self, kind: str) -> dict[str, Any]:
        """Return the records of a kind by key, in the order in which they came."""
        return dict(self._records.get(kind, {}))

    def put(self, kind: str, changes: Mapping[str, Any]) -> None:
        """Keep records of a kind, all or none of them; None as a record takes it away."""
        with self._lock:
            self._take(kind, changes)
            if self._path:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([kind, changes], ensure_ascii=False) + "\n")

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._records.clear()
            self._shorten()

    def _take(self, kind: str, changes: Mapping[str, Any]) -> None:
        records = self._records.setdefault(kind, {})
        for key, record in changes.items():
            if record is None:
                records.pop(key, None)
            else:
                records[key] = record

    def _replay(self, text: str) -> None:
        for line in text.splitlines(keepends=True):
            if line.endswith("\n"):
                self._take(*json.loads(line))

    def _shorten(self) -> None:
        if self._path:
            fresh = self._path.with_suffix(".new")
            lines = (json.dumps([kind, all_], ensure_ascii=False) for kind, all_ in self._records.items())
            fresh.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            fresh.replace(self._path)


class Place(NamedTuple):
    """What a vendor is made with."""

    credentials: Credentials
    clock: Clock
    folder: Path | None = None  # None: nothing is kept

    def store(self, name: str) -> Store:
        """Open the memory of a vendor."""
        return Store(self.folder / f"{name}.jsonl" if self.folder else None)
