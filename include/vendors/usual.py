"""How long something usually takes, and how much longer it took."""

from collections import deque
from statistics import median

LATELY = 15  # times


class Usual:
    """What the last times took."""

    def __init__(self) -> None:
        self._lately = deque[float](maxlen=LATELY)

    def later(self, took: float) -> float:
        """Say by how many seconds this time took longer than those before it; the first is as usual."""
        usual = median(self._lately) if self._lately else took
        self._lately.append(took)
        return took - usual
