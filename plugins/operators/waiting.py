"""Work with a vendor that may have to wait for its limits, without holding a worker meanwhile."""

from collections.abc import Callable, Sequence
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
    :param work: does it, given the warehouse and the run's job; raises WindowSpent to be called again.
    :param waits_for: names target and account, from the job: whose window it is.
    :param may_be_done: whether the work is called, too, for a run that is over; it has to look.
    """

    template_fields: Sequence[str] = ("run_id",)

    def __init__(
        self,
        *,
        run_id: Any,
        pipeline: Pipeline[Any, Any],
        work: Callable[[Warehouse, Any], None],
        waits_for: Callable[[Any], tuple[str, str]],
        may_be_done: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.run_id = run_id
        self.pipeline = pipeline
        self.work = work
        self.waits_for = waits_for
        self.may_be_done = may_be_done

    def execute(self, context: Context, event: Any = None) -> None:
        """Work until it is done, a fault ends it, or a window is spent."""
        run_id = int(self.run_id)
        with work_on(self.pipeline, run_id, may_be_done=self.may_be_done) as (warehouse, _, job):
            hold_off(warehouse, run_id, None)
            try:
                self.work(warehouse, job)
            except WindowSpent as spent:
                sleep_until(self, warehouse, run_id, self.waits_for(job), spent)


def sleep_until(
    operator: BaseOperator, warehouse: Warehouse, run_id: int, whose: tuple[str, str], spent: WindowSpent
) -> NoReturn:
    """Take down until when a run waits, and defer its task; ``whose``: target and account of the window."""
    hold_off(warehouse, run_id, spent.until)
    operator.log.info(say("%s Задача ждёт и не занимает рабочего места."), spent)
    target, account = whose
    trigger = BudgetTrigger(target=target, account=account, until=spent.until)
    operator.defer(trigger=trigger, method_name="execute")
    raise AssertionError("defer() ends the task's process")
