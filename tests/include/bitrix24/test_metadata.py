"""What a portal says of itself, in whichever shape."""

from decimal import Decimal
from typing import Any

import pytest

from include.bitrix24.metadata import COMMANDS, metadata

TOLD: dict[str, Any] = {
    "profile": {"ID": "1", "ADMIN": True},
    "base": "RUB",
    "currencies": [
        {"CURRENCY": "RUB", "AMOUNT_CNT": "1", "AMOUNT": "1.0000", "BASE": "Y", "DECIMALS": "2"},
        {"CURRENCY": "KZT", "AMOUNT_CNT": "100", "AMOUNT": "18.3700", "BASE": "N", "DECIMALS": None},
    ],
    "funnels": {
        "categories": [{"id": 0, "name": "Общая", "sort": 300}, {"id": "3", "name": "", "sort": None}]
    },
    "contact_fields": [
        {
            **{"ID": "812", "FIELD_NAME": "UF_CRM_SUM_3_2026", "USER_TYPE_ID": "double", "MULTIPLE": "N"},
            **{"EDIT_FORM_LABEL": "Сумма", "SETTINGS": {"PRECISION": 2}},
        },
        {"ID": "813", "FIELD_NAME": "UF_CRM_TAGS", "USER_TYPE_ID": "string", "MULTIPLE": "Y", "SETTINGS": []},
    ],
    "deal_fields": {
        "fields": {
            "closedate": {"type": "date", "isMultiple": False, "title": "Дата", "upperName": "CLOSEDATE"},
            "ufCrmArticle": {"type": "string", "isMultiple": True, "upperName": "UF_CRM_ARTICLE"},
        }
    },
}


def test_everything_is_asked_for_in_one_request() -> None:
    assert set(TOLD) == set(COMMANDS)


def test_currencies_funnels_and_fields_are_rows() -> None:
    told = metadata(TOLD)
    assert (told.is_admin, told.base) == (True, "RUB")
    assert told.currencies == [
        ("RUB", Decimal(1), Decimal(1), True, 2),
        ("KZT", Decimal("18.37"), Decimal(100), False, 2),
    ]
    assert told.funnels == [(0, "Общая", 300), (3, "3", None)]
    assert told.fields == [
        ("contact", "UF_CRM_SUM_3_2026", "double", False, 812, "Сумма", 2),
        ("contact", "UF_CRM_TAGS", "string", True, 813, None, None),
        ("deal", "closedate", "date", False, None, "Дата", None),
        ("deal", "UF_CRM_ARTICLE", "string", True, None, None, None),
    ]


@pytest.mark.parametrize(
    ("profile", "is_admin"),
    [({"ADMIN": False}, False), ({"ADMIN": "Y"}, True), ({"ADMIN": "N"}, False), ({}, None), (None, None)],
)
def test_who_is_no_administrator_is_told_from_who_does_not_say(profile: Any, is_admin: bool | None) -> None:
    assert metadata({**TOLD, "profile": profile}).is_admin is is_admin


def test_php_tells_an_empty_map_as_a_list() -> None:
    told = metadata({**TOLD, "funnels": [], "deal_fields": [], "contact_fields": [], "currencies": {}})
    assert (told.funnels, told.fields, told.currencies) == ([], [], [])
