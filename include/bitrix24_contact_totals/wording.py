"""
The Russian words of bitrix24_contact_totals: outcomes, what is written to the portal, how it stands there.

Every table answers for unknown words too: a word that is not in it is shown as it stands.
"""

from include.wording.numbers import Forms

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
# The same outcomes after a number, saying of what: a run judges contacts and deals.
COUNTED: dict[str, Forms] = {
    "updated": ("контакт обновлён", "контакта обновлены", "контактов обновлено"),
    "unchanged": ("контакт без изменений", "контакта без изменений", "контактов без изменений"),
    "postponed": ("контакт отложен", "контакта отложены", "контактов отложено"),
    "failed": ("контакт отклонён порталом", "контакта отклонены порталом", "контактов отклонено порталом"),
    "gone": ("контакта нет на портале", "контактов нет на портале", "контактов нет на портале"),
    "uncertain": (
        "контакт с неизвестным исходом",
        "контакта с неизвестным исходом",
        "контактов с неизвестным исходом",
    ),
    "not_sent": ("контакт не отправлен", "контакта не отправлены", "контактов не отправлено"),
    "out_of_scope": ("контакт вне запуска", "контакта вне запуска", "контактов вне запуска"),
    "no_field": ("контакт без поля", "контакта без поля", "контактов без поля"),
    "counted": ("сделка учтена", "сделки учтены", "сделок учтено"),
    "unattributed": ("сделка без контактов", "сделки без контактов", "сделок без контактов"),
    "refused": ("сделка не учтена", "сделки не учтены", "сделок не учтено"),
    "left": (
        "сделка перестала быть успешной",
        "сделки перестали быть успешными",
        "сделок перестали быть успешными",
    ),
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
# How a total stands on the portal.
STANDINGS = {
    "same": "на портале так же",
    "waits": "на портале ещё нет",
    "older": "на портале прежнее",
    "differs": "на портале другое",
    "no_field": "на портале нет поля",
    "gone": "контакта нет на портале",
}
# What a drift is about, and the codes of a run's log that say so.
DRIFTS = {
    "edited": "изменены помимо нас",
    "refused": "не приняты порталом",
    "gone": "контакта нет на портале",
    "no_field": "нет поля",
}
DRIFT_CODES = {
    "edited": ["B24_MANUAL_EDIT", "B24_ODD_VALUE"],
    "refused": ["B24_NOT_ACCEPTED", "B24_REFUSED"],
    "gone": ["B24_CONTACT_GONE"],
    "no_field": ["B24_FIELD_MISSING"],
}
YEAR_RULES = {
    "closedate": "по дате завершения",
    "won_at": "по последней смене стадии",
    "stage_history": "по истории стадий",
}
EVERYTHING, ALL_YEARS = "все направления", "за все годы"
NOTHING_HELD = "пусто"
