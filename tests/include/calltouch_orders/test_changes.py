"""What an action changes, in words; and what cannot be read stops nothing."""

from typing import Any

import pytest

from include.calltouch_orders.changes import Change, changes, compared

THIN, FIXED = "\u202f", "\u00a0"


def test_fields_that_stay_are_left_out_and_the_rest_stand_in_one_order() -> None:
    before = {"revenue": "100.00", "status": "Оформлен заказ", "funnel": "Шины"}
    after = {"orderNumber": "x", "revenue": "1250.50", "funnel": "Шины", "status": "Заказ отгружен"}
    assert changes(before, after) == [
        Change("статус", "Оформлен заказ", "Заказ отгружен"),
        Change("выручка", f"100,00{FIXED}₽", f"1{THIN}250,50{FIXED}₽"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("statusDate", "15-03-2026 17:21:44", "15.03.2026 17:21"),
        ("statusDate", "вчера", "вчера"),
        ("addTags", [{"tag": "Шины"}, {"tag": "Масла"}], "Шины, Масла"),
        ("addTags", {"overwrite": True, "tags": [{"tag": "Шины"}]}, "Шины"),
        ("addTags", {"overwrite": False, "tags": [{"tag": "Шины"}]}, "Шины (к прежним)"),
        ("addTags", {"overwrite": True, "tags": []}, None),
        ("currency", "rub", "RUB"),
        ("margin", "0.00", f"0,00{FIXED}₽"),
        ("reMatching", True, "да"),
        ("manager", "Орлов, 8 921 000-11-22", "Орлов, +7921***1122"),
        ("comment", {"deep": ["79210001122"]}, '{"deep": ["+7921***1122"]}'),
        ("matching", [{"type": "withoutSource"}], "иначе без источника"),
        ("orderContacts", {"mainContacts": {"fio": "Анна"}}, "Анна"),
        ("orderContacts", ["нечто"], '["нечто"]'),
    ],
)
def test_each_field_is_told_in_its_own_way(field: str, value: Any, said: str | None) -> None:
    assert [change.new for change in changes(None, {field: value})] == ([said] if said else [])


def test_a_lead_is_sought_by_masked_contacts() -> None:
    lead = {"phones": ["79210001122"], "emails": ["anna@example.org"], "tags": ["Садовая"]}
    [change] = changes(None, {"matching": [{"type": "leadContact", "leadContactParams": lead}]})
    assert change == Change("поиск обращения", None, "+7921***1122, a***@example.org, с тегом «Садовая»")


def test_all_contacts_of_a_deal_are_told_masked() -> None:
    contacts = {
        "mainContacts": {"fio": "Анна", "phoneNumber": "79210001122", "email": "anna@example.org"},
        "otherContacts": {"phoneNumber": ["79210003344"]},
    }
    [change] = changes({}, {"orderContacts": contacts})
    assert change.new == "Анна, +7921***1122, a***@example.org; ещё +7921***3344"


@pytest.mark.parametrize("damaged", [None, [], "text", 5, ["a"]])
def test_damaged_sides_are_no_changes(damaged: Any) -> None:
    assert changes(damaged, damaged) == []
    assert compared(damaged) == []


def test_a_check_by_hand_tells_both_sides() -> None:
    found = [{"field": "revenue", "in_order": "10.00", "in_calltouch": None}]
    assert compared(found) == [Change("выручка", None, f"10,00{FIXED}₽")]
