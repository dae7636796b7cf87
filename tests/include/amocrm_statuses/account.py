"""An account's dictionaries, and settings that fit them."""

from typing import Any

from include.amocrm.dictionary import (
    LEADS,
    AccountRow,
    Dictionary,
    EnumRow,
    FieldRow,
    PipelineRow,
    StatusRow,
    UserRow,
)
from include.settings.amocrm_statuses import AmocrmStatusesSettings

LICENSES, RENEWALS, ARCHIVE = 8200011, 8200022, 8200033
LANDING, COST, KIND, PRODUCTS, ACT_DAY, NDA = 1500101, 1500102, 1500103, 1500104, 1500105, 1500106
UTM_SOURCE, OWN_SOURCE = 1500201, 1500301
ANNA = 9100001


def status(pipeline_id: int, status_id: int, name: str, sort: int) -> StatusRow:
    return StatusRow(pipeline_id, status_id, name, sort, 0, None, True)


def field(field_id: int, name: str, kind: str, code: str | None = None) -> FieldRow:
    return FieldRow(LEADS, field_id, name, code, kind, False, 1)


STATUSES = [
    status(LICENSES, 101, "Проработка заявки", 10),
    status(LICENSES, 102, "Расчет КП", 20),
    status(LICENSES, 142, "Успешно реализовано", 10000),
    status(LICENSES, 143, "Закрыто и не реализовано", 11000),
    status(RENEWALS, 201, "Проработка заявки", 10),
    status(RENEWALS, 142, "Продлено", 10000),
    status(RENEWALS, 143, "Не продлено", 11000),
    status(ARCHIVE, 301, "Старое", 10),
]
DICTIONARY = Dictionary(
    AccountRow(31000001, "Лицензии и К°", "demo", "demo.amocrm.ru", "Europe/Moscow", "RUB", True, True),
    [
        PipelineRow(LICENSES, "Лицензии", 1, True, False),
        PipelineRow(RENEWALS, "Продление", 2, False, False),
        PipelineRow(ARCHIVE, "Архив", 3, False, True),
    ],
    STATUSES,
    [UserRow(ANNA, "Анна", 0, True, True)],
    [],
    [
        field(LANDING, "LANDING", "text"),
        field(COST, "Себестоимость", "numeric"),
        field(KIND, "Тип клиента", "select"),
        field(PRODUCTS, "Продукты", "multiselect"),
        field(ACT_DAY, "Дата акта", "date"),
        field(NDA, "Нужен NDA", "checkbox"),
        field(UTM_SOURCE, "utm_source", "tracking_data", "UTM_SOURCE"),
        field(OWN_SOURCE, "utm_source", "text", "UTM_SOURCE"),
    ],
    [EnumRow(LEADS, KIND, 2200301, "Новый", None, 1), EnumRow(LEADS, KIND, 2200302, "Старый", None, 2)],
)
CONTAINERS = [
    {"id": "new", "title": "Проработка заявки", "statuses": [[LICENSES, 101], [RENEWALS, 201]]},
    {"id": "quote", "title": "Расчет КП", "statuses": [[LICENSES, 102]]},
    {"id": "won", "title": "Акты", "marker": "success", "statuses": [[LICENSES, 142], [RENEWALS, 142]]},
    {"id": "lost", "title": "Отказ", "marker": "refusal", "statuses": [[LICENSES, 143], [RENEWALS, 143]]},
]
FUNNELS = [{"id": "licenses", "title": "Продажи лицензий", "containers": CONTAINERS}]


def settings_of(**told: Any) -> AmocrmStatusesSettings:
    return AmocrmStatusesSettings.model_validate({"funnels": FUNNELS} | told)
