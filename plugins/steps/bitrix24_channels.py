"""
How values reach contacts and deals of a portal: many commands a request, each judged by its own answer.

They are set, so that doing it twice does no harm. Which of them the portal keeps is told by its echo: it
ignores fields it does not know without a word (bitrix24 1.4).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

from include.bitrix24.commands import Command
from include.bitrix24.echo import not_accepted
from include.bitrix24.replies import Done, Refused, Reply
from include.bitrix24.sizes import BatchSize
from include.errors import AccessDenied
from plugins.hooks.bitrix24 import Bitrix24Hook, PartlyAnswered, PartlyFailed
from plugins.steps import ledger
from plugins.steps.actions import Outcome, PartlyDone, PartlySpent
from plugins.warehouse import Warehouse

DEAL, CONTACT = 2, 3  # entityTypeId
NUMBERS = {DEAL: "deal_id", CONTACT: "contact_id"}
CREATE_FIELD = "create_field"
GONE = "На портале такой записи больше нет."
NOT_KEPT = "Портал принял запись, но хранит другое: {}"
NO_FIELDS = "Поля для этих итогов на портале нет: его создание не подтверждено."
DENIED = "Битрикс24: {}: {}"

Method = Literal["item", "contact"]
Settle = Callable[[Warehouse, Sequence[int]], None]


class SetValues:
    """
    Values set on one kind of record.

    ``settle`` remembers in the mart what became of actions; ``unsent``: names in ``after`` that are for us.
    """

    repeats = True

    def __init__(
        self,
        hook: Bitrix24Hook,
        kind: str,
        entity: int,
        settle: Settle,
        *,
        size: BatchSize,
        unsent: Collection[str] = (),
        unechoed: Collection[str] = (),
        types: Mapping[str, str] | None = None,
    ) -> None:
        """
        ``unechoed``: fields whose echo is spelt in a way of its own, so that it is not compared.

        ``types``: what the fields hold, as far as that is known; by it their echoes are compared.
        """
        self.hook, self.kind, self.entity = hook, kind, entity
        self._types = types or {}
        self.size = size
        self._settle, self._unsent, self._unechoed = settle, frozenset(unsent), frozenset(unechoed)

    @property
    def batch(self) -> int:
        """As many as the portal manages in half a minute."""
        return self.size.now

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        wanted = {action.action_id: self.values(action) for action in actions}
        empty = [action for action in actions if not wanted[action.action_id]]
        held = [Outcome(action.action_id, "skipped", None, {"held": True}, NO_FIELDS) for action in empty]
        sent = {f"a{action.action_id}": action for action in actions if wanted[action.action_id]}
        commands = {key: self.command(action, wanted[action.action_id]) for key, action in sent.items()}
        try:
            replies = self.hook.run(commands, self.size)
        except PartlyAnswered as partly:
            if not partly.replies and not held:  # nothing was sent at all
                raise
            judged = held + self._outcomes(sent, wanted, partly.replies)
            raise PartlySpent(partly.until, judged, str(partly)) from partly
        except PartlyFailed as partly:
            raise PartlyDone(partly, held + self._outcomes(sent, wanted, partly.replies)) from partly
        return held + self._outcomes(sent, wanted, replies)

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Nothing to look up: the values are simply set again."""
        return []

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        self._settle(warehouse, action_ids)

    def values(self, action: Any) -> dict[str, Any]:
        """Give what of an action is sent; nothing: it cannot be sent now."""
        return {name: value for name, value in action.after.items() if name not in self._unsent}

    def command(self, action: Any, values: Mapping[str, Any]) -> Command:
        """Spell the command of an action."""
        record = {"entityTypeId": self.entity, "id": number_of(action)}
        return Command("crm.item.update", {**record, "useOriginalUfNames": "Y", "fields": values})

    def compared(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give what of the values the portal holds as it was sent."""
        return {name: value for name, value in values.items() if name not in self._unechoed}

    def missed(self, values: Mapping[str, Any], held: Mapping[str, Any]) -> list[str]:
        """Name the fields of which the portal holds something else than was sent."""
        return not_accepted(self.compared(values), held, self._types)

    def remarks(self, action: Any) -> dict[str, Any]:
        """Give what the response says besides the vendor's answer."""
        return {}

    def _outcomes(
        self,
        sent: Mapping[str, Any],
        wanted: Mapping[int, Mapping[str, Any]],
        replies: Mapping[str, Reply],
    ) -> list[Outcome]:
        return [self._outcome(sent[key], wanted[sent[key].action_id], each) for key, each in replies.items()]

    def _outcome(self, action: Any, wanted: Mapping[str, Any], reply: Reply) -> Outcome:
        """Judge an answer; nothing of the record itself is kept, it holds a person's data."""
        told = {NUMBERS[self.entity]: number_of(action), **self.remarks(action)}
        if isinstance(reply, Refused):
            return self._refused(action, reply, told)
        value = reply.value if isinstance(reply, Done) else None
        item = value.get("item") if isinstance(value, Mapping) else None
        if isinstance(item, Mapping) and (missed := self.missed(wanted, item)):
            words = NOT_KEPT.format(", ".join(missed))
            return Outcome(action.action_id, "failed", 200, {**told, "not_accepted": missed}, words)
        return Outcome(action.action_id, "done", 200, told)

    def _refused(self, action: Any, refused: Refused, told: Mapping[str, Any]) -> Outcome:
        if refused.is_denied:
            raise AccessDenied(DENIED.format(self.kind, refused), http_status=200)
        if refused.is_gone:
            return Outcome(action.action_id, "skipped", 200, {**told, "gone": True}, GONE)
        return Outcome(action.action_id, "failed", 200, {**told, "code": refused.code}, str(refused))


class SetTotals(SetValues):
    """
    Totals of contacts. Fields that the same run was to create and did not are left out.

    ``method``: ``item`` keeps the history of the card and does nothing where nothing changes; ``contact``
    leaves no history, but starts workflows each time (bitrix24 2.4).
    """

    def __init__(
        self,
        hook: Bitrix24Hook,
        settle: Settle,
        *,
        warehouse: Warehouse,
        run_id: int,
        size: BatchSize,
        method: Method = "item",
        unechoed: Collection[str] = (),
    ) -> None:
        super().__init__(hook, "set_totals", CONTACT, settle, size=size, unechoed=unechoed)
        self._warehouse, self._run_id, self._method = warehouse, run_id, method
        self._missing: frozenset[str] = frozenset()

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        asked = {"run_id": self._run_id, "kind": CREATE_FIELD}
        rows = self._warehouse.select(ledger.SQL / "select_undone_keys.sql", asked)
        self._missing = frozenset(row.key.removeprefix("field:") for row in rows)
        return super().send(actions)

    def values(self, action: Any) -> dict[str, Any]:
        """Give the totals whose fields are there; when something changed is said only along with one."""
        found = {name: value for name, value in action.after.items() if name not in self._missing}
        return found if self.compared(found) else {}

    def command(self, action: Any, values: Mapping[str, Any]) -> Command:
        if self._method == "item":
            return super().command(action, values)
        quietly = {"REGISTER_HISTORY_EVENT": "N", "REGISTER_SONET_EVENT": "N"}
        return Command("crm.contact.update", {"id": number_of(action), "fields": values, "params": quietly})

    def missed(self, values: Mapping[str, Any], held: Mapping[str, Any]) -> list[str]:
        """All of them are numbers: a field of another type stops the run before."""
        compared = self.compared(values)
        return not_accepted(compared, held, dict.fromkeys(compared, "double"))

    def remarks(self, action: Any) -> dict[str, Any]:
        unsent = sorted(self._missing.intersection(action.after))
        return {"unsent_fields": unsent} if unsent else {}


def number_of(action: Any) -> int:
    """Give the portal's number out of the key of an action: ``contact:15``."""
    return int(action.key.partition(":")[2])
