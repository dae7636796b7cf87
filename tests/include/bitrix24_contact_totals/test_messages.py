"""What the log of the totals says, code by code; every code of Bitrix24 is told or needs no telling."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from include.bitrix24_contact_totals.changes import Named, changes
from include.bitrix24_contact_totals.messages import TELLERS, WORDS
from include.bitrix24_contact_totals.wording import COUNTED, DRIFT_CODES, DRIFTS, OUTCOMES
from include.bitrix24_deal_products.messages import TELLERS as PRODUCT_TELLERS
from include.paths import SQL_DIR
from include.wording.changes import Change
from include.wording.messages import describe

MOSCOW = ZoneInfo("Europe/Moscow")
FIELDS = {
    "UF_CRM_SUM_3_2025": {"before": "0.00", "after": "50000.50", "year": 2025, "direction": "Экспедиции"},
    "UF_CRM_SUM_0_2026": {"before": None, "after": "1250000.00", "year": 2026, "direction": "Туры"},
    "UF_CRM_SUM_ALL": {"before": "1", "after": "2.125", "year": None, "direction": None},
}
DEAL = {
    "title": "Байкал",
    "sum": "100.50",
    "currency": "EUR",
    "rate": "98.5",
    "year": 2026,
    "direction": "Туры",
}
NEEDS_NO_TELLER = {"B24_CONTACT_GONE"}  # the row names the contact, and there is nothing else to say


def told(code: str, details: Any) -> str:
    [sentence] = describe([code], details, {}, MOSCOW, WORDS.tellers)
    return sentence.particulars.replace("\u202f", " ").replace("\u00a0", " ")


def codes() -> dict[str, str]:
    """Read the dictionary of codes, with the texts, from the schema."""
    [schema] = (SQL_DIR / "schema").glob("*_bitrix24.sql")
    text = schema.read_text(encoding="utf-8")
    return dict(re.findall(r"^\('(B24_\w+)', '\w+', '([^']+)'\)", text, re.MULTILINE))


def test_every_code_has_a_teller_or_needs_none() -> None:
    tellers = TELLERS.keys() | PRODUCT_TELLERS.keys()
    assert len(codes()) > 45
    assert codes().keys() - tellers == NEEDS_NO_TELLER
    assert {code for code in tellers if code.startswith("B24_")} - codes().keys() == set()


def test_every_kind_of_drift_is_of_known_codes() -> None:
    assert DRIFTS.keys() == DRIFT_CODES.keys()
    assert {code for each in DRIFT_CODES.values() for code in each} <= codes().keys()


def test_every_outcome_is_counted_in_words() -> None:
    assert COUNTED.keys() == OUTCOMES.keys()


@pytest.mark.parametrize("code", TELLERS)
@pytest.mark.parametrize(
    "damaged",
    [{}, [], None, "x", {"fields": 5, "drift": [], "missing": "x", "not_accepted": {}, "sum": {}, "title": 7},
     {"fields": {"a": 1, "b": None}, "drift": {"a": 2}, "missing": [None, {}], "conflicts": 3, "rate": []}],
)  # fmt: skip
def test_damaged_details_leave_at_least_the_text_of_the_code(code: str, damaged: Any) -> None:
    [sentence] = describe([code], damaged, codes(), MOSCOW, TELLERS)
    assert sentence.text == codes()[code]


def test_totals_are_told_as_they_were_and_as_they_are_the_newest_first() -> None:
    assert told("B24_TOTALS_CHANGED", {"fields": FIELDS}) == (
        "Туры, 2026: пусто → 1 250 000,00; Экспедиции, 2025: 0,00 → 50 000,50; "
        "все направления за все годы: 1 → 2,125"
    )


def test_a_long_list_is_cut() -> None:
    many = {f"UF_{n}": {"before": None, "after": "1", "year": 2000 + n, "direction": "Т"} for n in range(9)}
    assert told("B24_TOTALS_CHANGED", {"fields": many}).endswith("Т, 2003: пусто → 1; и ещё 3")


@pytest.mark.parametrize(
    ("code", "details", "words"),
    [
        (
            "B24_MANUAL_EDIT",
            {"fields": FIELDS, "drift": {"UF_CRM_SUM_0_2026": {"known": "10.00", "held": None}}},
            "Туры, 2026: было 10,00, оказалось пусто",
        ),
        (
            "B24_MANUAL_EDIT",
            {"drift": {"UF_X": {"known": "10.00", "held": "11.5"}}},
            "UF_X: было 10,00, оказалось 11,5",
        ),
        ("B24_ODD_VALUE", {"drift": {"UF_X": {"known": None, "held": "1250.5|RUB"}}}, "UF_X: «1250.5|RUB»"),
        (
            "B24_FIELD_MISSING",
            {"missing": ["UF_CRM_SUM_0_2026", "UF_X"], "fields": FIELDS},
            "Туры, 2026; UF_X",
        ),
        ("B24_FIELD_MISSING", {"unsent_fields": ["UF_X"]}, "UF_X"),
        ("B24_NOT_ACCEPTED", {"not_accepted": ["UF_CRM_SUM_0_2026"], "fields": FIELDS}, "Туры, 2026"),
        ("B24_REFUSED", {"error": "ERROR: +7 921 000-12-34"}, "ERROR: +7921***1234"),
        ("B24_UNATTRIBUTED", DEAL, "«Байкал», 100,50 €, Туры, 2026"),
        ("B24_RATE_FROZEN", DEAL, "«Байкал», 100,50 €, Туры, 2026, курс 98,5"),
        ("B24_BAD_SUM", {"title": "Байкал"}, "«Байкал»"),
        ("B24_DEAL_LEFT", {"sum": "1.2340", "currency": "KWD"}, "1,234 KWD"),
        ("B24_FIELD_CREATED", {"field": "UF_X", "label": "Сумма"}, "«Сумма» (UF_X)"),
        ("B24_FIELD_NOT_CREATED", {"field": "UF_X", "error": "Нет прав"}, "UF_X, Нет прав"),
        ("B24_NOT_SENT", {"field": "UF_X", "label": "Сумма"}, "«Сумма» (UF_X)"),
        ("B24_YEAR_OUTSIDE", {"message": "Сделок: 5."}, "Сделок: 5."),
        ("B24_YEAR_OUTSIDE", DEAL, "«Байкал», 100,50 €, Туры, 2026"),
        ("B24_SHARED_CLIENT", {"rule": "phone", "conflicts": [1, 2]}, "по телефону, подходят ещё 2 клиента"),
        ("B24_POSTPONED", {"message": "Отложено: 5."}, "Отложено: 5."),
    ],
)  # fmt: skip
def test_each_code_says_what_its_details_hold(code: str, details: Any, words: str) -> None:
    assert told(code, details) == words


def test_a_write_is_told_field_by_field() -> None:
    named = {
        "UF_CRM_SUM_3_2025": Named("UF_CRM_SUM_3_2025", "total", 2025, "Экспедиции"),
        "UF_CRM_SUM_ALL_2026": Named("UF_CRM_SUM_ALL_2026", "year", 2026, None),
        "UF_CRM_SUM_ALL": Named("UF_CRM_SUM_ALL", "all", None, None),
        "UF_CRM_SUM_AT": Named("UF_CRM_SUM_AT", "changed_at", None, None),
    }
    after = {
        "UF_NOT_KNOWN": "1.00",
        "UF_CRM_SUM_AT": "2026-08-02T04:15:00+03:00",
        "UF_CRM_SUM_ALL": "3.00",
        "UF_CRM_SUM_3_2025": "0.00",
        "UF_CRM_SUM_ALL_2026": "5.00",
    }
    assert changes({"UF_CRM_SUM_3_2025": "12.50"}, after, named, MOSCOW) == [
        Change("все направления, 2026", "пусто", "5,00"),
        Change("Экспедиции, 2025", "12,50", "0,00"),
        Change("Суммы изменились", None, "02.08.2026 04:15"),
        Change("все направления за все годы", "пусто", "3,00"),
        Change("UF_NOT_KNOWN", "пусто", "1,00"),
    ]
    assert changes(["damaged"], None, named, MOSCOW) == []
