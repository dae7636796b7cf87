"""
The Russian words of bitrix24_contact_totals: outcomes, and what is written to the portal.

Every table answers for unknown words too: a word that is not in it is shown as it stands.
"""

OUTCOMES = {
    "updated": "обновлён",
    "unchanged": "без изменений",
    "postponed": "отложен",
    "failed": "отклонён порталом",
    "gone": "нет на портале",
    "uncertain": "исход неизвестен",
    "not_sent": "не отправлен",
    "out_of_scope": "вне этого запуска",
    "no_field": "нет поля",
    "counted": "учтена",
    "unattributed": "без контактов",
    "refused": "не учтена",
    "left": "больше не успешна",
}
ACTION_KINDS = {"create_field": "создать поле", "set_totals": "записать итоги контакта"}
ACTION_STATES = {
    "planned": "ждёт",
    "sending": "отправляется",
    "done": "записано",
    "failed": "отклонено",
    "uncertain": "исход неизвестен",
    "skipped": "не отправлялось",
}
