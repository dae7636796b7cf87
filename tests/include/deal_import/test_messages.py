"""What rows of the log say; and that no row, however odd, stops the page."""

import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.deal_import.messages import TELLERS
from include.paths import SQL_DIR
from include.wording.messages import describe, masked

ZONE = ZoneInfo("Europe/Moscow")
SCHEMA = "".join(file.read_text(encoding="utf-8") for file in sorted((SQL_DIR / "schema").glob("*.sql")))
DICTIONARY = dict(re.findall(r"^\('([A-Z_]+)', '\w+', '([^']+)'\)", SCHEMA, re.MULTILINE))
DICTIONARY |= {
    code: text for text, code in re.findall(r"set text = '([^']+)'\s+where code = '([A-Z_]+)'", SCHEMA)
}
LEADEXPERT_10 = re.findall(
    r"\w+",
    """
RUN_STARTED RUN_FINISHED CLIENT_FOUND CLIENT_CREATED DEAL_CREATED PAYMENT_BOUND SKIPPED_ALREADY_IMPORTED
RECORD_OVERWRITTEN DEAL_STATUS_SET LAST_DEAL_DATE_MOVED IGNORED_NO_ACTUAL_AMOUNT SKIPPED_DUPLICATE_IN_FILE
UNKNOWN_ELEMENT CLIENT_AMBIGUOUS CLIENT_CONFLICT CLIENT_WITHOUT_TSUID ID_CONFLICT ID_OWNED_BY_OTHER_CLIENT
REPEAT_DEAL_SKIPPED STATUS_REPEAT_REFUSED UNKNOWN_STATUS FUTURE_DEAL_DATE RUN_ALREADY_ACTIVE MISSING_ID
MISSING_PAYMENT_DATE BAD_DATE BAD_AMOUNT NO_CLIENT_IDENTITY TSUID_REQUIRED CURRENCY_MISMATCH
CONFLICTING_DUPLICATE_IN_FILE BOUND_DEAL_MISSING DB_ERROR CONFIG_ERROR FETCH_FAILED BAD_FILE
""",
)


def said(code: str, details: object) -> str:
    """Return the one sentence of a row with one code."""
    return str(describe([code], details, DICTIONARY, ZONE, TELLERS)[0])


@pytest.mark.parametrize("code", LEADEXPERT_10)
def test_every_code_has_a_russian_text(code: str) -> None:
    assert re.search("[а-яё]", said(code, {}))


@pytest.mark.parametrize(
    ("code", "details", "sentence"),
    [
        ("CLIENT_FOUND", {"client": {"rule": "email"}}, "Клиент найден: по e-mail"),
        (
            "CLIENT_AMBIGUOUS",
            {"client": {"rule": "phone", "others": [7, 9]}},
            "По ключу подошло несколько клиентов, взят самый ранний: "
            "те же данные у клиентов №\u00a07, №\u00a09",
        ),
        (
            "PAYMENT_BOUND",
            {
                "amount": "100.00",
                "currency": "RUB",
                "deal": {"rule": "nearest_new"},
                "manual_amount": "500.00",
            },
            "Платёж привязан к сделке: 100,00\u00a0₽, ближайшая новая сделка до платежа, "
            "заменена введённая вручную сумма 500,00\u00a0₽",
        ),
        (
            "RECORD_OVERWRITTEN",
            {
                "actual_amount": {"old": "100.00", "new": "150.00"},
                "status": {"old": None, "new": "Оплачена"},
            },
            "Данные импортированной записи обновлены: сумма 100,00 → 150,00, статус не было → «Оплачена»",
        ),
        (
            "DEAL_STATUS_SET",
            {"deal_status": {"old": "Новая", "new": "Оплачена"}},
            "Статус сделки установлен: «Новая» → «Оплачена»",
        ),
        (
            "LAST_DEAL_DATE_MOVED",
            {"last_deal_at": {"old": None, "new": "2026-02-27T15:05:00+00:00"}},
            "Дата последней сделки сдвинута: не было → 27.02.2026 18:05",
        ),
        (
            "BAD_DATE",
            {"faults": {"payment_date": "31.02.2026", "actual_amount": "12x"}},
            "Дата не принимается: дата платежа «31.02.2026», "
            "такого дня или часа не бывает, или лишнее после даты",
        ),
        (
            "DB_ERROR",
            {"faults": {"deal_id": "9" * 100}},
            f"База данных не может принять запись: ID сделки «{'9' * 60}…», длиннее 128 знаков",
        ),
        (
            "CURRENCY_MISMATCH",
            {"currency_mismatch": {"deal": "USD", "record": "RUB"}},
            "Валюта записи отличается от валюты сделки: у сделки USD, в записи RUB",
        ),
        (
            "UNKNOWN_CURRENCY",
            {"currency": "XXQ", "count": 2, "first_position": 7},
            "Такой валюты нет в ISO 4217, записи приняты как есть: «XXQ», 2 раза, впервые в записи 7",
        ),
        ("UNKNOWN_STATUS", {"raw_status": "ждём"}, "Статус из выгрузки не сопоставлен: «ждём»"),
        (
            "UNKNOWN_ELEMENT",
            {"element": "manager", "count": 2, "first_position": 3},
            "Незнакомый элемент файла пропущен: <manager>, 2 раза, впервые в записи 3",
        ),
        (
            "RUN_FINISHED",
            {"records": 22, "clients_created": 1, "deals_created": 5},
            "Запуск закончен: 22 записи, 1 новый клиент, 5 новых сделок",
        ),
        ("BAD_FILE", {"message": "Это HTML, а не XML."}, "Файл не принят: Это HTML, а не XML."),
    ],
)
def test_particulars_follow_the_text(code: str, details: object, sentence: str) -> None:
    assert said(code, details) == sentence


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("currency", "РУБ", "нужен код из трёх латинских букв, например RUB"),
        ("potential_amount", "-5", "потенциальная сумма не бывает отрицательной"),
        ("actual_amount", "1.000,50", "разряды отделяют пробелом, точка или запятая бывает одна"),
        ("actual_amount", "1,234,567", "разряды отделяют пробелом, точка или запятая бывает одна"),
        ("actual_amount", "123456789012345678", "слишком большая: перед копейками больше 16 цифр"),
        ("actual_amount", "12x", "нужно число цифрами, например 1500,50"),
        ("payment_date", "9999-12-31", "год вне допустимых: от 0002 до 9998"),
        ("deal_date", "30.02.2026", "такого дня или часа не бывает"),
        ("deal_date", "вчера", "нужна вида 2026-01-31 или 31.01.2026"),
        ("id", "a" * 100, "длиннее 128 знаков"),
    ],
)
def test_a_text_that_was_not_taken_is_told_with_the_reason(field: str, text: str, reason: str) -> None:
    codes = {"currency": "BAD_AMOUNT", "id": "MISSING_ID"}
    code = codes.get(field) or f"BAD_{field.rpartition('_')[2].upper()}"
    assert reason in said(code, {"faults": {field: text}})


def test_a_code_that_the_dictionary_lacks_says_its_own_name() -> None:
    assert said("A_CODE_OF_TOMORROW", {"message": "?"}) == "A_CODE_OF_TOMORROW"


def test_phones_and_emails_are_masked_in_sentences_and_in_details() -> None:
    status = "звонить 8 921 000-11-22, olga@example.org"
    assert said("UNKNOWN_STATUS", {"raw_status": status}).endswith("«звонить +7921***1122, o***@example.org»")
    assert masked({"olga@example.org": [status, {"n": 1}]}) == {
        "o***@example.org": ["звонить +7921***1122, o***@example.org", {"n": 1}]
    }


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KNOWN_KEYS = re.findall(
    r"\w+",
    """
    client deal amount currency actual_amount status deal_status last_deal_at manual_amount raw_status faults
    currency_mismatch element count first_position message records clients_created deals_created
    """,
)
ODD_DETAILS = ODD | st.dictionaries(
    st.sampled_from(KNOWN_KEYS),
    ODD | st.dictionaries(st.sampled_from(["rule", "others", "old", "new", "deal", "actual_amount"]), ODD),
)


@given(st.sampled_from(LEADEXPERT_10), ODD_DETAILS)
def test_no_details_stop_a_sentence(code: str, details: object) -> None:
    assert said(code, details).startswith(DICTIONARY[code])
    masked(details)


def test_what_a_key_says_is_personal_is_masked_in_details_too() -> None:
    details = {"client": {"fio": "Ольга Демо", "phones": [380440001122]}, "orderId": 380440001122}
    assert masked(details) == {"client": {"fio": "О***", "phones": ["+3804***1122"]}, "orderId": 380440001122}
