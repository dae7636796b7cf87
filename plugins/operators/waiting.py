"""Work with a vendor that may have to wait for its limits, without holding a worker meanwhile."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NoReturn

from airflow.sdk import BaseOperator, Context

from include.errors import WindowSpent
from include.wording.speech import say
from plugins.runs import Pipeline, work_on
from plugins.steps.actions import hold_off
from plugins.triggers.budget import BudgetTrigger
from plugins.warehouse import Warehouse


class WaitingOperator(BaseOperator):
    """
    Do a piece of work that takes up where it was left: when a vendor's window is spent, defer, then go on.

    A task of Python cannot do this: it would begin anew, or sleep in its slot. How far the work has come is
    kept by the work itself, in the warehouse.

    :param run_id: the run that is worked on (ops.run).
    :param pipeline: whose run it is.
    :param work: does it, given the warehouse, the run and its job; raises WindowSpent to be called again.
    :param waits_for: names target and account, from the job: whose window it is.
    :param needs_staged: the rows that earlier tasks have staged must still be there.
    """

    template_fields: Sequence[str] = ("run_id",)

    def __init__(
        self,
        *,
        run_id: Any,
        pipeline: Pipeline[Any, Any],
        work: Callable[[Warehouse, Any, Any], None],
        waits_for: Callable[[Any], tuple[str, str]],
        needs_staged: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.run_id = run_id
        self.pipeline = pipeline
        self.work = work
        self.waits_for = waits_for
        self.needs_staged = needs_staged

    def execute(self, context: Context, event: Any = None) -> None:
        """Work until it is done, a fault ends it, or a window is spent."""
        run_id = int(self.run_id)
        with work_on(self.pipeline, run_id, needs_staged=self.needs_staged) as (warehouse, run, job):
            hold_off(warehouse, run_id, None)
            try:
                self.work(warehouse, run, job)
            except WindowSpent as spent:
                hold_off(warehouse, run_id, spent.until)
                self.log.info(say("%s Задача ждёт и не занимает рабочего места."), spent)
                self._wait(job, spent.until)

    def _wait(self, job: Any, until: datetime) -> NoReturn:
        target, account = self.waits_for(job)
        self.defer(trigger=BudgetTrigger(target=target, account=account, until=until), method_name="execute")
        raise AssertionError("defer() ends the task's process")
