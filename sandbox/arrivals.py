"""
When callers came: what a vendor limits them by, and what a test judges their pace by.
"""

import threading
from bisect import bisect_right, insort
from itertools import pairwise


class Arrivals:
    """Requests by caller's address. More than ``per_second`` in any second is a violation; 0: no limit."""

    def __init__(self, per_second: int) -> None:
        self.per_second = per_second
        self._lock = threading.Lock()
        self._times: dict[str, list[float]] = {}
        self._violations = 0
        self._busiest = 0

    def note(self, client: str, at: float) -> bool:
        """Note a request; tell whether the second that ends with it holds no more of them than is allowed."""
        with self._lock:
            times = self._times.setdefault(client, [])
            insort(times, at)
            in_second = bisect_right(times, at) - bisect_right(times, at - 1)
            self._busiest = max(self._busiest, in_second)
            within = not self.per_second or in_second <= self.per_second
            self._violations += not within
            return within

    def forget(self) -> None:
        """Begin anew, as if nobody had come."""
        with self._lock:
            self._times.clear()
            self._violations = self._busiest = 0

    def report(self, with_times: bool = False) -> dict[str, object]:
        """
        Sum up all callers together; times are in seconds from the first arrival.

        ``per_second`` is the rate from the first to the last request; ``idle`` is the time in which one more
        could have come within the limit, gap by gap.
        """
        with self._lock:
            times = sorted(at for ats in self._times.values() for at in ats)
            gaps = [later - earlier for earlier, later in pairwise(times)]
            seconds, least = sum(gaps), 1 / self.per_second if self.per_second else 0
            report: dict[str, object] = {
                "requests": len(times),
                "violations": self._violations,
                "busiest_second": self._busiest,
                "seconds": round(seconds, 3),
                "per_second": round(len(gaps) / seconds, 3) if seconds else 0.0,
                "longest_gap": round(max(gaps, default=0), 3),
                "idle": round(sum(max(0, gap - least) for gap in gaps), 3),
            }
            if with_times:
                report["times"] = [round(at - times[0], 4) for at in times]
            return report
