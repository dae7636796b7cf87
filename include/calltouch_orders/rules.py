"""
Which funnel an order belongs to, and by which tag its lead is known (calltouch 6.16-18, A14-A16).

Of the rules that match, the one with more conditions wins, then the one of the smaller manual priority.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple
from uuid import UUID

from include.calltouch_orders.order import Line, Order
from include.values.text import status_key

LineCondition = Literal["any", "all", "majority_sum"]


class Rule(NamedTuple):
    """An exchange rule as orders are compared with it: references for names, texts folded."""

    number: int
    funnel: str
    priority: int = 1
    lead_tag: str | None = None
    organisation_ref: UUID | None = None  # the rule's own organisation: whose orders are sent at all
    must_be_of: UUID | None = None  # that one, or the organisation among the conditions
    document_kind: str | None = None
    nomenclature_kind: str | None = None
    nomenclature: str | None = None

    @property
    def condition_count(self) -> int:
        """Count the filled conditions, the organisation among them (A15)."""
        filled = (self.document_kind, self.nomenclature_kind, self.nomenclature, self.must_be_of)
        return sum(condition is not None for condition in filled)


def by_importance(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Sort rules: more conditions first, then the smaller priority, then as they are written."""
    return tuple(sorted(rules, key=lambda rule: (-rule.condition_count, rule.priority, rule.number)))


def is_synchronised(rules: Iterable[Rule], organisation: UUID | None) -> bool:
    """Tell whether an organisation's orders are sent: some rule is for it or for any (6.4, A19)."""
    return any(rule.organisation_ref in (None, organisation) for rule in rules)


def choose_rule(rules: Iterable[Rule], order: Order, lines: LineCondition = "any") -> Rule | None:
    """Choose among an account's rules, sorted by importance, the first that matches an order."""
    return next((rule for rule in rules if _matches(rule, order, lines)), None)


def lead_tag(rules: Iterable[Rule], order: Order) -> str | None:
    """Find the tag that leads of the order's organisation carry; its own goes before a general one."""
    tagged = [rule for rule in rules if rule.lead_tag and rule.must_be_of in (None, order.organisation_ref)]
    own = (rule.lead_tag for rule in tagged if rule.must_be_of is not None)
    return next(own, None) or next((rule.lead_tag for rule in tagged), None)


def could_both_match(one: Rule, other: Rule, lines: str) -> bool:
    """
    Tell whether some order could match both rules.

    Two kinds of goods exclude each other only where one rule must hold for all or most of the lines;
    a group may lie inside any other.
    """
    pairs = [(one.must_be_of, other.must_be_of), (one.document_kind, other.document_kind)]
    if lines != "any":
        pairs.append((one.nomenclature_kind, other.nomenclature_kind))
    return all(left is None or right is None or left == right for left, right in pairs)


def _matches(rule: Rule, order: Order, lines: LineCondition) -> bool:
    if rule.must_be_of is not None and rule.must_be_of != order.organisation_ref:
        return False
    if rule.document_kind is not None and rule.document_kind != order.kind:
        return False
    if rule.nomenclature_kind is None and rule.nomenclature is None:
        return True
    return _lines_match(rule, order.lines, lines)


def _lines_match(rule: Rule, lines: Sequence[Line], condition: LineCondition) -> bool:
    if condition == "any":
        return any(_line_matches(rule, line) for line in lines)
    if condition == "all":
        return bool(lines) and all(_line_matches(rule, line) for line in lines)
    return 2 * _sum(line for line in lines if _line_matches(rule, line)) > _sum(lines)


def _line_matches(rule: Rule, line: Line) -> bool:
    if rule.nomenclature_kind is not None and rule.nomenclature_kind != status_key(line.kind):
        return False
    return rule.nomenclature is None or _within(rule.nomenclature, line.groups)


def _within(group: str, groups: Collection[str]) -> bool:
    return any(status_key(name) == group for name in groups)


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount or Decimal(0) for line in lines), Decimal(0))
