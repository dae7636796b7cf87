"""How far long work has come, told in the task log now and then."""

import logging
import time

from include.wording import number
from include.wording.speech import say

log = logging.getLogger(__name__)

PAUSE = 5.0  # seconds between two lines


class Progress:
    """Tell «done of all, rate, time left», at most every few seconds."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self._began = self._told = time.monotonic()

    def advance(self, step: int) -> None:
        """Count what has been done, and tell it if it is time to."""
        self.done += step
        now = time.monotonic()
        if now - self._told < PAUSE:
            return
        self._told = now
        rate = self.done / (now - self._began)
        left = max(self.total - self.done, 0) / rate if rate else 0
        log.info(
            say("%s из %s, %.1f в секунду, осталось около %.0f с"),
            number(self.done),
            number(self.total),
            rate,
            left,
        )
