"""
A vendor's pace and budget, kept in the warehouse so that all tasks on all workers share them (decision 0010).

A call is granted in one short transaction: lock the vendor's row of ``ops.pace``, look whether its turn has
come and whether the account's hour and day have room, take the price, set the next turn. The only clock is
that of Postgres.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import psycopg
from psycopg.pq import TransactionStatus

from include.errors import ConfigError, WindowSpent
from include.paths import SQL_DIR
from include.vendors.limits import Limits, Room
from include.vendors.usual import Usual
from include.wording.speech import say
from plugins.hooks.vendor_gate import A_WHILE
from plugins.warehouse import Warehouse

__all__ = ["BudgetGate", "Limits", "Room", "room", "spent_by_hour"]

log = logging.getLogger(__name__)

SQL = SQL_DIR / "ledger"
A_LITTLE = 1 / 16  # of a spacing, by which a call may be late: that of move_pace.sql
MUCH = 0.5  # seconds that an answer took beyond what is usual: its call may have been heard that late
SPENT = "{}: лимит исчерпан до {}"
TOO_DEAR = (
    "{}: один запрос стоит {} баллов, а на окно разрешено {}. "
    "Увеличьте лимит или долю автоматических запусков."
)


class BudgetGate:
    """
    The gate before one account of a vendor.

    It needs a session of one thread, in no transaction while calls are made: inside one, every worker would
    wait for its end.
    """

    def __init__(
        self, warehouse: Warehouse, target: str, account: str, limits: Limits, lane: str | None = None
    ) -> None:
        """``lane``: who shares the pace, by default all accounts of the vendor."""
        self._warehouse = warehouse
        self._limits = limits
        self._whose = {"target": target, "account": account}
        self._pace = Pace(warehouse, lane or target, limits)

    def enter(self, method: str, points: Decimal = Decimal(1)) -> "BudgetPass":
        """
        Wait for the turn and take the price of a call.

        Raises WindowSpent when there is no room in this hour or day, or the vendor has said so; and
        ConfigError when a whole window would not be enough.
        """
        price = self._limits.price(method) * points
        self._assert_can_ever_pass(price)
        while isinstance(turn := self._take(method, price), float):
            time.sleep(turn)
        return turn

    def _take(self, method: str, price: Decimal) -> "BudgetPass | float":
        """Take a call's turn and price; or give the seconds to wait before asking again."""
        warehouse = self._warehouse
        if warehouse.connection.info.transaction_status != TransactionStatus.IDLE:
            raise RuntimeError("a call inside a transaction would hold up every worker's calls until its end")
        with warehouse.transaction():
            # A crash of the server may lose the last moments of a count; waiting for the disk costs more.
            warehouse.connection.execute("set local synchronous_commit = off")
            if (wait := self._pace.wait()) > 0:
                return wait
            spent = _spent(warehouse, self._whose, self._limits)
            if until := _room(spent, self._limits).opens_at(price):
                shown = until.astimezone(ZoneInfo(self._limits.zone))
                raise WindowSpent(until, say(SPENT).format(self._name, f"{shown:%d.%m.%Y %H:%M:%S %Z}"))
            taken = {**self._whose, "method": method, "window_start": spent.hour_starts, "points": price}
            warehouse.run_file(SQL / "spend_budget.sql", taken)
            granted = time.monotonic()
            self._pace.move()
            return BudgetPass(warehouse, taken, self._limits, self._pace, granted)

    def _assert_can_ever_pass(self, price: Decimal) -> None:
        for allowance in (self._limits.hour_allowance, self._limits.day_allowance):
            if allowance is not None and price > allowance:
                raise ConfigError(say(TOO_DEAR).format(self._name, price, allowance))

    @property
    def _name(self) -> str:
        return "{target} ({account})".format(**self._whose)


class Pace:
    """The turns of a lane, which all workers take; and whether the calls of this one came in theirs."""

    def __init__(self, warehouse: Warehouse, lane: str, limits: Limits) -> None:
        self._warehouse, self._spacing = warehouse, limits.spacing
        self._params = {"lane": lane, "slack": limits.slack, "spacing": limits.spacing}
        self._leaving = Usual()  # from a grant to the network

    def wait(self) -> float:
        """Tell the seconds until the next turn; all workers stand still until the transaction ends."""
        return float(self._warehouse.select_one(SQL / "lock_pace.sql", self._params).seconds)

    def move(self) -> None:
        """Take a turn."""
        self._warehouse.run_file(SQL / "move_pace.sql", self._params)

    def made(self, took_to_leave: float, beyond: float) -> None:
        """
        Take a further turn if a call may have come out of its own: else a second would hold one too many.

        Where the process stalls after the grant, a connection has to be opened first, or whatever lies
        between us and the vendor stalls, a call comes among those that were spaced from where it was to be.
        A warehouse that fails is told of, no more: the call has been made.
        """
        delay = self._leaving.note(took_to_leave)
        is_late = delay > self._spacing * A_LITTLE or beyond > MUCH
        if not self._spacing or not is_late:
            return
        try:
            with self._warehouse.transaction():
                self._warehouse.connection.execute("set local synchronous_commit = off")
                self.move()
        except psycopg.Error as error:
            log.warning(say("Темп запросов не записан: %s"), type(error).__name__)


class BudgetPass:
    """A call whose turn and price are taken."""

    def __init__(
        self, warehouse: Warehouse, taken: dict[str, Any], limits: Limits, pace: Pace, granted: float
    ) -> None:
        """``granted``: when, by ``time.monotonic``."""
        self._warehouse = warehouse
        self._taken = taken
        self._limits = limits
        self._pace, self._granted = pace, granted

    def refund(self) -> None:
        """Give the points back, once: vendors take none for a call that failed."""
        self._warehouse.run_file(SQL / "refund_budget.sql", self._taken)
        self._taken["points"] = Decimal(0)

    def made(self, left: float, beyond: float) -> None:
        """Let a call that may have come out of its turn take another one. Never raises."""
        self._pace.made(left - self._granted, beyond)

    def spent(self, until: datetime | None) -> datetime:
        """
        Close the account for everybody until a moment.

        A vendor that names none is left alone for a while, since it may have meant the pace; one that says so
        again, until the end of the narrowest window that has a limit.
        """
        if until is None:
            now = _spent(self._warehouse, self._taken, self._limits)
            by_day = bool(self._limits.day_points) and not self._limits.hour_points
            ends = now.day_ends if by_day else now.hour_ends
            until = ends if now.refused_lately else min(ends, now.now + A_WHILE)
        self._warehouse.run_file(SQL / "refuse_budget.sql", {**self._taken, "until": until})
        return until


class Selects(Protocol):
    """Whatever reads files of ``sql/``: a session of a task, or of a page."""

    def select(self, path: Path, params: Mapping[str, Any]) -> Sequence[Any]: ...
    def select_one(self, path: Path, params: Mapping[str, Any]) -> Any: ...


class SpentRow(NamedTuple):
    """What one method of one account has spent in an hour; method ``refused``: the vendor's own refusals."""

    window_start: datetime
    account: str
    method: str
    calls: int
    points: Decimal


def spent_by_hour(
    warehouse: Selects, target: str, account: str | None = None, hours: int = 24
) -> Sequence[SpentRow]:
    """Read what was spent in the last hours, newest first; of all accounts if none is named."""
    asked = {"target": target, "account": account, "hours": hours}
    return [SpentRow(*row) for row in warehouse.select(SQL / "select_budget.sql", asked)]


def room(warehouse: Selects, target: str, account: str, limits: Limits) -> Room:
    """Tell what is left of an account's hour and day."""
    return _room(_spent(warehouse, {"target": target, "account": account}, limits), limits)


def _spent(warehouse: Selects, whose: dict[str, Any], limits: Limits) -> Any:
    return warehouse.select_one(SQL / "select_spent.sql", {**whose, "zone": limits.zone})


def _room(spent: Any, limits: Limits) -> Room:
    hour, day = limits.hour_allowance, limits.day_allowance
    return Room(
        spent.now,
        None if hour is None else hour - spent.hour_points,
        spent.hour_ends,
        None if day is None else day - spent.day_points,
        spent.day_ends,
        spent.refused_until,
    )
