"""
The Russian words of bitrix24_deal_products: outcomes, how deals stand, fields, what is written to the portal.

Every table answers for unknown words too: a word that is not in it is shown as it stands.
"""

from include.wording.numbers import Forms

OUTCOMES = {
    "copied": "перенесено",
    "unchanged": "без изменений",
    "no_product": "нет товара",
    "conflict": "несколько товаров",
    "product_missing": "товара нет",
    "unreadable": "не читается",
    "repaired": "дата возвращена",
    "frozen": "закрыта",
    "gone": "нет на портале",
    "failed": "отклонено порталом",
    "uncertain": "исход неизвестен",
    "not_sent": "не отправлено",
}
# The same outcomes after a number of deals.
COUNTED: dict[str, Forms] = {
    **OUTCOMES,
    "copied": (
        "сделка получила данные товара",
        "сделки получили данные товара",
        "сделок получили данные товара",
    ),
    "unchanged": ("сделка без изменений", "сделки без изменений", "сделок без изменений"),
    "no_product": ("сделка без товара", "сделки без товара", "сделок без товара"),
    "conflict": (
        "сделка с несколькими товарами",
        "сделки с несколькими товарами",
        "сделок с несколькими товарами",
    ),
    "product_missing": (
        "сделка, товара которой нет",
        "сделки, товаров которых нет",
        "сделок, товаров которых нет",
    ),
    "unreadable": (
        "сделка с нечитаемой датой поездки",
        "сделки с нечитаемой датой поездки",
        "сделок с нечитаемой датой поездки",
    ),
    "repaired": ("дата возвращена в сделку", "даты возвращены в сделки", "дат возвращено в сделки"),
    "frozen": ("закрытая сделка", "закрытые сделки", "закрытых сделок"),
    "gone": ("сделки нет на портале", "сделок нет на портале", "сделок нет на портале"),
    "failed": ("сделка отклонена порталом", "сделки отклонены порталом", "сделок отклонено порталом"),
    "uncertain": (
        "сделка с неизвестным исходом",
        "сделки с неизвестным исходом",
        "сделок с неизвестным исходом",
    ),
    "not_sent": ("сделка не отправлена", "сделки не отправлены", "сделок не отправлено"),
}
# How a deal stands after the last look at it.
STANDINGS = {
    "copied": "данные товара в сделке",
    "no_product": "товара нет",
    "conflict": "товаров несколько",
    "product_missing": "товар не найден",
    "unreadable": "дата поездки не читается",
    "failed": "портал отклонил",
    "frozen": "закрыта, не меняется",
}
# Codes of deals that are a person's business: what the list can be narrowed to.
REMARKS = (
    "B24_SEVERAL_PRODUCTS",
    "B24_PRODUCT_MISSING",
    "B24_BAD_TRIP_DATE",
    "B24_BAD_PROPERTY",
    "B24_TITLE_KEPT",
    "B24_VALUE_CUT",
    "B24_REFUSED",
    "B24_NOT_ACCEPTED",
    "B24_CLOSEDATE_OVERWRITTEN",
    "B24_CLOSEDATE_REPAIRED",
    "B24_DEAL_GONE",
)
ACTION_KINDS = {"set_deal_fields": "перенести данные товара", "repair_closedate": "вернуть дату поездки"}
ACTION_STATES = {
    "planned": "ждёт",
    "sending": "отправляется",
    "done": "записано",
    "failed": "отклонено",
    "uncertain": "исход неизвестен",
    "skipped": "не отправлялось",
}
FIELDS = {
    "title": "Название",
    "begindate": "Дата начала",
    "closedate": "Дата завершения",
    "comments": "Комментарий",
    "additionalInfo": "Дополнительно",
    "sourceDescription": "Об источнике",
}
ARTICLE, FIRST_DAY, LAST_DAY = "Артикул", "Начало поездки", "Окончание поездки"
EMPTY = "пусто"
