"""What Calltouch was told, how that differs from 1C, and what the log says of it."""

from decimal import Decimal

import pytest

from include.calltouch_orders.decide import decide
from include.calltouch_orders.differences import differences, expected, last_told
from include.calltouch_orders.messages import TELLERS, WORDS, difference_line, log_line
from include.calltouch_orders.order import KnownDeal
from include.calltouch_orders.told import told
from include.wording.messages import describe
from tests.include.calltouch_orders.orders import (
    MOSCOW,
    at,
    created,
    line,
    main_account,
    order,
    sale,
    settings_of,
    shipped,
)

SETTINGS = settings_of()
ACCOUNT = main_account(SETTINGS)
TEXTS = {
    "ORDER_CREATED": "Отправлен",
    "ORDER_SHIPPED": "Отгружен",
    "SUMS_CHANGED": "Суммы",
    "TEXT_CUT": "Обрезан",
}


def sentences(about, settings=SETTINGS) -> list[str]:
    decision = decide(about, ACCOUNT, settings)
    told = describe(decision.codes, decision.details, TEXTS, MOSCOW, TELLERS)
    return [str(sentence).replace("\u202f", " ").replace("\u00a0", " ") for sentence in told]


def test_what_was_accepted_is_what_calltouch_knows():
    element = decide(order(lines=[line("Шины")]), ACCOUNT, SETTINGS).after or {}
    assert told(None, element, MOSCOW) == KnownDeal(
        state="created",
        sent_status="Оформлен заказ",
        sent_status_at=at("2026-03-15 17:21:44"),
        sent_revenue=Decimal("1760.00"),
        sent_funnel="Остальное",
        sent_manager="Петров П. П.",
        sent_tags=["Шины"],
    )


def test_fields_that_an_update_omits_stay_as_they_were():
    sums = decide(order(deal=shipped(), sale=sale("5.00", "1.00")), ACCOUNT, SETTINGS).after or {}
    expected_deal = shipped("5.00", "1.00")
    assert told(shipped(), sums, MOSCOW) == expected_deal
    assert told(KnownDeal("rejected"), {}, MOSCOW).state == "created"


def test_a_check_shows_each_field_that_differs_and_no_other():
    about = order(deal=shipped("1000.00"), sale=sale("1760.00", "1003.71"), lines=[line("Шины")])
    now = expected(about, ACCOUNT, SETTINGS)
    assert now == {
        **{"status": "Заказ отгружен", "revenue": "1760.00", "margin": "1003.71", "funnel": "Остальное"},
        **{"manager": "Петров П. П.", "tags": "Шины"},
    }
    found = differences(now, last_told(shipped("1000.00")))
    assert [difference_line(one).replace("\u202f", " ").replace("\u00a0", " ") for one in found] == [
        "выручка: в 1С 1 760,00 ₽, в Calltouch 1 000,00 ₽",
        "теги: в 1С «Шины», в Calltouch нет",
    ]


def test_a_check_of_an_order_not_shipped_compares_the_documents_sum_and_no_margin():
    now = expected(order(total=Decimal("2000.00")), ACCOUNT, SETTINGS)
    assert (now["status"], now["revenue"], now["margin"], now["tags"]) == (
        "Оформлен заказ",
        "2000.00",
        None,
        None,
    )
    assert [one.field for one in differences(now, last_told(created()))] == ["revenue"]


def test_what_an_answer_of_calltouch_lacks_is_not_a_difference():
    assert differences({"status": "A", "funnel": "B"}, {"status": "A"}) == []


def test_the_log_tells_old_and_new_sums():
    assert sentences(order()) == ["Отправлен: 1 760,00 ₽"]
    assert sentences(order(deal=created(), sale=sale("1500.00", "90.00"))) == [
        "Отгружен: выручка 1 760,00 ₽ → 1 500,00 ₽, маржа не было → 90,00 ₽"
    ]
    assert sentences(order(deal=shipped(), sale=sale("0.00", "1003.71"))) == [
        "Суммы: выручка 1 760,00 ₽ → 0,00 ₽"
    ]
    assert sentences(order(title="т" * 300))[1] == "Обрезан: название (300 зн.)"


def test_a_document_is_one_line_of_the_task_log_without_personal_data():
    about = order(title="Заказ 8 921 000-11-22")
    decision = decide(about, ACCOUNT, SETTINGS)
    told = describe(decision.codes, decision.details, TEXTS, MOSCOW, TELLERS)
    line_of_log = log_line(about.title, decision.outcome, told).replace("\u202f", " ").replace("\u00a0", " ")
    assert line_of_log == "Заказ +7921***1122: сделка создана. Отправлен: 1 760,00 ₽"
    assert log_line("Заказ 1", "unchanged", []) == "Заказ 1: без изменений"


@pytest.mark.parametrize(
    "details", [{}, {"revenue": 1, "cut": [], "currency": None, "state": 5, "error": {}}]
)
def test_damaged_details_never_stop_a_page(details):
    for code in TELLERS:
        (sentence,) = describe([code], details, {}, MOSCOW, TELLERS)
        assert str(sentence).startswith(code)


@pytest.mark.parametrize(
    ("found", "said"), [([], "отличий нет"), ([{}], "1 отличие"), ([{}] * 3, "3 отличия"), ("damaged", "")]
)
def test_a_check_by_hand_says_how_much_differs(found, said):
    (sentence,) = describe(["ORDER_CHECKED"], {"differences": found}, {}, MOSCOW, TELLERS)
    assert sentence.particulars == said


def test_every_outcome_of_a_decision_has_a_word():
    outcomes = {
        "created",
        "shipped",
        "changed",
        "unchanged",
        "skipped_no_contact",
        "no_deal",
        "skipped",
        "refused",
    }
    assert outcomes <= set(WORDS.outcomes)
