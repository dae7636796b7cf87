"""
How leads and statuses reach Smart Data Hub: one a call, and never twice (smart-data-hub 2).

The vendor has nothing by which a created lead could be found. So what was sent and not answered is *unknown*
for good, until a person says what to do with it.
"""

from collections.abc import Sequence
from typing import Any

from plugins.hooks.smart_data_hub import SmartDataHubHook
from plugins.steps.actions import Outcome
from plugins.steps.amocrm_statuses import SQL
from plugins.warehouse import Warehouse

CREATE_LEAD, CREATE_STATUS = "create_lead", "create_status"
UNKNOWN = "Ответ Smart Data Hub потерян: создано или нет, неизвестно. Сами повторно не отправляем."


class _Create:
    """Create one object a call; an outcome that is not known stays so."""

    batch = 1
    repeats = False
    kind = ""
    settled_by = ""

    def __init__(self, hook: SmartDataHubHook, run_id: int) -> None:
        """``run_id``: the run in whose log it is told what went wrong, be it ever so badly afterwards."""
        self.hook, self.run_id = hook, run_id

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        """Create one. A refusal is raised: what is given back as failed would be taken for unknown."""
        (action,) = actions
        return [Outcome(action.action_id, "done", 200, self.create(action))]

    def create(self, action: Any) -> dict[str, Any]:
        """Make the call; give what is kept of its answer."""
        raise NotImplementedError

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Settle all of them as unknown: whoever left one out would have it planned again."""
        return [Outcome(each.action_id, "failed", None, {"unknown": True}, UNKNOWN) for each in actions]

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        params = {"action_ids": list(action_ids), "run_id": self.run_id}
        warehouse.run_files(SQL, (self.settled_by, "log_push_outcomes"), params)


class CreateLead(_Create):
    """A lead."""

    kind = CREATE_LEAD
    settled_by = "settle_push"

    def create(self, action: Any) -> dict[str, Any]:
        return {"id": self.hook.create_lead(action.after)}


class CreateStatus(_Create):
    """A status of a funnel."""

    kind = CREATE_STATUS
    settled_by = "settle_sdh_statuses"

    def create(self, action: Any) -> dict[str, Any]:
        return {"status_id": self.hook.create_status(action.after)}
