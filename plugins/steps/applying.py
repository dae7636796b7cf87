"""
Carry out what a run has planned at a vendor: every action once, whatever breaks and wherever (decision 0011).

A call that sets is made again after a lost answer; one that creates is looked up at the vendor first.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from include.errors import (
    AccessDenied,
    ConfigError,
    DealflowError,
    LostAnswer,
    RejectedByVendor,
    TemporaryVendorError,
    VendorError,
    WindowSpent,
)
from include.wording.speech import say
from plugins.progress import Progress
from plugins.steps.actions import (
    ABSENT,
    SQL,
    Applied,
    Channel,
    Outcome,
    PartlyDone,
    PartlySpent,
    count,
    look_up_again,
    mark,
    skip_rest,
)
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

MOST_REFUSED_CALLS = 20  # what a run spends on finding out which elements of its batches the vendor refuses
HELD_UP = "Не отправлено: предыдущее действие с этим объектом не выполнено."

# Of a lot that is about to be sent: why it may not be sent now; None if it may.
MayBegin = Callable[[str | None], str | None]


class Apply:
    """One attempt at carrying out the plan of a run."""

    def __init__(
        self,
        warehouse: Warehouse,
        run_id: int,
        channels: Sequence[Channel],
        may_begin: MayBegin = lambda lot: None,
    ) -> None:
        """``may_begin`` is asked before each lot; with a reason it and all later lots are skipped."""
        self.warehouse = warehouse
        self.run_id = run_id
        self.channels = {channel.kind: channel for channel in channels}
        self._mine: dict[str, Any] = {"run_id": run_id, "kinds": list(self.channels)}
        self._may_begin = may_begin
        self._size = {channel.kind: channel.batch for channel in channels}
        self._refused_calls = 0
        self._group: Any = None  # kind and lot that are being sent
        self._stopped: str | None = None

    def run(self) -> Applied:
        """
        Send everything that is planned and can be sent.

        Raises WindowSpent (go on after its ``until``), AccessDenied, or TemporaryVendorError: then what was
        not taken is planned again, and a later attempt goes on from there.
        """
        self.settle()
        planned = self.warehouse.select(SQL / "count_planned_actions.sql", self._mine)
        progress = Progress(sum(group.actions for group in planned))
        while taken := self._take_next():
            self._send(self.channels[taken[0].kind], taken)
            progress.advance(len(taken))
        skip_rest(self.warehouse, self.run_id, self._mine["kinds"], self._stopped or say(HELD_UP))
        return count(self.warehouse, self.run_id, self._mine["kinds"])

    def settle(self) -> None:
        """Find out what became of actions that an interrupted attempt at this run was sending."""
        repeated = [kind for kind, channel in self.channels.items() if channel.repeats]
        params = {**self._mine, "repeated": repeated}
        self.warehouse.run_file(SQL / "revive_actions.sql", params)
        for channel in self.channels.values():
            absent = look_up_again(self.warehouse, channel, [self.run_id])
            self._put_back(absent, None)

    def _take_next(self) -> list[Any]:
        """Take what is to be sent next: of one kind and lot while there is any, so that calls are full."""
        if self._stopped:
            return []
        if self._group and (taken := self._take(self._group)):
            return taken
        group = self.warehouse.select_one(SQL / "select_next_action.sql", self._mine)
        if group is None:
            return []
        if self._group is None or group.lot != self._group.lot:
            self._stopped = self._may_begin(group.lot)
        self._group = group
        return [] if self._stopped else self._take(group)

    def _take(self, group: Any) -> list[Any]:
        size = min(self._size[group.kind], self.channels[group.kind].batch)
        params = {"run_id": self.run_id, **group._asdict(), "size": size}
        return self.warehouse.select(SQL / "take_actions.sql", params)

    def _send(self, channel: Channel, taken: list[Any]) -> None:
        try:
            outcomes = channel.send(taken)
        except LostAnswer as lost:
            self._doubt(channel, taken, lost)
        except (PartlySpent, PartlyDone) as partly:
            self._judge(channel, taken, partly.outcomes)
            judged = {outcome.action_id for outcome in partly.outcomes}
            self._put_back([action for action in taken if action.action_id not in judged], partly)
            raise
        except (AccessDenied, ConfigError, TemporaryVendorError) as fault:
            self._put_back(taken, fault)
            raise
        except RejectedByVendor as refusal:
            self._isolate(channel, taken, refusal)
        else:
            self._judge(channel, taken, outcomes)
            self._size[channel.kind] = min(self._size[channel.kind] * 2, channel.batch)

    def _judge(self, channel: Channel, taken: list[Any], outcomes: Sequence[Outcome]) -> None:
        """
        Write down what became of a call's actions, first of all those that were taken.

        A create may be refused because the vendor has the object already: then it is ours all the same.
        """
        refused = {o.action_id: o for o in outcomes if o.state == "failed" and not channel.repeats}
        mark(self.warehouse, channel, [o for o in outcomes if o.action_id not in refused])
        if not refused:
            return
        try:
            found = channel.look_up([action for action in taken if action.action_id in refused])
        except VendorError as fault:
            self._doubt_all(list(refused), next(iter(refused.values())).error or str(fault), 200)
            log.warning(
                say("Отклонено %s, но проверить, нет ли их у получателя, не удалось: %s"), len(refused), fault
            )
            return
        held = {outcome.action_id: outcome for outcome in found}
        mark(self.warehouse, channel, [held.get(ref, outcome) for ref, outcome in refused.items()])

    def _isolate(self, channel: Channel, taken: list[Any], refusal: RejectedByVendor) -> None:
        """Find what a refused batch was refused for: half as many at a time, until it stands alone."""
        self._refused_calls += channel.batch > 1
        if len(taken) == 1:
            words = (refusal.http_status, refusal.response, str(refusal))
            mark(self.warehouse, channel, [Outcome(taken[0].action_id, "failed", *words)])
        else:
            self._put_back(taken, refusal)
            self._size[channel.kind] = len(taken) // 2
        if self._refused_calls == MOST_REFUSED_CALLS:
            told = say("Не отправлено: отклонено уже {} пакетов. {}")
            self._stopped = told.format(MOST_REFUSED_CALLS, refusal)
            log.warning("%s", self._stopped)

    def _doubt(self, channel: Channel, taken: list[Any], lost: LostAnswer) -> None:
        """An answer was lost: see whether the vendor has it already; if not, it may still be at work."""
        self._doubt_all([action.action_id for action in taken], str(lost), lost.http_status)
        try:
            found = channel.look_up(taken)
        except VendorError as fault:
            log.warning(say("Ответ потерян (%s), проверить не удалось: %s"), lost, fault)
            return
        mark(self.warehouse, channel, found)
        missing = len(taken) - len(found)
        log.warning(say("Ответ потерян (%s). Проверка: выполнено %s, не видно %s"), lost, len(found), missing)

    def _doubt_all(self, ids: list[int], error: str, http_status: int | None) -> None:
        doubted = {"action_ids": ids, "error": error, "http_status": http_status}
        self.warehouse.run_file(SQL / "doubt_actions.sql", doubted)

    def _put_back(self, actions: Sequence[Any], fault: DealflowError | None) -> None:
        status = fault.http_status if isinstance(fault, VendorError) else None
        params = {
            "action_ids": [action.action_id for action in actions],
            "error": str(fault) if fault else say(ABSENT),
            "http_status": status,
            "unsent": isinstance(fault, WindowSpent | ConfigError) and status is None,
        }
        self.warehouse.run_file(SQL / "put_back_actions.sql", params)
