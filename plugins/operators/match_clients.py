"""Whom each staged row is about."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseOperator, Context

from plugins.hooks.warehouse import WarehouseHook
from plugins.operators.working import working_on
from plugins.steps import ledger
from plugins.steps.matching import match_clients


class MatchClientsOperator(BaseOperator):
    """
    Find or number the client of every row of ``stage.identity_key``; the answer is ``stage.client_match``.

    :param run_id: the run whose rows are matched (ops.run). Its rules are the rows of ``stage.client_rule``.
    :param create_with: a row that finds nobody creates a client if it has a key of one of these kinds.
    """

    template_fields: Sequence[str] = ("run_id", "create_with")

    def __init__(self, *, run_id: Any, create_with: Any = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run_id = run_id
        self.create_with = create_with

    def execute(self, context: Context) -> None:
        """Match in one transaction: a second attempt starts from nothing."""
        with WarehouseHook().session() as warehouse, working_on(warehouse, int(self.run_id)):
            context["source_name"] = ledger.run(warehouse, int(self.run_id)).source  # type: ignore[typeddict-unknown-key]
            with warehouse.transaction():
                found = match_clients(warehouse, int(self.run_id), list(self.create_with))
            for rule, rows in found.items():
                self.log.info("%12s  %s", f"{rows:,}".replace(",", " "), rule)
