"""How ``bitrix24_deal_products`` speaks of its runs."""

from include.wording.runs import Words

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
WORDS = Words(outcomes=OUTCOMES, tellers={}, page="«Товары в сделках»")
