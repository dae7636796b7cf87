"""Whom each staged row is about."""

from collections.abc import Sequence
from typing import Any

from include.wording.clients import CLIENT_RULES
from plugins.operators.matching import MatchOperator
from plugins.steps.matching import match_clients
from plugins.warehouse import Warehouse


class MatchClientsOperator(MatchOperator):
    """
    Find or number the client of every row of ``stage.identity_key``; the answer is ``stage.client_match``.

    :param run_id: the run whose rows are matched (ops.run). Its rules are the rows of ``stage.client_rule``.
    :param create_with: a row that finds nobody creates a client if it has a key of one of these kinds.
    """

    rules = CLIENT_RULES
    template_fields: Sequence[str] = ("run_id", "create_with")

    def __init__(self, *, create_with: Any = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.create_with = create_with

    def match(self, warehouse: Warehouse, run_id: int) -> dict[str, int]:
        return match_clients(warehouse, run_id, list(self.create_with))
