"""
How fields for totals come to be: one a call, never repeated blindly (bitrix24 2.5).

A large portal may take longer than a minute to alter its table, answer with 500, and have the field all the
same: what may have been created is looked for in the list before anything else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from include.bitrix24.commands import Command
from include.bitrix24.replies import Reply, whole
from include.bitrix24.sizes import BatchSize
from include.errors import AccessDenied, LostAnswer, RejectedByVendor
from plugins.hooks.bitrix24 import Bitrix24Hook
from plugins.hooks.bitrix24_batches import done
from plugins.steps.actions import Outcome
from plugins.steps.bitrix24_channels import CREATE_FIELD, Settle
from plugins.warehouse import Warehouse

PREFIX = "UF_CRM_"  # the portal puts it before the name
LIST, ADD = "crm.contact.userfield.list", "crm.contact.userfield.add"
NO_NUMBER = "Битрикс24: в ответе на создание поля нет его номера"
OTHER_TYPE = "Поле {} на портале уже есть, но другого типа: {}."


class CreateFields:
    """New fields of contacts. One that the portal has already counts as created, if its type is the same."""

    kind = CREATE_FIELD
    batch = 1
    repeats = False

    def __init__(self, hook: Bitrix24Hook, settle: Settle, *, language: str = "ru") -> None:
        self.hook = hook
        self._settle, self._language = settle, language

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        (action,) = actions
        try:
            created = self.hook.ask(ADD, {"fields": self._fields(action.after)}, repeats=False)
        except AccessDenied:
            raise
        except RejectedByVendor as refusal:  # perhaps it is there already: the ledger looks
            return [Outcome(action.action_id, "failed", refusal.http_status, refusal.response, str(refusal))]
        field_id = whole(created)
        if not field_id:
            raise LostAnswer(NO_NUMBER, http_status=200)
        return [Outcome(action.action_id, "done", 200, {"field_id": field_id})]

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Find fields in the portal's list by their very names."""
        wanted = {f"f{action.action_id}": action for action in actions}
        commands = {
            key: Command(LIST, {"filter": {"FIELD_NAME": action.after["field_name"]}})
            for key, action in wanted.items()
        }
        replies = self.hook.run(commands, BatchSize())
        found = (self._found(wanted[key], reply) for key, reply in replies.items())
        return [outcome for outcome in found if outcome]

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        self._settle(warehouse, action_ids)

    def _found(self, action: Any, reply: Reply) -> Outcome | None:
        told = done(LIST, reply).value
        rows = told if isinstance(told, list) else []
        name = action.after["field_name"]
        held = next((row for row in rows if isinstance(row, Mapping) and row.get("FIELD_NAME") == name), None)
        if held is None:
            return None
        type_, several = held.get("USER_TYPE_ID"), held.get("MULTIPLE")
        if type_ != _type(action.after) or several == "Y":
            other = OTHER_TYPE.format(name, f"{type_}, {several}")
            return Outcome(action.action_id, "failed", 200, {"field_id": whole(held.get("ID"))}, other)
        return Outcome(action.action_id, "done", 200, {"field_id": whole(held.get("ID")), "found": True})

    def _fields(self, after: Mapping[str, Any]) -> dict[str, Any]:
        """Spell a field: a number people may filter by and see, and only we change."""
        label, column = after["label"], after["column"]
        fields = {
            "FIELD_NAME": after["field_name"].removeprefix(PREFIX),
            "USER_TYPE_ID": _type(after),
            "XML_ID": after["xml_id"],
            "SORT": after["sort"],
            "LABEL": label,
            "EDIT_FORM_LABEL": {self._language: label},
            "LIST_COLUMN_LABEL": {self._language: column},
            "LIST_FILTER_LABEL": {self._language: column},
            "MULTIPLE": "N",
            "MANDATORY": "N",
            "SHOW_FILTER": "Y" if after.get("show_filter", True) else "N",
            "EDIT_IN_LIST": "N",
        }
        return fields | ({"SETTINGS": {"PRECISION": after["precision"]}} if _type(after) == "double" else {})


def _type(after: Mapping[str, Any]) -> str:
    return "datetime" if after["kind"] == "changed_at" else "double"
