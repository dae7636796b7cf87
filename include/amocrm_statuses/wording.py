"""
The Russian words of amocrm_statuses: outcomes, markers, how a connection and a lead stand.

Every table answers for unknown words too: a word that is not in it is shown as it stands. The names of
markers are the vendor's, letter by letter.
"""

from include.wording.numbers import Forms

OUTCOMES = {
    "entered": "вошла в воронку",
    "moved": "перешла",
    "changed": "изменилась",
    "left": "вышла из витрин",
    "unmapped": "не сопоставлена",
    "unchanged": "без изменений",
    "filtered": "не проходит фильтр",
    "unknown_deleted": "удалена до знакомства",
}
# The same outcomes after a number.
COUNTED: dict[str, Forms] = {
    "entered": ("сделка вошла в воронку", "сделки вошли в воронку", "сделок вошло в воронку"),
    "moved": ("сделка перешла", "сделки перешли", "сделок перешло"),
    "changed": ("сделка изменилась", "сделки изменились", "сделок изменилось"),
    "left": ("сделка вышла из витрин", "сделки вышли из витрин", "сделок вышло из витрин"),
    "unmapped": ("сделка не сопоставлена", "сделки не сопоставлены", "сделок не сопоставлено"),
    "unchanged": ("сделка без изменений", "сделки без изменений", "сделок без изменений"),
    "filtered": ("сделка не проходит фильтр", "сделки не проходят фильтр", "сделок не проходят фильтр"),
    "unknown_deleted": (
        "сделка удалена до знакомства",
        "сделки удалены до знакомства",
        "сделок удалено до знакомства",
    ),
}
MARKERS = {
    "success": "Завершенная сделка",
    "refusal": "Отказ",
    "return": "Возврат",
    "pause": "Пауза в обработке",
}
CONNECTION_STATES = {
    "connected": "Подключено",
    "reauth_required": "Нужно подключить заново",
    "unpaid": "Аккаунт не оплачен",
    "disconnected": "Отключено",
}
# What is read page by page.
LISTS = {
    "leads": "сделки",
    "scan": "все сделки",
    "deleted": "корзина",
    "contacts": "контакты",
    "events": "события",
    "shown": "события показавшихся сделок",
    "unread": "то, что не читалось",
}
# How it is known that a lead had a status.
SOURCES = {
    "event": "по событию",
    "first_event": "до первого события",
    "snapshot": "по снимку",
}
PASS_KINDS = {"visited": "сделка здесь была", "implied": "подразумевается"}
DELETED = {
    "bin": "лежит в корзине amoCRM",
    "event": "об удалении сказало событие",
    "missing": "в аккаунте её больше нет",
}
LEFT_FOR = {
    "deleted": "удалена в amoCRM",
    "filtered": "не проходит фильтр",
    "unmapped": "ни один её статус не сопоставлен",
}
# Why a calculated field has no value.
PROBLEMS = {
    "missing": "нет исходного значения",
    "division_by_zero": "деление на ноль",
    "unparsable": "число не читается",
    "too_large": "слишком большое число",
}
PROVENANCE = {"system": "системное поле amoCRM", "slot": "поле из настроек"}
BACKFILL = {
    "previous": "засчитывать все этапы до самого дальнего",
    "visited_only": "засчитывать только те, где сделка была",
}
# What of the mapping or the data deserves a look; `issue_kinds` of the marts.
ISSUES = {
    "unmapped_status": "Статус не сопоставлен ни с одним контейнером",
    "unmapped_lead": "Сделки, чьих статусов нет в воронках",
    "gone_status": "Статус удалён в amoCRM, а контейнер его держит",
    "outside_after_success": "После успеха сделка ушла в статус вне воронки: в объём продаж не входит",
    "return_without_success": "Возврат без успешной продажи: сумма возврата не учтена",
    "zero_success": "Завершённая сделка без суммы",
    "unparsable_number": "Число в поле сделки не читается",
    "several_values": "В числовом поле несколько значений: взято первое",
    "division_by_zero": "В формуле деление на ноль: значения нет",
    "too_large": "Итог формулы слишком велик: значения нет",
    "history_incomplete": "Начало истории неизвестно: сделка старше самого раннего события",
}
PUSH_STATES = {
    "new": "ждёт передачи",
    "sent": "передана",
    "unknown": "исход неизвестен",
    "failed": "отклонена",
    "skipped": "не передаётся",
}
ACTION_KINDS = {"create_lead": "передать сделку", "create_status": "завести статус"}
ACTION_STATES = {
    "planned": "ждёт",
    "sending": "отправляется",
    "done": "передано",
    "failed": "отклонено",
    "uncertain": "исход неизвестен",
    "skipped": "не отправлялось",
}
# Columns of a lead's state, as a row of the log names what has changed.
COLUMNS = {
    "name": "название",
    "price": "сумма сделки",
    "responsible_user_id": "менеджер",
    "loss_reason_id": "причина отказа",
    "main_contact_id": "главный контакт",
    "utm": "UTM-метки",
    "calculated": "расчётные поля",
    "sales_volume": "объём продаж",
    "success_amount": "сумма успешной продажи",
    "returned_amount": "сумма возврата",
    "success_at": "когда завершена",
    "refused_at": "когда отказ",
    "refused_from": "откуда отказ",
    "created_at": "когда создана",
    "created_day": "день создания",
    "is_outside": "вне воронки",
    "history_complete": "полнота истории",
    "fields": "поля",
    "tags": "теги",
    "passes": "пройденные этапы",
}
UTM = {
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
    "utm_content": "utm_content",
    "utm_term": "utm_term",
    "utm_referrer": "utm_referrer",
    "metrika_cid": "CID Яндекс.Метрики",
    "google_cid": "CID Google",
    "smart_visitor_id": "посетитель Smart Data Hub",
    "gclid": "gclid",
    "yclid": "yclid",
    "fbclid": "fbclid",
    "roistat": "roistat",
    "referrer": "referrer",
}
NOT_GIVEN = "(не указано)"
NO_CONTAINER = "вне воронки"
UNMAPPED = "Не сопоставлены"
