"""
The time a vendor works on each method, kept in the warehouse so that all tasks on all workers share it.

Bitrix24 closes a method for a webhook that has kept it busy for some minutes out of ten (bitrix24 1.5), and
says with each answer how far that has come. Only the method is closed: others go on. The only clock is that
of Postgres; of the vendor's moments only their distance from the end of its answer is taken.
"""

import logging
import time
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

import psycopg

from include.errors import WindowSpent
from include.paths import SQL_DIR
from include.vendors.limits import Worked
from include.wording.speech import say
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SQL = SQL_DIR / "ledger"
CLOSED = "Метод {} уже работал {:.0f} с за десять минут, продолжим не раньше {:%H:%M:%S %Z}."
SOON = "Метод %s уже работал %.0f с за десять минут, ждём %.0f с"
LEAST_WAIT = 0.05  # seconds: a moment that has just come is not asked about in vain


class MethodTimeGate:
    """The time of one account's methods: from ``pause_at`` seconds on a method waits until it resets."""

    def __init__(
        self,
        warehouse: Warehouse,
        target: str,
        account: str,
        *,
        pause_at: Decimal = Decimal(400),
        patience: float = 60.0,
    ) -> None:
        """``patience``: seconds to sleep in a task; for longer ones WindowSpent is raised."""
        self._warehouse = warehouse
        self._whose = {"target": target, "account": account}
        self._pause_at = pause_at
        self._patience = patience

    def assert_open(self, methods: Collection[str]) -> None:
        """Wait until all of these methods are open. Raises WindowSpent when that takes too long."""
        asked = {**self._whose, "methods": sorted(methods), "pause_at": self._pause_at}
        while closed := self._warehouse.select_one(SQL / "select_method_time.sql", asked):
            if closed.opens_in > self._patience:
                until = closed.opens_at
                raise WindowSpent(until, say(CLOSED).format(closed.method, closed.seconds, until))
            log.info(say(SOON), closed.method, closed.seconds, closed.opens_in)
            time.sleep(max(closed.opens_in, LEAST_WAIT))

    def note(self, worked: Sequence[Worked]) -> None:
        """Take down what commands have cost, in one statement; a warehouse that fails is told of, no more."""
        if not worked:
            return
        told = {
            "methods": [each.method for each in worked],
            "commands": [each.commands for each in worked],
            "seconds": [each.seconds for each in worked],
            "operating": [each.operating for each in worked],
            "resets_in": [each.resets_in for each in worked],
        }
        try:
            self._warehouse.run_file(SQL / "note_method_time.sql", {**self._whose, **told})
        except psycopg.Error as error:
            log.warning(say("Время методов не записано: %s"), type(error).__name__)

    def block(self, method: str, until: datetime | None) -> datetime:
        """Close a method that the vendor has refused; without a moment until the one it told last."""
        refused = {**self._whose, "method": method, "until": until}
        blocked: datetime = self._warehouse.select_one(SQL / "block_method.sql", refused).blocked_until
        return blocked
