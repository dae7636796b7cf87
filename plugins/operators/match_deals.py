"""Which deal each staged row is about."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseOperator, Context

from plugins.hooks.warehouse import WarehouseHook
from plugins.operators.working import working_on
from plugins.steps import ledger
from plugins.steps.matching import match_deals


class MatchDealsOperator(BaseOperator):
    """
    Find or number the deal of every row of ``stage.deal_candidate``; the answer is ``stage.deal_match``.

    :param run_id: the run whose rows are matched (ops.run). Its rules are the rows of ``stage.deal_rule``.
    """

    template_fields: Sequence[str] = ("run_id",)

    def __init__(self, *, run_id: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run_id = run_id

    def execute(self, context: Context) -> None:
        """Match in one transaction: a second attempt starts from nothing."""
        with WarehouseHook().session() as warehouse, working_on(warehouse, int(self.run_id)):
            context["source_name"] = ledger.run(warehouse, int(self.run_id)).source  # type: ignore[typeddict-unknown-key]
            with warehouse.transaction():
                found = match_deals(warehouse, int(self.run_id))
            for rule, rows in found.items():
                self.log.info("%12s  %s", f"{rows:,}".replace(",", " "), rule)
