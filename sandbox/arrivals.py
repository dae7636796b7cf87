"""
When callers came: what a vendor limits them by, and what a test judges their pace by.
"""

import threading
from bisect import bisect_right, insort
from itertools import pairwise


class Arrivals:
    """Requests by caller. More than ``allowed`` in any so many ``seconds`` is a violation; 0: no limit."""

    def __init__(self, allowed: int, seconds: float = 1.0) -> None:
        self.allowed, self.seconds = allowed, seconds
        self._lock = threading.Lock()
        self._times: dict[str, list[float]] = {}
        self._violations = 0
        self._busiest = 0

    def note(self, client: str, at: float) -> bool:
        """Note a request; tell whether the window that ends with it holds no more of them than is allowed."""
        with self._lock:
            times = self._times.setdefault(client, [])
            insort(times, at)
            in_window = bisect_right(times, at) - bisect_right(times, at - self.seconds)
            self._busiest = max(self._busiest, in_window)
            within = not self.allowed or in_window <= self.allowed
            self._violations += not within
            return within

    def opens_in(self, client: str, at: float) -> float:
        """Tell in how many seconds a further request of the caller will be within the limit."""
        with self._lock:
            times = self._times.get(client, [])
            if not self.allowed or len(times) < self.allowed:
                return 0.0
            return max(0.0, times[-self.allowed] + self.seconds - at)

    def forget(self) -> None:
        """Begin anew, as if nobody had come."""
        with self._lock:
            self._times.clear()
            self._violations = self._busiest = 0

    def report(self, with_times: bool = False) -> dict[str, object]:
        """
        Sum up all callers together; times are in seconds from the first arrival.

        ``per_second`` is the rate from the first to the last request; ``idle`` is the time in which one more
        could have come within the limit, gap by gap; ``used`` is the rate as a share of the limit.
        """
        with self._lock:
            times = sorted(at for ats in self._times.values() for at in ats)
            gaps = [later - earlier for earlier, later in pairwise(times)]
            seconds, least = sum(gaps), self.seconds / self.allowed if self.allowed else 0.0
            report: dict[str, object] = {
                "requests": len(times),
                "violations": self._violations,
                "busiest": self._busiest,  # requests in the fullest window
                "seconds": round(seconds, 3),
                "per_second": round(len(gaps) / seconds, 3) if seconds else 0.0,
                "used": round(len(gaps) * least / seconds, 3) if seconds else 0.0,
                "longest_gap": round(max(gaps, default=0), 3),
                "idle": round(sum(max(0, gap - least) for gap in gaps), 3),
            }
            if with_times:
                report["times"] = [round(at - times[0], 4) for at in times]
            return report
