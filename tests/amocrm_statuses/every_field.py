"""An account with a field of every kind: one lead has all of them, one others, one nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sandbox.amocrm_material import FIELDS
from tests.amocrm_account import NEW, QUOTE, RENEWAL, RENEWALS, SALES, AccountAtHand, account_in
from tests.amocrm_statuses.dag_run import DagRun

TEXT, COST, KIND, PRODUCTS, DAY, NDA = 1500101, 1500102, 1500103, 1500104, 1500105, 1500106
MOMENT, SUM, RADIO, BIRTHDAY, LINK, NOTE, PLACE, FIRM, CHAIN, NEWS = range(1500107, 1500117)
MORE = [
    {"id": MOMENT, "name": "Встреча", "type": "date_time"},
    {"id": SUM, "name": "Аванс", "type": "monetary"},
    {"id": RADIO, "name": "Форма", "type": "radiobutton", "enums": {2200320: "ООО", 2200321: "ИП"}},
    {"id": BIRTHDAY, "name": "День рождения", "type": "birthday"},
    {"id": LINK, "name": "Сайт", "type": "url"},
    {"id": NOTE, "name": "Заметка", "type": "textarea"},
    {"id": PLACE, "name": "Адрес", "type": "smart_address"},
    {"id": FIRM, "name": "Юрлицо", "type": "legal_entity"},
    {"id": CHAIN, "name": "Каталог", "type": "chained_list"},
    {"id": NEWS, "name": "Новинка", "type": "hologram"},
]
EVENING = datetime(2026, 1, 31, 21, 30, tzinfo=UTC)  # 1 February in Moscow
UTM_SOURCE, YM_UID = 1500201, 1500211
ONE, TWO, THREE = 1, 2, 3  # the last has nothing
FULL = {
    TEXT: " ЁЖ и Ко ",
    COST: "1 234,50",
    KIND: "Новый",
    PRODUCTS: ["ERP", "WMS"],
    DAY: int(datetime(2026, 1, 31, tzinfo=UTC).timestamp()),
    NDA: True,
    MOMENT: int(EVENING.timestamp()),
    SUM: "10.0",
    RADIO: "ООО",
    BIRTHDAY: "1990-05-01",
    LINK: "https://Example.org/a",
    NOTE: "раз\nдва",
    PLACE: {"values": [{"value": "Москва", "enum_id": 3}, {"value": "101000", "enum_id": 5}]},
    FIRM: {"values": [{"value": {"name": "ООО Ромашка", "vat_id": "7700000000"}}]},
    CHAIN: {"values": [{"catalog_id": 1, "catalog_element_id": 77}]},
    NEWS: {"values": [{"value": "свет"}]},
    UTM_SOURCE: "Yandex",
    YM_UID: "17",
}
OTHER = {
    TEXT: "site-17",
    COST: "12.500,00",  # does not read: it is no number, and not empty
    KIND: "Старый",
    PRODUCTS: ["WMS"],
    DAY: int(datetime(2026, 2, 1, tzinfo=UTC).timestamp()),
    NDA: False,
    MOMENT: "2026-02-01T12:00:00+03:00",
    SUM: "-5",
    RADIO: "ИП",
    BIRTHDAY: "1990-05-02",
    LINK: "https://example.org/b",
    NOTE: "три",
    PLACE: {"values": [{"value": "Тверь", "enum_id": 3}]},
    FIRM: {"values": [{"value": {"name": "ИП Лесной"}}]},
    CHAIN: {"values": [{"catalog_id": 1, "catalog_element_id": 78}]},
    NEWS: {"values": [{"value": "тень"}]},
    UTM_SOURCE: "vk",
    YM_UID: "18",
}
AT = datetime(2026, 1, 10, tzinfo=UTC).timestamp()
LEADS = [
    {"id": ONE, "price": 1000, "fields": FULL, "tags": ["VIP"], "path": [[SALES, NEW, EVENING.timestamp()]]},
    {"id": TWO, "price": 2000, "fields": OTHER, "tags": ["сайт", "чат"], "path": [[SALES, QUOTE, AT]]},
    {"id": THREE, "price": 0, "path": [[RENEWALS, RENEWAL, AT]], "responsible_user_id": 9100002},
]


@contextmanager
def opened(folder: Any, warehouse_url: str) -> Iterator[AccountAtHand]:
    with account_in(folder, warehouse_url, DagRun) as account:
        account.crm.order(fields=[*FIELDS, *MORE])
        account.crm.order(leads=LEADS)
        yield account


def field(told: int | str) -> dict[str, Any]:
    if isinstance(told, int):
        return {"custom_field_id": told}
    return {"utm": told} if told.startswith(("utm", "ym")) else {"system": told}


def rule(told: int | str, operator: str, *values: str, action: str = "include") -> dict[str, Any]:
    return {"action": action, "field": field(told), "operator": operator, "values": list(values)}
