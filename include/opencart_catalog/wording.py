"""
The Ukrainian words of opencart_catalog: outcomes, fields, what is written to the CRM.

Every table answers for unknown words too: a word that is not in it is shown as it stands.
"""

from include.wording.numbers import Forms

OUTCOMES = {
    "created": "новий товар",
    "updated": "оновлено",
    "unchanged": "без змін",
    "quarantined": "карантин",
    "absent": "немає на сайті",
    "retired": "знято з продажу",
    "refused": "без артикула",
    "repeated": "повторюється на сайті",
    "unlisted": "не передається",
    "deleted": "видалено в CRM",
    "postponed": "відкладено",
    "failed": "відхилено CRM",
    "uncertain": "результат невідомий",
    "not_sent": "не надіслано",
    "out_of_scope": "поза цим запуском",
}
# The same outcomes after a number of items; words that no number bends stand once.
COUNTED: dict[str, Forms] = {
    **OUTCOMES,
    "created": ("новий товар", "нові товари", "нових товарів"),
    "quarantined": "у карантині",
    "repeated": ("повторюється", "повторюються", "повторюються"),
    "unlisted": ("не передається", "не передаються", "не передаються"),
}
ACTION_KINDS = {
    "create_category": "створити категорію",
    "rename_category": "перейменувати категорію",
    "create_material": "створити товар",
    "update_material": "змінити товар",
    "set_custom_fields": "заповнити поля",
    "retire_material": "зняти з продажу",
}
ACTION_STATES = {
    "planned": "чекає",
    "sending": "надсилається",
    "done": "записано",
    "failed": "відхилено",
    "uncertain": "результат невідомий",
    "skipped": "не надсилалося",
}
FIELDS = {
    "title": "Назва",
    "sku": "Артикул",
    "price": "Ціна",
    "named_prices": "Інші ціни",
    "currency": "Валюта",
    "category_id": "Категорія",
    "unit": "Одиниця",
    "name": "Назва",
    "path": "Категорія",
    "asset_url": "Картинка",
    "link_url": "Сторінка товару",
    "irrelevant": "У продажу",
}
# What the details of a log row call fields, ours among them.
OWNED = FIELDS | {
    "description": "Опис",
    "special": "Акційна ціна",
    "special_from": "Акція з",
    "special_to": "Акція по",
    "image": "Картинка",
    "images": "Усі картинки",
    "category": "Категорія",
}
# What a plan can be narrowed to, in the order of the page.
FACETS = {
    "new": "Нові",
    "price": "Ціна",
    "special": "Акція",
    "text": "Текст",
    "picture": "Картинка",
    "twins": "Двійники",
    "quarantine": "Карантин",
    "absent": "Відсутні",
    "category": "Категорії",
    "remark": "Зауваження",
    "other": "Інше",
}
