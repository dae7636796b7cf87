"""How long something usually takes, and how far beyond that it went."""

from collections import deque
from statistics import median

LATELY = 15  # times


class Usual:
    """What most of the last times took; until there are enough of them, nothing takes any time as a rule."""

    def __init__(self) -> None:
        self._lately = deque([0.0] * LATELY, LATELY)

    def note(self, took: float) -> float:
        """Keep how long it took this time; give the seconds beyond what was usual until then."""
        usual = median(self._lately)
        self._lately.append(took)
        return took - usual
