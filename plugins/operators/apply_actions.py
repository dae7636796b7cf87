"""Carry out what a run has planned at a vendor."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from airflow.sdk import BaseOperator, Context

from include.errors import WindowSpent
from include.wording import number
from include.wording.speech import AS_WRITTEN, Texts, say, speaking
from plugins.faults import carrying_on
from plugins.hooks.warehouse import WarehouseHook
from plugins.operators.waiting import sleep_until
from plugins.runs import show_source
from plugins.steps import ledger
from plugins.steps.actions import Applied, Channel, count, hold_off, settle_leftovers
from plugins.steps.applying import Apply, MayBegin
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)


class Sending(NamedTuple):
    """Where the actions of a run go. ``may_begin`` says of a lot why it may not be sent now, or None."""

    target: str
    account: str
    channels: Sequence[Channel]
    may_begin: MayBegin = lambda lot: None


class ApplyActionsOperator(BaseOperator):
    """
    Settle what earlier runs have left open at a vendor, then send what is planned, each action once.

    When a window of the budget is spent the task defers and holds no slot; it goes on in the next one. A dry
    run sends nothing. No stock operator keeps a ledger of what may have been applied, which is what makes a
    Clear harmless.

    :param run_id: the run whose actions are sent (ops.action).
    :param sending: makes the channels; called in the task, where settings and connections may be read.
    :param settle_only: send nothing; find out what became of what was sent, so that a plan may be made.
    :param texts: what all pipelines say, in the language of this one.
    """

    template_fields: Sequence[str] = ("run_id",)

    def __init__(
        self,
        *,
        run_id: Any,
        sending: Callable[[Warehouse, Any], Sending],
        settle_only: bool = False,
        texts: Texts = AS_WRITTEN,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.run_id = run_id
        self.settle_only = settle_only
        self.sending = sending
        self.texts = texts

    def execute(self, context: Context, event: Any = None) -> dict[str, int]:
        """Send until nothing is left, a fault stops the run, or a window is spent."""
        with speaking(self.texts):
            return self._carry_out(int(self.run_id), context)

    def _carry_out(self, run_id: int, context: Context) -> dict[str, int]:
        with WarehouseHook().session() as warehouse, carrying_on(warehouse, run_id):
            run = ledger.run(warehouse, run_id)
            show_source(context, run.source)
            if run.dry_run:  # not skipped: the plan is made after this task, and would be skipped with it
                self.log.info(say("Пробный запуск: ничего не отправляем."))
                return count(warehouse, run_id)._asdict()
            sending = self.sending(warehouse, run)
            try:
                applied = self._apply(warehouse, run, sending)
            except WindowSpent as spent:
                sleep_until(self, warehouse, run_id, (sending.target, sending.account), spent)
        _tell(applied)
        return applied._asdict()

    def _apply(self, warehouse: Warehouse, run: Any, sending: Sending) -> Applied:
        hold_off(warehouse, run.run_id, None)
        settle_leftovers(warehouse, run, sending.target, sending.account, sending.channels)
        attempt = Apply(warehouse, run.run_id, sending.channels, sending.may_begin)
        if not self.settle_only:
            return attempt.run()
        attempt.settle()
        return count(warehouse, run.run_id, [channel.kind for channel in sending.channels])


def _tell(applied: Applied) -> None:
    words = {
        "done": "выполнено",
        "failed": "отклонено",
        "uncertain": "исход неизвестен",
        "skipped": "не отправлено",
    }
    for state, word in words.items():
        if count := getattr(applied, state):
            log.info("  %-18s %12s", say(word), number(count))
