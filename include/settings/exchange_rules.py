"""Exchange rules: which organisations go to which account, and into which funnel (calltouch 6.2, 6.16-18)."""

from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from include.calltouch_orders.rules import Rule, could_both_match
from include.settings.fields import Text, known_as
from include.settings.loader import Settings, did_you_mean
from include.settings.raw_sections import Found, items
from include.values.text import status_key

_KINDS = {
    "customer_order": "customer_order",
    "work_order": "work_order",
    "Заказ покупателя": "customer_order",
    "Заказ-наряд": "work_order",
}


def _kind(word: Any) -> Any:
    if not isinstance(word, str):
        return word
    folded = {status_key(known): kind for known, kind in _KINDS.items()}
    if status_key(word) not in folded:
        raise ValueError(f"нужно одно из: {', '.join(_KINDS)}{did_you_mean(word, _KINDS)}")
    return folded[status_key(word)]


DocumentKind = Annotated[
    Literal["customer_order", "work_order"],
    BeforeValidator(
        _kind,
        json_schema_input_type=Literal["customer_order", "work_order", "Заказ покупателя", "Заказ-наряд"],
    ),
]
OrganisationName = Annotated[Text, known_as("organisations", "организации")]


class Conditions(Settings):
    """What an order must be to fall into a funnel; all that is filled must hold."""

    document_kind: DocumentKind | None = None
    nomenclature_kind: Text | None = Field(None, description="Вид номенклатуры")
    nomenclature: Text | None = Field(None, description="Номенклатура или любая её папка")
    organisation: OrganisationName | None = None


class ExchangeRule(Settings):
    """A row of table 2: an account, an organisation, and a funnel for orders that meet the conditions."""

    account: Annotated[Text, known_as("accounts", "аккаунта")]
    organisation: OrganisationName | None = Field(None, description="null: любая организация")
    lead_tag: Text | None = Field(None, description="Тег, который должен быть у обращения")
    conditions: Conditions = Conditions()
    funnel_name: Text
    manual_priority: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _one_organisation(self) -> "ExchangeRule":
        inner = self.conditions.organisation
        if self.organisation and inner and self.organisation != inner:
            raise ValueError(
                f"правило для «{self.organisation}» с условием «{inner}» не подойдёт ни одному заказу"
            )
        return self

    @property
    def condition_count(self) -> int:
        """Count the filled conditions; the organisation is one, wherever it is written (A15)."""
        return self.as_rule(0, {}).condition_count

    def as_rule(self, number: int, organisations: Mapping[str, UUID]) -> Rule:
        """Give the rule as orders are compared with it; an organisation that is not known matches none."""
        return Rule(
            number=number,
            funnel=self.funnel_name,
            priority=self.manual_priority,
            lead_tag=self.lead_tag,
            organisation_ref=_ref(self.organisation, organisations),
            must_be_of=_ref(self.organisation or self.conditions.organisation, organisations),
            document_kind=self.conditions.document_kind,
            nomenclature_kind=status_key(self.conditions.nomenclature_kind),
            nomenclature=status_key(self.conditions.nomenclature),
        )


def across_rules(data: Any) -> Found:
    """Find pairs of rules of one account that leave open which funnel, or which lead tag, an order gets."""
    rules, refs = list(_readable(data)), _stand_in_refs(data)
    compiled = {index: rule.as_rule(index, refs) for index, rule in rules}
    condition = data.get("line_condition", "any") if isinstance(data, Mapping) else "any"
    for (first, one), (second, other) in combinations(rules, 2):
        if one.account != other.account:
            continue
        if _tie(compiled[first], compiled[second]) and could_both_match(
            compiled[first], compiled[second], condition
        ):
            yield ("exchange_rules", second, "manual_priority"), _tied(first, compiled[second])
        if _two_tags(compiled[first], compiled[second]):
            yield (
                ("exchange_rules", second, "lead_tag"),
                f"у той же организации в exchange_rules.{first} другой тег «{one.lead_tag}»: нужен один",
            )


def _readable(data: Any) -> list[tuple[int, ExchangeRule]]:
    found = []
    for index, item in items(data, "exchange_rules"):
        try:
            found.append((index, ExchangeRule.model_validate(item)))
        except ValidationError:
            continue
    return found


def _stand_in_refs(data: Any) -> dict[str, UUID]:
    """Number the organisations by name: for comparing rules their true GUIDs are not needed."""
    rules = [rule for _, rule in _readable(data)]
    names = {name for rule in rules for name in (rule.organisation, rule.conditions.organisation) if name}
    return {name: UUID(int=number) for number, name in enumerate(sorted(names), start=1)}


def _tie(one: Rule, other: Rule) -> bool:
    return (one.condition_count, one.priority) == (other.condition_count, other.priority)


def _tied(first: int, rule: Rule) -> str:
    return (
        f"вместе с exchange_rules.{first} может подойти одному заказу, а условий ({rule.condition_count}) и "
        f"manual_priority ({rule.priority}) у них поровну: задайте разный manual_priority, 1 важнее всех"
    )


def _two_tags(one: Rule, other: Rule) -> bool:
    tags = {one.lead_tag, other.lead_tag} - {None}
    return len(tags) > 1 and one.must_be_of == other.must_be_of


def _ref(name: str | None, organisations: Mapping[str, UUID]) -> UUID | None:
    return None if name is None else organisations.get(name, UUID(int=0))
