"""
What limits the callers of a portal: a leaky bucket of requests, and the time of methods (bitrix24 1.5).
"""

import threading
from collections import Counter, defaultdict
from typing import Any, NamedTuple

TIERS = {"standard": (50, 2.0), "enterprise": (250, 5.0), "none": (0, 0.0)}  # most, leaks a second
MINUTE, WINDOW = 60, 10  # seconds; minutes that count


class Bucket:
    """Requests by caller: one above ``most`` is refused, and is not counted."""

    def __init__(self) -> None:
        self.most, self.leak = TIERS["standard"]
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin anew, as if nobody had come."""
        self._levels: dict[str, tuple[float, float]] = {}
        self._times: dict[str, list[float]] = defaultdict(list)
        self._violations, self._fullest = 0, 0.0

    def note(self, caller: str, at: float) -> bool:
        """Note a request; tell whether it is let in."""
        with self._lock:
            self._times[caller].append(at)
            if not self.most:
                return True
            level, before = self._levels.get(caller, (0.0, at))
            at = max(at, before)
            level = max(0.0, level - (at - before) * self.leak)
            within = level + 1 <= self.most
            level += within
            self._levels[caller] = (level, at)
            self._violations += not within
            self._fullest = max(self._fullest, level)
            return within

    def report(self, capacity: int | None = None) -> dict[str, Any]:
        """
        Sum up all callers; ``idle`` is the time in which one more could have come, gap by gap.

        With ``capacity``: could have come without filling the bucket above that, the caller's own limit.
        """
        with self._lock:
            times = [sorted(each) for each in self._times.values()]
            return {
                "requests": sum(map(len, times)),
                "violations": self._violations,
                "fullest": round(self._fullest, 3),
                "seconds": round(max((each[-1] - each[0] for each in times if each), default=0.0), 3),
                "idle": round(sum(self._idle(each, capacity or self.most) for each in times), 3),
            }

    def _idle(self, times: list[float], most: int) -> float:
        if not self.most:
            return 0.0
        idle, level, before = 0.0, 0.0, None
        for at in times:
            if before is not None:
                idle += max(0.0, at - before - max(0.0, (level + 1 - most) / self.leak))
                level = max(0.0, level - (at - before) * self.leak)
            level, before = level + 1, at
        return idle


class Told(NamedTuple):
    """What an answer says of its method: seconds in ten minutes, and when the oldest of them drop."""

    operating: float
    reset_at: int


class MethodTime:
    """Seconds of methods by caller, in ten buckets of a minute; callers hold a lock."""

    def __init__(self) -> None:
        self.limit = 480.0
        self.forget()

    def forget(self) -> None:
        """Begin anew, as if nothing had been called."""
        self._minutes: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        self._closed: dict[str, float] = {}
        self._blocked: Counter[str] = Counter()
        self._most: dict[str, float] = defaultdict(float)

    def is_open(self, caller: str, method: str, now: float) -> bool:
        """Tell whether a call may begin; one that may not is counted."""
        used = sum(self._current(caller, method, now).values())
        is_open = now >= self._closed.get(method, 0) and not (self.limit and used >= self.limit)
        self._blocked[method] += not is_open
        return is_open

    def add(self, caller: str, method: str, seconds: float, now: float) -> Told:
        """Count a call that begins now."""
        minutes, minute = self._current(caller, method, now), int(now // MINUTE)
        minutes[minute] = minutes.get(minute, 0.0) + seconds
        operating = sum(minutes.values())
        self._most[method] = max(self._most[method], operating)
        return Told(round(operating, 6), (min(minutes) + WINDOW) * MINUTE)

    def block(self, method: str, until: float) -> None:
        """Close a method to everyone."""
        self._closed[method] = until

    def report(self, now: float) -> dict[str, dict[str, Any]]:
        """Return, by method, what its busiest caller has taken in ten minutes, now and at the most."""
        operating: dict[str, float] = dict.fromkeys(self._blocked, 0.0)
        for caller, method in list(self._minutes):
            used = sum(self._current(caller, method, now).values())
            operating[method] = max(operating.get(method, 0.0), used)
        return {
            method: {
                "operating": round(used, 6),
                "blocked": self._blocked[method],
                "most": round(self._most[method], 6),
            }
            for method, used in sorted(operating.items())
        }

    def _current(self, caller: str, method: str, now: float) -> dict[int, float]:
        """Drop the minutes that are over, and return the others."""
        minutes, oldest = self._minutes[caller, method], int(now // MINUTE) - WINDOW
        for minute in [each for each in minutes if each <= oldest]:
            del minutes[minute]
        return minutes
