"""Wake a task that a vendor's spent budget has put to sleep."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from airflow.sdk import BaseHook, Connection
from airflow.triggers.base import BaseTrigger, TriggerEvent

from include.paths import SQL_DIR
from plugins.warehouse import statement

log = logging.getLogger(__name__)

SQL = SQL_DIR / "ledger"
LOOK_EVERY = 15.0  # seconds
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class BudgetTrigger(BaseTrigger):
    """
    Fire when a window has ended, or earlier when there is room again.

    There is room again when points of the window were given back, or the vendor's refusal was taken away: by
    a refund, or by a person. The time of a method comes back only with the moment, and is waited for to its
    end: a task that is woken before, since there is room for the account's calls again, finds its method
    still closed and sleeps on. The trigger keeps no state but the moment, so a restarted triggerer goes on.
    """

    def __init__(
        self,
        conn_id: str = "warehouse",
        *,
        target: str,
        account: str,
        until: datetime,
        look_every: float = LOOK_EVERY,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.conn_id = conn_id
        self.target = target
        self.account = account
        self.until = until
        self.look_every = look_every

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Give what the triggerer makes the trigger anew from."""
        names = ("conn_id", "target", "account", "until", "look_every")
        return f"{__name__}.BudgetTrigger", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait; then tell why."""
        since = self.until - (_HOUR if self._left() <= _HOUR.total_seconds() else _DAY)
        first = await self._hindrance(since)
        reason = "window ended"
        while (left := self._left()) > 0:
            await asyncio.sleep(min(left, self.look_every))
            now = await self._hindrance(since)
            first = first or now
            if first and now and _is_less(first, now):
                reason = "room again"
                break
        told = {"reason": reason, "until": self.until.isoformat()}
        yield TriggerEvent(told)  # type: ignore[no-untyped-call]

    def _left(self) -> float:
        return (self.until - datetime.now(UTC)).total_seconds()

    async def _hindrance(self, since: datetime) -> tuple[Any, bool] | None:
        """Read what stands in the way; None while the warehouse cannot be asked: the moment comes anyway."""
        asked = {"target": self.target, "account": self.account, "since": since}
        try:
            address = _address(await BaseHook.aget_connection(self.conn_id))
            async with await psycopg.AsyncConnection.connect(**address) as connection:
                cursor = await connection.execute(statement(SQL / "select_hindrance.sql"), asked)
                return await cursor.fetchone()
        except psycopg.Error as error:
            log.warning("Хранилище не отвечает (%s), ждём конца окна", type(error).__name__)
            return None


def _is_less(first: tuple[Any, bool], now: tuple[Any, bool]) -> bool:
    return now[0] < first[0] or (first[1] and not now[1])


def _address(connection: Connection) -> dict[str, Any]:
    """Give psycopg's arguments for a connection; of its extra fields only those that libpq knows."""
    known = {name: value for name, value in connection.extra_dejson.items() if name.startswith("ssl")}
    return {
        "host": connection.host,
        "port": connection.port,
        "user": connection.login,
        "password": connection.password,
        "dbname": connection.schema,
        "connect_timeout": 10,
        **known,
    }
