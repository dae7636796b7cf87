"""The words for clients: their keys, the rules that find them, their feed."""

KEY_KINDS = {"phone": "Телефон", "email": "E-mail", "tsuid": "Cookie"}
CLIENT_RULES = {"tsuid": "по cookie посетителя", "phone": "по телефону", "email": "по e-mail"}
ORIGINS = {
    "manual": "вручную",
    "deal_import": "импортом сделок",
    "calltouch_orders": "обменом с Calltouch",
}
FEED_KINDS = {"client_created": "Клиент создан", "deal_created": "Сделка создана"}
