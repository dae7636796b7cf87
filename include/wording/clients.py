"""The words for clients and deals: keys, the rules that find them, the feed."""

KEY_KINDS = {"phone": "Телефон", "email": "E-mail", "tsuid": "Cookie"}
CLIENT_RULES = {
    "tsuid": "по cookie посетителя",
    "phone": "по телефону",
    "email": "по e-mail",
    "created": "новый клиент",
}
DEAL_RULES = {
    "conversion_id": "по ID конверсии",
    "deal_id": "по ID сделки",
    "external_id": "по ID документа 1С",
    "nearest_new": "ближайшая новая сделка до платежа",
    "created": "создана этой записью",
}
ORIGINS = {
    "manual": "вручную",
    "deal_import": "импортом сделок",
    "calltouch_orders": "обменом с Calltouch",
    "bitrix24_contact_totals": "расчётом итогов Битрикс24",
    "amocrm_statuses": "чтением amoCRM",
}
FEED_KINDS = {"client_created": "Клиент создан", "deal_created": "Сделка создана"}
