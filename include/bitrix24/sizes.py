"""How many commands a request may carry, so that it ends well within a minute (bitrix24 1.5, 5)."""

from decimal import Decimal

MOST = 50  # commands of a request
WANTED = Decimal(30)  # seconds a request may grow to
BEARABLE = Decimal(45)  # beyond, the next one is smaller; at 60 the portal kills it


class BatchSize:
    """Find the size of requests that suits the portal: it grows while they are quick, and shrinks at once."""

    def __init__(self, now: int = MOST, most: int = MOST) -> None:
        self.now, self.most = min(now, most), most

    def told(self, commands: int, seconds: Decimal) -> None:
        """Learn from a request: how many commands ran in it, and how long they took by the portal's clock."""
        if commands < 1:
            return
        mean = seconds / commands
        if self.now * mean > BEARABLE:
            self.now = max(1, int(WANTED / mean))
        elif 2 * self.now * mean <= WANTED:
            self.now = min(2 * self.now, self.most)

    def halve(self) -> None:
        """Learn from a request that came to nothing."""
        self.now = max(1, self.now // 2)
