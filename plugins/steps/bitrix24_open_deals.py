"""
Values set on open deals only (bitrix24 7.1 step 11): one closed since it was read is left alone.

A run may wait for a method's time, and a task of it may be cleared hours later. So deals that were read a
while ago are looked at once more, all of a request's by one command.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from include.bitrix24.commands import Command
from include.bitrix24.replies import Reply
from include.bitrix24.sizes import BatchSize
from include.errors import AccessDenied, RejectedByVendor, TemporaryVendorError
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.hooks.bitrix24_lists import PAGE, UnknownField
from plugins.steps.actions import Outcome, PartlyDone, PartlySpent
from plugins.steps.bitrix24_channels import DEAL, Settle, SetValues, number_of
from plugins.steps.bitrix24_deal_products import SQL
from plugins.steps.bitrix24_deal_products_asking import chunks, rows_of, value_of
from plugins.warehouse import Warehouse

OPEN = "P"
SOON = 60  # seconds after a deal was read in which it is written to without another look
CLOSED = "Сделку закрыли раньше, чем дошла очередь."
NOT_SEEN = "Не удалось проверить, открыты ли ещё сделки: {}"
ASKED = ("id", "stageSemanticId")


class SetOpenDeals(SetValues):
    """Fields of open deals."""

    def __init__(
        self,
        hook: Bitrix24Hook,
        kind: str,
        settle: Settle,
        *,
        warehouse: Warehouse,
        size: BatchSize,
        unsent: Collection[str] = (),
        types: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(hook, kind, DEAL, settle, size=size, unsent=unsent, types=types)
        self._warehouse = warehouse

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        closed = self._closed(actions)
        left = [self._left(action) for action in actions if number_of(action) in closed]
        others = [action for action in actions if number_of(action) not in closed]
        if not others:
            return left
        try:
            return left + super().send(others)
        except PartlySpent as partly:
            raise PartlySpent(partly.until, [*left, *partly.outcomes], str(partly)) from partly
        except PartlyDone as partly:
            raise PartlyDone(partly, [*left, *partly.outcomes]) from partly

    def _closed(self, actions: Sequence[Any]) -> set[int]:
        """
        Find the deals that are closed now, among those that were read a while ago.

        Raises TemporaryVendorError when that cannot be seen: it says nothing of any of them.
        """
        asked = {"action_ids": [action.action_id for action in actions], "seconds": SOON}
        waited = {row.action_id for row in self._warehouse.select(SQL / "select_waiting_actions.sql", asked)}
        numbers = [number_of(action) for action in actions if action.action_id in waited]
        if not numbers:
            return set()
        commands = {f"s{place}": _stages(piece) for place, piece in enumerate(chunks(numbers, PAGE))}
        replies = self.hook.run(commands, BatchSize())
        try:
            rows = [row for key, command in commands.items() for row in _rows(command, replies[key])]
        except AccessDenied:
            raise
        except RejectedByVendor as refusal:
            raise TemporaryVendorError(NOT_SEEN.format(refusal), http_status=200) from refusal
        return {int(row["id"]) for row in rows if row["stageSemanticId"] != OPEN}

    def _left(self, action: Any) -> Outcome:
        told = {"deal_id": number_of(action), "closed": True}
        return Outcome(action.action_id, "skipped", 200, told, CLOSED)


def _rows(command: Command, reply: Reply) -> list[Mapping[str, Any]]:
    rows = rows_of(command, value_of(command, reply), "items")
    for row in rows:
        if missing := [name for name in ASKED if name not in row]:
            raise UnknownField(f"Битрикс24: crm.item.list не знает полей: {', '.join(missing)}")
    return rows


def _stages(numbers: Sequence[int]) -> Command:
    condition = {"@id": list(numbers)}
    told = {"entityTypeId": 2, "start": -1, "filter": condition, "select": list(ASKED)}
    return Command("crm.item.list", told)
