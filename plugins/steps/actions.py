"""
The ledger of actions: every write to an outside system, planned, sent, settled (decision 0011).

``sending`` is committed before each call and the outcome after it, so that whoever comes next knows what may
have happened (``plugins/steps/applying.py`` sends).
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from psycopg.types.json import Jsonb

from include.errors import TemporaryVendorError, VendorError, WindowSpent
from include.wording.speech import say
from plugins.steps import ledger
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

SQL = ledger.SQL
ABSENT = "Ответ был потерян, у получателя записи нет: будет запланировано заново."
OVERTAKEN = "Не отправлено: запуск завершён раньше."


class Outcome(NamedTuple):
    """What became of one action."""

    action_id: int
    state: str  # done, failed, or skipped: left alone after all
    http_status: int | None = None
    response: Mapping[str, Any] | None = None  # secrets and personal data taken out
    error: str | None = None  # the vendor's words


class PartlySpent(WindowSpent):
    """Say that the budget ran out inside a call: ``outcomes`` are of the actions that were still judged."""

    def __init__(self, until: datetime, outcomes: Sequence[Outcome], message: str | None = None) -> None:
        super().__init__(until, message, http_status=200)
        self.outcomes = outcomes


class PartlyDone(TemporaryVendorError):
    """Say that the vendor got unwell inside a call: ``outcomes`` are of the actions judged before."""

    def __init__(self, fault: VendorError, outcomes: Sequence[Outcome]) -> None:
        super().__init__(str(fault), http_status=fault.http_status, response=fault.response)
        self.outcomes = outcomes


class Channel(Protocol):
    """
    How one kind of action is carried out. ``action`` is a row of ops.action as ``take_actions.sql`` gives it.

    ``batch``: actions a call may carry; it may move with the vendor's speed. ``repeats``: the call sets, so
    that it may be made again without harm.
    """

    kind: str
    repeats: bool

    @property
    def batch(self) -> int: ...

    def send(self, actions: Sequence[Any]) -> list[Outcome]:
        """Make one call; give an outcome an action. Raises VendorError when the whole call went wrong."""

    def look_up(self, actions: Sequence[Any]) -> list[Outcome]:
        """Give outcomes of those actions that the vendor has carried out after all. Raises VendorError."""

    def settle(self, warehouse: Warehouse, action_ids: Sequence[int]) -> None:
        """Remember in the mart what became of actions; in the transaction that marks them."""


class Applied(NamedTuple):
    """How far a run has come."""

    done: int
    failed: int
    uncertain: int
    planned: int
    skipped: int


class Calls(NamedTuple):
    """Calls of one kind and lot."""

    lot: str | None
    kind: str
    calls: int


def mark(warehouse: Warehouse, channel: Channel, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of actions, here and in the mart, at once."""
    if not outcomes:
        return
    action_ids = [outcome.action_id for outcome in outcomes]
    params = {
        "action_ids": action_ids,
        "states": [outcome.state for outcome in outcomes],
        "http_statuses": [outcome.http_status for outcome in outcomes],
        "responses": [None if o.response is None else Jsonb(o.response) for o in outcomes],
        "errors": [outcome.error for outcome in outcomes],
    }
    with warehouse.transaction():
        warehouse.run_file(SQL / "mark_actions.sql", params)
        channel.settle(warehouse, action_ids)


def look_up_again(warehouse: Warehouse, channel: Channel, run_ids: Sequence[int]) -> list[Any]:
    """Settle actions whose answer was lost earlier; give those that the vendor does not have."""
    params = {"run_ids": list(run_ids), "kind": channel.kind}
    doubted = warehouse.select(SQL / "select_uncertain.sql", params)
    if not doubted:
        return []
    found = channel.look_up(doubted)
    mark(warehouse, channel, found)
    log.info(say("Потерянные ответы: проверено %s, выполнено %s"), len(doubted), len(found))
    known = {outcome.action_id for outcome in found}
    return [action for action in doubted if action.action_id not in known]


def settle_leftovers(
    warehouse: Warehouse, run: Any, target: str, account: str, channels: Sequence[Channel]
) -> None:
    """
    Close what earlier runs have left open for an account, so that a new plan may be made.

    What was never sent is skipped, and so are calls that set: the new plan decides about them anew. What may
    have been created is looked up; what the vendor does not have by now is skipped, and planned anew. Raises
    VendorError.
    """
    scope = {"pipeline": run.pipeline, "target": target, "account": account, "run_id": run.run_id}
    run_ids = [row.run_id for row in warehouse.select(SQL / "select_leftover_runs.sql", scope)]
    if not run_ids:
        return
    repeated = [channel.kind for channel in channels if channel.repeats]
    left = {**scope, "run_ids": run_ids, "repeated": repeated, "error": say(OVERTAKEN)}
    warehouse.run_file(SQL / "skip_leftovers.sql", left)
    warehouse.run_file(SQL / "doubt_leftovers.sql", left)
    for channel in channels:
        absent = look_up_again(warehouse, channel, run_ids)
        gone = [Outcome(action.action_id, "skipped", error=say(ABSENT)) for action in absent]
        mark(warehouse, channel, gone)


def count(warehouse: Warehouse, run_id: int, kinds: Sequence[str] | None = None) -> Applied:
    """Count the actions of a run by state; only those of some kinds, if they are named."""
    params = {"run_id": run_id, "kinds": None if kinds is None else list(kinds)}
    return Applied(**warehouse.select_one(SQL / "count_actions.sql", params)._asdict())


def calls_needed(warehouse: Warehouse, run_id: int, channels: Sequence[Channel]) -> list[Calls]:
    """Count the calls that are still to be made, by lot and kind, in order."""
    batches = {channel.kind: channel.batch for channel in channels}
    params = {"run_id": run_id, "kinds": list(batches)}
    planned = warehouse.select(SQL / "count_planned_actions.sql", params)
    return [Calls(group.lot, group.kind, -(-group.actions // batches[group.kind])) for group in planned]


def skip_rest(warehouse: Warehouse, run_id: int, kinds: Sequence[str], reason: str) -> int:
    """Give up what is still planned; give the number of actions."""
    params = {"run_id": run_id, "kinds": list(kinds), "error": reason}
    return warehouse.run_file(SQL / "skip_actions.sql", params)


def hold_off(warehouse: Warehouse, run_id: int, until: datetime | None) -> None:
    """Note until when the run waits for a budget; None: it goes on."""
    warehouse.run_file(SQL / "hold_off_run.sql", {"run_id": run_id, "until": until})
