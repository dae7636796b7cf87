"""What the log and the pages say of deals: every code in a sentence, every value as people write it."""

import re
from datetime import UTC

import pytest

from include.bitrix24_deal_products.changes import changes, holdings, names_of, said
from include.bitrix24_deal_products.messages import TELLERS, WORDS, words_of
from include.bitrix24_deal_products.wording import COUNTED, FIELDS, OUTCOMES, REMARKS, STANDINGS
from include.paths import ROOT, SQL_DIR
from include.settings.bitrix24_deal_products import DealProductsSettings
from include.wording.messages import describe

SOURCES = (
    *(ROOT / "include" / "bitrix24_deal_products").glob("*.py"),
    *(ROOT / "plugins" / "steps").glob("bitrix24_deal_products*.py"),
    *(ROOT / "plugins" / "pipelines").glob("deal_products*.py"),
    ROOT / "include" / "bitrix24" / "stopped.py",
    ROOT / "plugins" / "steps" / "bitrix24_metadata.py",
    *(SQL_DIR / "bitrix24_deal_products").glob("*.sql"),
)
SCHEMA = SQL_DIR / "schema" / "0017_bitrix24.sql"
CODE = re.compile(r"\bB24_[A-Z_]+\b")


def codes() -> set[str]:
    return {code for path in SOURCES for code in CODE.findall(path.read_text(encoding="utf-8"))}


def tell(code: str, **details: object) -> str:
    return describe([code], details, {code: "-"}, UTC, TELLERS)[0].particulars


def test_every_code_that_is_written_has_a_teller_and_a_text():
    assert codes() <= set(TELLERS)
    assert codes() <= set(CODE.findall(SCHEMA.read_text(encoding="utf-8")))
    assert set(REMARKS) <= codes()


def test_every_outcome_is_counted_and_every_standing_has_words():
    assert set(COUNTED) == set(OUTCOMES) == set(WORDS.outcomes)
    table = SCHEMA.read_text(encoding="utf-8").partition("create table mart.bitrix24_deal_product (")[2]
    states = re.findall(r"'(\w+)'", table.partition("check (state in (")[2].partition("))")[0])
    assert set(STANDINGS) == set(states)


@pytest.mark.parametrize(
    ("code", "details", "expected"),
    [
        (
            "B24_COPIED",
            {
                "product": "Камчатка",
                "fields": {
                    "title": {"before": "Заявка", "after": "Камчатка"},
                    "closedate": {"before": None, "after": "2026-08-21"},
                    "UF_CRM_GUIDES": {"before": ["Пётр"], "after": ["Михаил", "Анна"]},
                },
            },
            "товар «Камчатка», Название: Заявка → Камчатка; Дата завершения: пусто → 21.08.2026; "
            "UF_CRM_GUIDES: Пётр → Михаил; Анна",
        ),
        ("B24_SEVERAL_PRODUCTS", {"products": [7001, 7002]}, "№ 7001; 7002"),
        ("B24_SEVERAL_PRODUCTS", {"products": list(range(1, 13))}, "№ 1; 2; 3; 4; 5; 6; 7; 8; и ещё 4"),
        ("B24_PRODUCT_MISSING", {"products": [8888]}, "№ 8888"),
        ("B24_TITLE_KEPT", {"title": "Как договорились"}, "«Как договорились»"),
        ("B24_BAD_TRIP_DATE", {"dates": {"DATE_END": "летом"}}, "DATE_END: «летом»"),
        ("B24_BAD_TRIP_DATE", {"dates": {"DATE_END": ""}}, "DATE_END: пусто"),
        ("B24_BAD_PROPERTY", {"properties": {"comments": "x"}}, "Комментарий: «x»"),
        ("B24_VALUE_CUT", {"cut": {"title": 301}}, "Название: было 301 знак"),
        (
            "B24_CLOSEDATE_OVERWRITTEN",
            {"fields": {"closedate": {"before": "2026-03-02T03:00:00+03:00", "after": "2026-08-21"}}},
            "стоит 02.03.2026, поездка 21.08.2026",
        ),
        ("B24_CLOSEDATE_REPAIRED", {"fields": {"closedate": {"after": "2026-08-21"}}}, "21.08.2026"),
        ("B24_REFUSED", {"error": "Поле заполнено неверно"}, "Поле заполнено неверно"),
        ("B24_NOT_ACCEPTED", {"not_accepted": ["title", "UF_CRM_X"]}, "Название; UF_CRM_X"),
        ("B24_NOT_SENT", {"error": "окно закрыто"}, "окно закрыто"),
        ("B24_DEAL_GONE", {"deal_id": 7}, "№ 7"),
        ("B24_MASS_UPDATE", {"message": "План меняет сделок: 700"}, "План меняет сделок: 700"),
    ],
)
def test_each_code_tells_its_particulars(code, details, expected):
    assert tell(code, **details) == expected


@pytest.mark.parametrize("code", sorted(TELLERS))
@pytest.mark.parametrize(
    "damaged", [{}, {"fields": [], "dates": 1, "cut": None, "products": {}}, {"fields": {"closedate": 7}}]
)
def test_damaged_details_stop_no_page(code, damaged):
    assert isinstance(tell(code, **damaged), str)


def test_phones_in_values_are_hidden():
    told = tell("B24_TITLE_KEPT", title="Перезвонить +7 921 000-12-34")
    assert "000-12-34" not in told
    assert "000-12-34" not in str(changes({}, {"title": "Перезвонить +7 921 000-12-34"}, FIELDS))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None), ("", None), ([], None), ("2026-08-21", "21.08.2026"),
        ("2026-08-21T03:00:00+03:00", "21.08.2026"), (["а", "", "б"], "а; б"), (True, "да"), (12.5, "12.5"),
        ("2026-08-21 и дальше", "2026-08-21 и дальше"),
    ],
)  # fmt: skip
def test_values_are_told_as_people_write_them(value, expected):
    assert said(value) == expected


def test_sums_are_told_with_their_currency():
    assert said("150000|RUB").replace("\u202f", " ").replace("\xa0", " ") == "150 000,00 ₽"


def test_only_what_changes_is_told_the_known_fields_first():
    before = {"UF_CRM_X": "1", "closedate": "2026-08-21T03:00:00+03:00", "title": "Заявка"}
    after = {"UF_CRM_X": "2", "closedate": "2026-08-21", "title": "Камчатка", "product_id": 7001}
    assert changes(before, after, FIELDS) == [
        ("Название", "Заявка", "Камчатка"),
        ("UF_CRM_X", "1", "2"),
    ]
    assert changes("damaged", None, FIELDS) == []
    assert holdings({"title": "Камчатка", "UF_CRM_X": ""}, FIELDS) == [("Название", None, "Камчатка")]


def test_fields_are_called_by_what_the_settings_put_into_them():
    told = {
        "dates": {"end": {"property": "END", "field": "UF_CRM_END"}},
        "fields": [{"property": "GUIDES", "field": "UF_CRM_GUIDES"}],
    }
    names = names_of(DealProductsSettings.model_validate(told))
    assert names["UF_CRM_END"] == "Окончание поездки"
    assert names["UF_CRM_ARTICLE"] == "Артикул"
    assert names["UF_CRM_GUIDES"] == "Свойство GUIDES"
    assert names["begindate"] == "Дата начала"
    assert names_of(None) == FIELDS
    details = {"fields": {"UF_CRM_GUIDES": {"after": "Анна"}, "begindate": {"after": "2026-08-10"}}}
    [said_of_it] = describe(["B24_COPIED"], details, {}, UTC, words_of(names).tellers)
    assert said_of_it.particulars == "Дата начала: пусто → 10.08.2026; Свойство GUIDES: пусто → Анна"
