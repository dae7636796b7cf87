"""
The pace of the callers of an account: so many requests in any second, refused ones as well (amocrm 3).
"""

import threading
from collections import defaultdict
from typing import Any

from sandbox.arrivals import Arrivals


class Rate:
    """Requests of an integration to an account, all together and by stream."""

    def __init__(self) -> None:
        self._all = Arrivals(7)
        self._lock = threading.Lock()
        self._streams: dict[str, list[float]] = defaultdict(list)

    def allow(self, per_second: int) -> None:
        """Let so many requests a second be allowed; 0: any number."""
        self._all.allowed = per_second

    def note(self, stream: str, at: float) -> bool:
        """Note a request when it arrives; tell whether it is let in."""
        with self._lock:
            self._streams[stream].append(at)
        return self._all.note("", at)

    def forget(self) -> None:
        """Begin anew, as if nobody had come."""
        with self._lock:
            self._streams.clear()
        self._all.forget()

    def report(self, after: int = 0) -> dict[str, Any]:
        """
        Sum up; ``fullest`` is the most requests in a second, ``idle`` as in ``sandbox/arrivals.py``.

        Streams by themselves are summed up without their first ``after`` requests.
        """
        told = self._all.report()
        with self._lock:
            streams = {
                stream: _summed(sorted(times)[after:])
                for stream, times in self._streams.items()
                if len(times) > after
            }
        shown = ("requests", "violations", "seconds", "per_second", "idle", "longest_gap")
        return {name: told[name] for name in shown} | {"fullest": told["busiest"], "streams": streams}


def _summed(times: list[float]) -> dict[str, Any]:
    seconds = times[-1] - times[0]
    per_second = round((len(times) - 1) / seconds, 3) if seconds else 0.0
    return {"requests": len(times), "seconds": round(seconds, 3), "per_second": per_second}
