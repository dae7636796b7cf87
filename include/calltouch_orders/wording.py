"""
The Russian words of calltouch_orders: outcomes, states, fields, kinds of documents.

Every table answers for unknown words too: a word that is not in it is shown as it stands.
"""

from include.wording.numbers import Forms

OUTCOMES = {
    "created": "сделка создана",
    "shipped": "отгружен",
    "changed": "изменён",
    "unchanged": "без изменений",
    "skipped_no_contact": "без контактов",
    "no_deal": "нет сделки",
    "skipped": "пропущен",
    "refused": "отклонён",
    "uncertain": "исход неизвестен",
    "not_sent": "не отправлен",
    "source_found": "источник найден",
    "source_written": "источник записан",
    "source_kept": "источник указан вручную",
    "source_waiting": "источник ожидается",
    "source_missing": "источника нет",
    "source_refused": "источник не принят 1С",
    "source_not_written": "источник не записан",
}
# The same outcomes after a number of orders; words that no number bends stand once.
COUNTED: dict[str, Forms] = {
    "created": ("новая сделка", "новые сделки", "новых сделок"),
    "shipped": ("отгружен", "отгружены", "отгружено"),
    "changed": ("изменён", "изменены", "изменено"),
    "unchanged": "без изменений",
    "skipped_no_contact": "без контактов",
    "no_deal": ("отгрузка без сделки", "отгрузки без сделки", "отгрузок без сделки"),
    "skipped": ("пропущен", "пропущены", "пропущено"),
    "refused": ("отклонён", "отклонены", "отклонено"),
    "uncertain": "исход неизвестен",
    "not_sent": ("не отправлен", "не отправлены", "не отправлено"),
    "source_found": ("источник найден", "источника найдено", "источников найдено"),
    "source_written": ("источник записан", "источника записано", "источников записано"),
    "source_kept": "источник указан вручную",
    "source_waiting": "источник ожидается",
    "source_missing": "без источника",
    "source_refused": ("источник не принят", "источника не приняты", "источников не принято"),
    "source_not_written": ("источник не записан", "источника не записаны", "источников не записано"),
}
# What becomes of a document of 1C when it is read.
READ = {
    "new": "новый",
    "changed": "изменён",
    "unchanged": "без изменений",
    "deleted": "помечен на удаление",
    "refused": "не читается",
}
# The same after a number of documents.
COUNTED_READ: dict[str, Forms] = {
    "new": ("новый", "новых", "новых"),
    "changed": ("изменён", "изменены", "изменено"),
    "unchanged": "без изменений",
    "deleted": ("помечен на удаление", "помечены на удаление", "помечено на удаление"),
    "refused": ("не читается", "не читаются", "не читается"),
}
DEAL_STATES = {
    "create_pending": "ждёт отправки",
    "created": "оформлена",
    "shipped": "отгружена",
    "skipped_no_contact": "нет контактов",
    "rejected": "отклонена",
}
SOURCE_STATES = {"waiting": "ожидается", "found": "найден", "no_source": "не найден"}
DOCUMENT_KINDS = {"customer_order": "Заказ покупателя", "work_order": "Заказ-наряд"}
ACTION_KINDS = {"create": "создать сделку", "update": "изменить сделку", "set_source": "записать источник"}
FIELDS = {
    "orderNumber": "внешний ID",
    "orderName": "название",
    "orderDate": "дата сделки",
    "orderContacts": "контакты",
    "matching": "поиск обращения",
    "reMatching": "повторный поиск обращения",
    "status": "статус",
    "statusDate": "дата статуса",
    "updateDate": "дата изменения",
    "revenue": "выручка",
    "margin": "маржа",
    "currency": "валюта",
    "funnel": "воронка",
    "manager": "менеджер",
    "fio": "имя контрагента",
    "addTags": "теги",
    "tags": "теги",
    "tag": "тег",
    "comment": "комментарий",
    "short": "«Источник рекламы»",
    "full": "«Полное наименование источника рекламы»",
}
TARGETS = {"calltouch": "Calltouch", "onec": "1С"}
ACTION_STATES = {
    "planned": "ждёт отправки",
    "sending": "отправляется",
    "done": "выполнено",
    "failed": "отклонено",
    "uncertain": "исход неизвестен",
    "skipped": "не отправлено",
}
METHODS = {
    "create": "создание сделок",
    "update": "изменение сделок",
    "journal": "журнал сделок",
    "calls": "журнал звонков",
    "requests": "журнал заявок",
    "refused": "отказ самого Calltouch",
}
