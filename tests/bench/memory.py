"""Peak memory of PostgreSQL's processes while something runs, seen from outside."""

import threading
from pathlib import Path
from types import TracebackType


class ServerMemory:
    """Sample the private memory (RssAnon, MiB) of the processes below a postmaster; keep the ``peak``."""

    def __init__(self, postmaster: int) -> None:
        self.peak = 0.0
        self._postmaster = postmaster
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "ServerMemory":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            for process in Path("/proc").glob("[0-9]*/status"):
                self.peak = max(self.peak, self._private(process))

    def _private(self, status: Path) -> float:
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except (OSError, ValueError):
            return 0.0
        if int(lines["PPid"]) != self._postmaster or "RssAnon" not in lines:
            return 0.0
        return int(lines["RssAnon"].split()[0]) / 1024
