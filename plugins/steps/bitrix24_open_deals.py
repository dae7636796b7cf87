"""
Values set on open deals only (bitrix24 7.1 step 11): one closed since the plan was made is left alone.

A plan may wait for a method's time, or for a task that is cleared hours later. So of actions that have waited
the deals are looked at once more, all of a request's by one command.
"""

from collections.abc import Sequence
from typing import Any

from include.bitrix24.commands import Command
from include.bitrix24.sizes import BatchSize
from plugins.hooks.bitrix24_lists import PAGE
from plugins.steps.actions import Outcome, PartlyDone, PartlySpent
from plugins.steps.bitrix24_channels import SetValues, number_of
from plugins.steps.bitrix24_deal_products import SQL
from plugins.steps.bitrix24_deal_products_asking import chunks, rows_of, value_of
from plugins.warehouse import Warehouse

OPEN = "P"
SOON = 60  # seconds after its plan in which an action is sent as it was planned
CLOSED = "Сделку закрыли раньше, чем дошла очередь."


class SetOpenDeals(SetValues):
    """Fields of open deals."""

    def __init__(self, *told: Any, warehouse: Warehouse, **options: Any) -> None:
        super().__init__(*told, **options)
        self._warehouse = warehouse

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        closed = self._closed(actions)
        left = [self._left(action) for action in actions if number_of(action) in closed]
        others = [action for action in actions if number_of(action) not in closed]
        if not others:
            return left
        try:
            return left + super().send(others)
        except (PartlySpent, PartlyDone) as partly:
            partly.outcomes = [*left, *partly.outcomes]
            raise

    def _closed(self, actions: Sequence[Any]) -> set[int]:
        """Find the deals that are closed now, among those whose actions have waited."""
        asked = {"action_ids": [action.action_id for action in actions], "seconds": SOON}
        waited = {row.action_id for row in self._warehouse.select(SQL / "select_waiting_actions.sql", asked)}
        numbers = [number_of(action) for action in actions if action.action_id in waited]
        if not numbers:
            return set()
        commands = {f"s{place}": _stages(piece) for place, piece in enumerate(chunks(numbers, PAGE))}
        replies = self.hook.run(commands, BatchSize())
        rows = [row for key, command in commands.items() for row in _rows(command, replies[key])]
        return {int(row["id"]) for row in rows if row["stageSemanticId"] != OPEN}

    def _left(self, action: Any) -> Outcome:
        told = {"deal_id": number_of(action), "closed": True}
        return Outcome(action.action_id, "skipped", 200, told, CLOSED)


def _rows(command: Command, reply: Any) -> list[Any]:
    return rows_of(command, value_of(command, reply), "items")


def _stages(numbers: Sequence[int]) -> Command:
    condition = {"@id": list(numbers)}
    select = ["id", "stageSemanticId"]
    return Command("crm.item.list", {"entityTypeId": 2, "start": -1, "filter": condition, "select": select})
