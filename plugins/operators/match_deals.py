"""Which deal each staged row is about."""

from include.wording.clients import DEAL_RULES
from plugins.operators.matching import MatchOperator
from plugins.steps.matching import match_deals
from plugins.warehouse import Warehouse


class MatchDealsOperator(MatchOperator):
    """
    Find or number the deal of every row of ``stage.deal_candidate``; the answer is ``stage.deal_match``.

    :param run_id: the run whose rows are matched (ops.run). Its rules are the rows of ``stage.deal_rule``.
    """

    rules = DEAL_RULES

    def match(self, warehouse: Warehouse, run_id: int) -> dict[str, int]:
        return match_deals(warehouse, run_id)
