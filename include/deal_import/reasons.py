"""Why a text of a record was not taken, worked out from the text when the log is read."""

import re

from include.values.money import money

_LONGEST = 60  # characters of a text that are shown; the log keeps more
_NO_CURRENCY = "нужен код из трёх латинских букв, например RUB"
_DATE = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}.*|[0-9]{2}\.[0-9]{2}\.([0-9]{4}).*", re.DOTALL)
_EDGE_YEARS = ("0000", "0001", "9999")  # a moment in them leaves the calendar in some zone
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[.,'][0-9]{3})+(?:[.,][0-9]*)?")
_DIGITS = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]*)?")


def quoted_fault(field: str, text: str) -> str:
    """Quote a text that was not taken, with the reason."""
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f"«{shown}», {_reason(field, text)}"


def _reason(field: str, text: str) -> str:
    if field.endswith("_amount"):
        return _of_amount(text)
    if field.endswith("_date"):
        return _of_date(text)
    return _NO_CURRENCY if field == "currency" else "длиннее 128 знаков"


def _of_amount(text: str) -> str:
    plain = re.sub(r"\s", "", text)
    if _is_amount(text):
        return "потенциальная сумма не бывает отрицательной"
    if _GROUPED.fullmatch(plain):
        return "разряды отделяют пробелом, точка или запятая бывает одна: перед копейками"
    if _DIGITS.fullmatch(plain):
        return "слишком большая: перед копейками больше 16 цифр"
    return "нужно число цифрами, например 1500,50"


def _is_amount(text: str) -> bool:
    try:
        return money(text) is not None
    except ValueError:
        return False


def _of_date(text: str) -> str:
    found = _DATE.fullmatch(text.strip())
    if not found:
        return "нужна вида 2026-01-31 или 31.01.2026, можно со временем"
    if (found[1] or found[2]) in _EDGE_YEARS:
        return "год вне допустимых: от 0002 до 9998"
    return "такого дня или часа не бывает, или лишнее после даты"
