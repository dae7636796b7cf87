"""What the operators that match have in common: they hold a run and answer its staged rows."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow.sdk import BaseOperator, Context

from plugins.faults import carrying_on
from plugins.hooks.warehouse import WarehouseHook
from plugins.runs import show_source
from plugins.steps import ledger
from plugins.story import tell_rules
from plugins.warehouse import Warehouse


class MatchOperator(BaseOperator):
    """
    Match the staged rows of a run.

    :param run_id: the run whose rows are matched (ops.run).
    """

    rules: ClassVar[Mapping[str, str]] = {}  # what the log calls them
    template_fields: Sequence[str] = ("run_id",)

    def __init__(self, *, run_id: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run_id = run_id

    def match(self, warehouse: Warehouse, run_id: int) -> dict[str, int]:
        """Match; give the number of rows by rule."""
        raise NotImplementedError

    def execute(self, context: Context) -> None:
        """Match in one transaction: a second attempt starts from nothing."""
        run_id = int(self.run_id)
        with WarehouseHook().session() as warehouse, carrying_on(warehouse, run_id, needs_staged=True):
            show_source(context, ledger.run(warehouse, run_id).source)
            with warehouse.transaction():
                found = self.match(warehouse, run_id)
            tell_rules(self.rules, found)
