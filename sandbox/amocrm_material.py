"""
What a new simulated account of amoCRM holds before anybody has ordered anything (amocrm 5.2, 5.3 and 5.6).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Record = dict[str, Any]
SUCCESS, REFUSAL = 142, 143
TRACKING = (
    "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_referrer", "roistat",
    "referrer", "from", "gclientid", "_ym_uid", "_ym_counter", "gclid", "yclid", "fbclid",
)  # fmt: skip
FIRST_TRACKING = 1500201
PHONE, EMAIL = 1400101, 1400102  # of contacts

PIPELINES: tuple[Record, ...] = (
    {
        "id": 8200011,
        "name": "Лицензии",
        "is_main": True,
        "statuses": [
            {"id": 68100001, "name": "Неразобранное", "type": 1},
            {"id": 68100002, "name": "Проработка заявки"},
            {"id": 68100003, "name": "Расчет КП"},
            {"id": 68100004, "name": "Согласование договора"},
            {"id": 68100009, "name": "Ждёт клиента"},
            {"id": 68100005, "name": "Акты по лицензиям выставлены"},
            {"id": 68100010, "name": "Возврат денег"},
        ],
    },
    {
        "id": 8200022,
        "name": "Продление",
        "statuses": [
            {"id": 68200001, "name": "Заявка на продление"},
            {"id": SUCCESS, "name": "Продлено"},  # accounts may rename it in each pipeline
        ],
    },
)
FIELDS: tuple[Record, ...] = (
    {"id": 1500101, "name": "LANDING", "type": "text"},
    {"id": 1500102, "name": "Себестоимость", "type": "numeric"},
    {"id": 1500103, "name": "Тип клиента", "type": "select", "enums": {2200301: "Новый", 2200302: "Старый"}},
    {"id": 1500104, "name": "Продукты", "type": "multiselect", "enums": {2200310: "ERP", 2200311: "WMS"}},
    {"id": 1500105, "name": "Дата акта", "type": "date"},
    {"id": 1500106, "name": "Нужен NDA", "type": "checkbox"},
)
USERS: tuple[Record, ...] = (
    {"id": 9100001, "name": "Анна Ветрова", "is_admin": True},
    {"id": 9100002, "name": "Борис Лесной"},
)
REASONS: tuple[Record, ...] = (
    {"id": 15500021, "name": "Дорого"},
    {"id": 15500022, "name": "Выбрали другого"},
)


def pipelines(told: Iterable[Mapping[str, Any]], account_id: int) -> list[Record]:
    """Spell pipelines as the account gives them; each has the system's two last statuses."""
    return [_pipeline(each, place, account_id) for place, each in enumerate(told, 1)]


def _pipeline(told: Mapping[str, Any], place: int, account_id: int) -> Record:
    number = int(told["id"])
    return {
        "id": number,
        "name": told.get("name", f"Воронка {number}"),
        "sort": told.get("sort", place),
        "is_main": told.get("is_main", False),
        "is_unsorted_on": told.get("is_unsorted_on", True),
        "is_archive": told.get("is_archive", False),
        "account_id": account_id,
        "statuses": list(_statuses(told.get("statuses", ()), number, account_id)),
    }


def _statuses(told: Iterable[Mapping[str, Any]], pipeline: int, account_id: int) -> Iterator[Record]:
    named = {int(each["id"]): each for each in told}
    last = {SUCCESS: "Успешно реализовано", REFUSAL: "Закрыто и не реализовано"}
    named |= {number: {"id": number, "name": name, **named.get(number, {})} for number, name in last.items()}
    ordered = sorted(named, key=lambda number: (number in last, number if number in last else 0))
    for place, number in enumerate(ordered, 1):
        yield status(named[number], place, pipeline, account_id)


def status(told: Mapping[str, Any], place: int, pipeline: int, account_id: int) -> Record:
    """Spell a status of a pipeline."""
    number = int(told["id"])
    sort = {SUCCESS: 10000, REFUSAL: 11000}.get(number, 10 * place)
    kind = told.get("type", 0)
    return {
        "id": number,
        "name": told.get("name", f"Статус {number}"),
        "sort": told.get("sort", sort),
        "is_editable": number not in (SUCCESS, REFUSAL) and not kind,
        "pipeline_id": pipeline,
        "color": told.get("color", "#99ccff"),
        "type": kind,
        "account_id": account_id,
    }


def fields(told: Iterable[Mapping[str, Any]]) -> list[Record]:
    """Spell fields of leads as the account gives them; the tracking ones are always there."""
    tracking = (
        {"id": FIRST_TRACKING + place, "name": name, "code": name.upper(), "type": "tracking_data"}
        for place, name in enumerate(TRACKING)
    )
    return [_field(each, place) for place, each in enumerate((*told, *tracking), 1)]


def _field(told: Mapping[str, Any], place: int) -> Record:
    enums = told.get("enums")
    if isinstance(enums, Mapping):
        named = enumerate(enums.items(), 1)
        enums = [
            {"id": int(number), "value": text, "sort": 10 * at, "code": None} for at, (number, text) in named
        ]
    return {
        "id": int(told["id"]),
        "name": told.get("name", f"Поле {told['id']}"),
        "type": told.get("type", "text"),
        "account_id": None,
        "code": told.get("code"),
        "sort": told.get("sort", 500 + place),
        "is_api_only": False,
        "enums": enums,
        "group_id": None,
        "required_statuses": [],
        "is_deletable": True,
        "is_predefined": False,
        "is_computed": told.get("is_computed", False),
        "entity_type": "leads",
    }


def user(told: Mapping[str, Any]) -> Record:
    """Spell a user as the account gives them."""
    number = int(told["id"])
    rights = {
        "is_admin": told.get("is_admin", False),
        "is_free": False,
        "is_active": told.get("is_active", True),
    }
    return {
        "id": number,
        "name": told.get("name", f"Менеджер {number}"),
        "email": told.get("email", f"user{number}@amo.example"),
        "lang": "ru",
        "rights": {**rights, "group_id": told.get("group_id"), "role_id": None, "status_rights": []},
    }


def reason(told: Mapping[str, Any], place: int) -> Record:
    """Spell a reason of refusal as the account gives it."""
    moments = {"created_at": 1700000000, "updated_at": 1700000000}
    return {"id": int(told["id"]), "name": told["name"], "sort": told.get("sort", 10 * place), **moments}
