"""
The Russian words of deal_import: states, outcomes, rules, and numbers written the way people read them.

Every table answers for unknown words too: a word that is not in it is shown as it stands.
"""

from decimal import Decimal, InvalidOperation

THIN_SPACE = "\u202f"
MINUS = "\u2212"
ARROW = "\u2192"

STATES = {
    "running": "идёт",
    "success": "успешно",
    "partial": "частично",
    "failed": "ошибка",
    "skipped": "пропущен",
}
TRIGGERS = {
    "scheduled": "по расписанию",
    "manual": "вручную",
    "backfill": "за прошлое",
    "asset": "по событию",
}
OUTCOMES = {
    "created": "новая сделка",
    "bound": "привязана",
    "overwritten": "обновлена",
    "status_set": "статус дошёл",
    "unchanged": "без изменений",
    "ignored": "без суммы",
    "duplicate": "повтор в файле",
    "refused": "отклонена",
}
# The same outcomes after a number of records.
COUNTED = {
    "created": "новых сделок",
    "bound": "привязано",
    "overwritten": "обновлено",
    "status_set": "статусов дошло",
    "unchanged": "без изменений",
    "ignored": "без суммы",
    "duplicate": "повторов в файле",
    "refused": "отклонено",
}
SEVERITIES = {"error": "ошибки", "warning": "предупреждения", "info": "события"}
CLIENT_RULES = {"tsuid": "по cookie посетителя", "phone": "по телефону", "email": "по e-mail"}
DEAL_RULES = {
    "conversion_id": "по ID конверсии",
    "deal_id": "по ID сделки",
    "nearest_new": "ближайшая новая сделка до платежа",
    "created": "создана этой записью",
}
FIELDS = {
    "id": "ID записи",
    "record_id": "ID записи",
    "conversion_id": "ID конверсии",
    "deal_id": "ID сделки",
    "external_id": "ID сделки",
    "actual_amount": "фактическая сумма",
    "potential_amount": "потенциальная сумма",
    "currency": "валюта",
    "status": "статус",
    "payment_date": "дата платежа",
    "deal_date": "дата сделки",
    "comment": "комментарий",
}
FEED_KINDS = {"client_created": "Клиент создан", "deal_created": "Сделка создана"}
KEY_KINDS = {"phone": "Телефон", "email": "E-mail", "tsuid": "Cookie"}
STATUS_KINDS = {
    "new": "новая",
    "repeat": "повторное обращение",
    "in_work": "в работе",
    "won": "оплачена",
    "lost": "отменена",
    "other": "прочее",
}
CURRENCY_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "UAH": "₴", "KZT": "₸", "BYN": "Br"}


def number(value: int) -> str:
    """Write a whole number with thin spaces between thousands."""
    return f"{value:,}".replace(",", THIN_SPACE).replace("-", MINUS)


def plural(value: int, one: str, few: str, many: str) -> str:
    """Write a number with the form that it governs: «1 запись, 2 записи, 5 записей»."""
    tens, units = value % 100, value % 10
    teens = 11 <= tens <= 14
    form = one if units == 1 and not teens else few if 2 <= units <= 4 and not teens else many
    return f"{number(value)} {form}"


def money(amount: object, currency: object = None) -> str:
    """Write an amount with thin spaces and the currency's sign; what is no amount stays as it stands."""
    try:
        value = Decimal(str(amount))
        digits = f"{value:,.2f}"
    except (InvalidOperation, ValueError):
        return str(amount)
    if not value.is_finite():
        return str(amount)
    written = digits.replace(",", THIN_SPACE).replace(".", ",").replace("-", MINUS)
    sign = CURRENCY_SIGNS.get(str(currency), str(currency)) if currency else ""
    return f"{written}\u00a0{sign}" if sign else written


def file_size(size: int) -> str:
    """Write a number of bytes in the largest unit that leaves a whole part."""
    value, units = Decimal(size), ["КБ", "МБ", "ГБ", "ТБ"]
    if size < 1024:
        return plural(size, "байт", "байта", "байт")
    while value >= 1024 and units:
        value, unit = value / 1024, units.pop(0)
    return f"{value:.1f}".replace(".", ",") + f"\u00a0{unit}"
