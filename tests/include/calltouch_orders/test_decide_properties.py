"""Whatever happens to an order: promises of the decision that hold for every history (calltouch 6)."""

import json
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from include.calltouch_orders.decide import Decision, decide
from include.calltouch_orders.order import KnownDeal, Order
from sandbox.calltouch_checks import problems
from tests.include.calltouch_orders.orders import SERVICE, SHOP, at, carried_out, line, order, settings_of
from tests.include.calltouch_orders.sales import Document, sale_of

RULES: list[dict[str, Any]] = [
    {"organisation": "shop", "lead_tag": "ЕР", "funnel_name": "Магазин"},
    {"organisation": "shop", "funnel_name": "Масла", "conditions": {"nomenclature_kind": "Масла"}},
    {"funnel_name": "Сервис", "conditions": {"document_kind": "work_order"}, "manual_priority": 2},
    {"funnel_name": "Остальное"},
]
CHOICES = [
    settings_of(
        RULES, create_revenue=revenue, replace_tags=replace, deleted_status=status, line_condition=lines
    )
    for revenue, replace, status, lines in (
        ("document_sum", True, None, "any"),
        ("zero", False, "Удалён", "all"),
        ("document_sum", False, "Удалён", "majority_sum"),
    )
]
FORWARDS, BACKWARDS = settings_of(RULES), settings_of(RULES[::-1])
SUMS = st.decimals(0, 100_000, places=2)
DOCUMENTS = st.lists(
    st.builds(
        Document,
        is_return=st.booleans(),
        at=st.integers(0, 90).map(lambda days: at("2026-03-16 12:00:00") + timedelta(days=days)),
        total=SUMS,
        profit=st.none() | st.decimals(-50_000, 50_000, places=2),
        posted=st.booleans(),
        deleted=st.booleans(),
        rate=st.sampled_from([Decimal(1), Decimal("92.5058")]),
    ),
    max_size=5,
)
CHANGES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["customer_order", "work_order"]),
        "organisation_ref": st.sampled_from([SHOP, SERVICE]),
        "deleted": st.booleans(),
        "posted": st.booleans(),
        "manager": st.none() | st.text(max_size=120),
        "total": st.decimals(-10, 100_000, places=2),
        "phones": st.sampled_from([[], ["79210001122"], ["79210001122", "79210002233"]]),
        "emails": st.sampled_from([[], ["ivan@example.org"]]),
        "lines": st.lists(st.sampled_from([line("Масла"), line("Шины"), line(None)]), max_size=3),
    }
)
# What 1C says, time after time: the document as edited, and its shipments and returns by then.
HISTORIES = st.lists(st.tuples(CHANGES, DOCUMENTS), min_size=1, max_size=4)
SETTINGS = st.sampled_from(CHOICES)
MODES = st.sampled_from(["auto", "send_one", "check_one", "send_period"])


def decided(about: Order, settings: Any, mode: Any = "auto") -> Decision:
    return decide(about, settings.account("main"), settings, mode)


def lived(history: Any, settings: Any) -> list[tuple[Order, Decision]]:
    """Run after every change of the documents, each run twice, and keep every question with its answer."""
    about, answers = order(), []
    for changes, documents in history:
        about = about._replace(**changes, sale=sale_of(documents))
        for _ in range(3):
            decision = decided(about, settings)
            answers.append((about, decision))
            about = carried_out(about, decision)
    return answers


@given(HISTORIES, SETTINGS)
def test_a_deal_is_created_at_most_once_and_before_anything_else(history, settings):
    kinds = [decision.kind for _, decision in lived(history, settings) if decision.kind]
    assert kinds.count("create") <= 1
    assert not kinds or kinds[0] == "create"


@given(HISTORIES, SETTINGS)
def test_revenue_is_never_below_zero(history, settings):
    for _, decision in lived(history, settings):
        assert Decimal((decision.after or {}).get("revenue", 0)) >= 0


@given(HISTORIES, SETTINGS)
def test_when_decisions_are_carried_out_nothing_more_is_to_be_sent(history, settings):
    about = lived(history, settings)[-1][0]
    for _ in range(3):
        about = carried_out(about, decided(about, settings))
    assert decided(about, settings).kind is None
    assert decided(about, settings).state is None


@given(HISTORIES, SETTINGS)
def test_once_shipped_a_deal_shows_the_net_of_what_counts(history, settings):
    for about, decision in lived(history, settings):
        after = carried_out(about, decision)
        if after.deal is None or after.deal.state != "shipped" or "status" in (decision.after or {}):
            continue
        assert after.deal.sent_revenue == max(about.sale.revenue, Decimal(0))


@given(CHANGES, DOCUMENTS, SETTINGS, st.sampled_from([None, "create_pending", "created", "shipped"]))
def test_the_order_of_shipments_and_returns_does_not_matter(changes, documents, settings, state):
    deal = state and KnownDeal(state, sent_status="Оформлен заказ", sent_revenue=Decimal(1))
    shuffled = random.Random(1).sample(documents, len(documents))
    one, other = (order(**changes, deal=deal, sale=sale_of(all_)) for all_ in (documents, shuffled))
    assert decided(one, settings) == decided(other, settings)


@given(CHANGES, DOCUMENTS)
def test_the_order_of_the_rules_does_not_matter(changes, documents):
    about = order(**changes, sale=sale_of(documents))
    assert decided(about, FORWARDS) == decided(about, BACKWARDS)


@given(HISTORIES, SETTINGS, MODES)
def test_an_answer_is_plain_json_has_codes_if_it_sends_and_asked_again_is_the_same(history, settings, mode):
    for about, _ in lived(history, settings):
        decision = decided(about, settings, mode)
        assert decision == decided(about, settings, mode)
        told = [decision.details, decision.before, decision.after, list(decision.codes)]
        assert json.loads(json.dumps(told)) == told
        assert (decision.kind is None) == (decision.after is None)
        assert decision.codes or decision.kind is None
        assert (decision.state == "create_pending") == (decision.kind == "create")


@given(HISTORIES, SETTINGS)
def test_an_update_says_what_it_replaces(history, settings):
    for _, decision in lived(history, settings):
        if decision.kind == "update":
            sent = set(decision.after or {}) - {"orderNumber", "updateDate", "currency"}
            assert set(decision.before or {}) == sent


@given(HISTORIES, SETTINGS)
def test_whatever_is_sent_has_the_documented_shape(history, settings):
    for _, decision in lived(history, settings):
        if decision.kind:
            assert problems(decision.kind, {"crm": settings.crm, "orders": [decision.after]}) == []
