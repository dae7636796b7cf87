"""Funnels as a decision table: an order, the rules there are, and which of them gets it (calltouch 6)."""

import random
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.calltouch_orders.rules import (
    Rule,
    by_importance,
    choose_rule,
    could_both_match,
    is_synchronised,
    lead_tag,
)
from tests.include.calltouch_orders.orders import OTHER, SERVICE, SHOP, line, order, settings_of

OIL = line("Масла", "Масло 5W-40", "Моторные масла", "Масла и жидкости", amount="900.00")
TYRE = line("Шины", "Шина зимняя", "Шины", amount="400.00")
WORK = line("Услуга", "Замена масла", amount="300.00")
EMPTY = line(None, amount="0.00")

REST = {"funnel_name": "Остальное"}
OF_SHOP = {"funnel_name": "Магазин", "organisation": "shop"}
OILS = {"funnel_name": "Масла", "conditions": {"nomenclature_kind": "масла "}}
FLUIDS = {"funnel_name": "Жидкости", "conditions": {"nomenclature": "Масла и жидкости"}, "manual_priority": 2}
SHOP_OILS = {
    "funnel_name": "Масла магазина",
    "organisation": "shop",
    "conditions": {"nomenclature_kind": "Масла"},
}
WORKS = {"funnel_name": "Сервис", "conditions": {"document_kind": "Заказ-наряд"}, "manual_priority": 3}
SERVICE_IF = {"funnel_name": "Сервис-центр", "conditions": {"organisation": "service"}}
OIL_IN_FOLDER = {
    "funnel_name": "Масла в папке",
    "conditions": {"nomenclature_kind": "Масла", "nomenclature": "Моторные масла"},
}
ITEM = {"funnel_name": "Один товар", "conditions": {"nomenclature": "масло  5w-40"}, "manual_priority": 4}


def funnel_of(rules: list[dict[str, Any]], condition: str = "any", **changes: Any) -> str | None:
    settings = settings_of(rules, line_condition=condition)
    chosen = choose_rule(settings.rules_of(settings.account("main")), order(**changes), condition)
    return chosen and chosen.funnel


ORDERINGS = [
    (
        "more conditions win over fewer",
        [REST, OF_SHOP, OILS | {"manual_priority": 5}, SHOP_OILS],
        "Масла магазина",
    ),
    ("the organisation is a condition", [REST, OF_SHOP], "Магазин"),
    ("of as many conditions, priority 1 is before 2", [REST, FLUIDS, OILS], "Масла"),
    ("... whatever they are conditions of", [REST, OF_SHOP | {"manual_priority": 9}, FLUIDS], "Жидкости"),
    ("a rule without conditions gets what is left", [WORKS, SERVICE_IF, REST], "Остальное"),
]


@pytest.mark.parametrize(
    ("rules", "funnel"), [row[1:] for row in ORDERINGS], ids=[row[0] for row in ORDERINGS]
)
def test_the_most_important_matching_rule_gives_the_funnel_however_they_are_written(rules, funnel):
    for rows in permutations(rules):
        assert funnel_of(list(rows), lines=[OIL, WORK]) == funnel


@pytest.mark.parametrize(
    ("rule", "changes", "matches"),
    [
        (REST, {}, True),
        (OF_SHOP, {"organisation_ref": SHOP}, True),
        (OF_SHOP, {"organisation_ref": SERVICE}, False),
        (OF_SHOP, {"organisation_ref": None}, False),
        (SERVICE_IF, {"organisation_ref": SERVICE}, True),
        (SERVICE_IF, {"organisation_ref": SHOP}, False),
        (WORKS, {"kind": "work_order"}, True),
        (WORKS, {"kind": "customer_order"}, False),
        (OILS, {"lines": [OIL]}, True),
        (OILS, {"lines": [WORK, OIL]}, True),
        (OILS, {"lines": [WORK]}, False),
        (OILS, {"lines": [EMPTY]}, False),
        (OILS, {"lines": []}, False),
        (FLUIDS, {"lines": [OIL]}, True),
        (FLUIDS, {"lines": [TYRE]}, False),
        (ITEM, {"lines": [OIL]}, True),
        (OIL_IN_FOLDER, {"lines": [OIL]}, True),
        # One line of the kind and another in the folder are not a line that is both.
        (
            OIL_IN_FOLDER,
            {"lines": [line("Масла", "Масло", "Прочее"), line("Товар", "X", "Моторные масла")]},
            False,
        ),
        (SHOP_OILS, {"lines": [OIL], "organisation_ref": SERVICE}, False),
    ],
)
def test_every_filled_condition_must_hold(rule, changes, matches):
    assert (funnel_of([rule], **changes) is not None) is matches


@pytest.mark.parametrize(
    ("lines", "any_line", "all_lines", "most_of_the_sum"),
    [
        ([OIL], True, True, True),
        ([OIL, WORK, TYRE], True, False, True),
        ([OIL, line("Работа", amount="900.00")], True, False, False),
        ([OIL, line("Ремонт", amount="90000.00")], True, False, False),
        ([line("Масла", amount="0.00")], True, True, False),
        ([TYRE], False, False, False),
        ([], False, False, False),
    ],
)
def test_one_bottle_of_oil_labels_a_repair_only_if_the_owner_says_so(
    lines, any_line, all_lines, most_of_the_sum
):
    answers = {"any": any_line, "all": all_lines, "majority_sum": most_of_the_sum}
    for condition, answer in answers.items():
        assert (funnel_of([OILS], condition, lines=lines) is not None) is answer, condition


def test_an_order_that_no_rule_fits_has_no_funnel():
    assert funnel_of([WORKS, OILS], lines=[TYRE]) is None


def test_only_organisations_with_a_rule_are_sent():
    for_shop = settings_of([OF_SHOP])
    for_any = settings_of([OF_SHOP, REST])
    by_condition = settings_of([SERVICE_IF])
    sent = {
        name: [
            is_synchronised(settings.rules_of(settings.account("main")), ref)
            for ref in (SHOP, SERVICE, OTHER, None)
        ]
        for name, settings in (("shop", for_shop), ("any", for_any), ("condition", by_condition))
    }
    assert sent == {
        "shop": [True, False, False, False],
        "any": [True, True, True, True],
        "condition": [True, True, True, True],
    }


def test_a_lead_is_known_by_the_tag_of_the_organisation_then_by_the_general_one():
    general = REST | {"lead_tag": "Все"}
    settings = settings_of([OILS | {"manual_priority": 5}, OF_SHOP | {"lead_tag": "ЕР"}, general])
    rules = settings.rules_of(settings.account("main"))
    oils_of_shop = order(organisation_ref=SHOP, lines=[OIL])
    assert lead_tag(rules, oils_of_shop) == "ЕР"
    assert lead_tag(rules, order(organisation_ref=SERVICE)) == "Все"
    assert (
        lead_tag(
            by_importance(rule for rule in rules if rule.lead_tag != "Все"), order(organisation_ref=SERVICE)
        )
        is None
    )


KINDS = st.sampled_from([None, "шины", "масла"])
RULES = st.lists(
    st.builds(
        Rule,
        number=st.just(0),
        funnel=st.uuids().map(str),
        priority=st.integers(1, 2),
        must_be_of=st.sampled_from([None, SHOP, SERVICE]),
        document_kind=st.sampled_from([None, "customer_order", "work_order"]),
        nomenclature_kind=KINDS,
        nomenclature=KINDS,
    ),
    max_size=8,
)
LINES = st.lists(
    st.sampled_from([OIL, TYRE, WORK, line("Масла", "Шины"), line("Шины", "Масла", amount="2.00")]),
    max_size=3,
)


@given(RULES, LINES, st.sampled_from([SHOP, SERVICE, OTHER]), st.sampled_from(["any", "all", "majority_sum"]))
def test_rules_that_are_admitted_give_the_same_funnel_in_whatever_order(
    rules, lines, organisation, condition
):
    admitted: list[Rule] = []
    for number, rule in enumerate(rules):
        if not any(_tie(rule, known) and could_both_match(rule, known, condition) for known in admitted):
            admitted.append(rule._replace(number=number))
    shuffled = random.Random(1).sample(admitted, len(admitted))
    renumbered = [rule._replace(number=number) for number, rule in enumerate(shuffled)]
    about = order(organisation_ref=organisation, lines=lines)
    first = choose_rule(by_importance(admitted), about, condition)
    second = choose_rule(by_importance(renumbered), about, condition)
    assert (first and first.funnel) == (second and second.funnel)


def _tie(one: Rule, other: Rule) -> bool:
    return (one.condition_count, one.priority) == (other.condition_count, other.priority)
