"""
The Russian words of deal_import: what becomes of a record, by which rule its deal was found.

Every table answers for unknown words too: a word that is not in it is shown as it stands.
"""

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
# The same outcomes after a number of records: after 1, 2 and 5.
COUNTED = {
    "created": ("новая сделка", "новые сделки", "новых сделок"),
    "bound": ("привязана", "привязаны", "привязано"),
    "overwritten": ("обновлена", "обновлены", "обновлено"),
    "status_set": ("статус дошёл", "статуса дошли", "статусов дошло"),
    "unchanged": ("без изменений", "без изменений", "без изменений"),
    "ignored": ("без суммы", "без суммы", "без суммы"),
    "duplicate": ("повтор в файле", "повтора в файле", "повторов в файле"),
    "refused": ("отклонена", "отклонены", "отклонено"),
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
