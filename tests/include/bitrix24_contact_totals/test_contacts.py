"""A contact of the portal: what its fields hold, and by what its client is found."""

from decimal import Decimal
from typing import Any

import pytest

from include.bitrix24_contact_totals.contacts import held, told_contact


@pytest.mark.parametrize(
    ("value", "raw", "amount"),
    [
        (None, None, Decimal(0)),
        ("", None, Decimal(0)),
        ([], None, Decimal(0)),
        ("0", "0", Decimal(0)),
        (Decimal("33333.34"), "33333.34", Decimal("33333.34")),
        ("33333.34", "33333.34", Decimal("33333.34")),
        ("1250.5|RUB", "1250.5|RUB", None),
        (["5"], "['5']", None),
    ],
)
def test_a_field_is_kept_as_it_came_and_as_a_number(
    value: Any, raw: str | None, amount: Decimal | None
) -> None:
    assert list(held({"UF_CRM_SUM_0_2026": value}, 7, ["UF_CRM_SUM_0_2026"])) == [
        (7, "UF_CRM_SUM_0_2026", raw, amount)
    ]


def test_a_field_that_is_not_told_is_not_empty_but_absent() -> None:
    assert list(held({"id": 7}, 7, ["UF_CRM_SUM_0_2026"])) == []


def test_keys_are_normalised_each_once_and_what_is_none_is_left_out() -> None:
    told = told_contact(
        {
            **{"ID": "15", "NAME": "Анна", "LAST_NAME": "Ким"},
            "PHONE": [
                {"VALUE": "+7 921 000-00-01"},
                {"VALUE": "89210000001"},
                {"VALUE": "нет"},
                {"VALUE": None},
            ],
            "EMAIL": [{"VALUE": " Anna@Example.org "}, "x"],
        }
    )
    assert told == (15, "Анна Ким", ["79210000001"], ["anna@example.org"])
    assert told_contact({"ID": "16", "NAME": None, "PHONE": ""}) == (16, None, [], [])
