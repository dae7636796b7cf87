"""Deals that are left out by the value of a field, such as tests (A15)."""

from typing import Any

import pytest

from tests.bitrix24_contact_totals.club import SETTINGS, deal
from tests.bitrix24_portal import Portal

LEFT_OUT = {**SETTINGS, "deals": {"exclude": [{"field": "UF_CRM_TEST", "values": ["1"]}]}}
COUNTED = "select deal_id from mart.bitrix24_deal where is_won order by 1"


def counted(portal: Portal) -> list[int]:
    return [row["deal_id"] for row in portal.rows(COUNTED)]


@pytest.mark.parametrize("settings", [LEFT_OUT], indirect=True)
@pytest.mark.parametrize("kind", ["string", "boolean"])
@pytest.mark.parametrize("unset", ["kept", "dropped"])
def test_only_deals_with_that_value_are_left_out_however_the_portal_compares_those_without(
    club: Portal, unset: str, kind: str
) -> None:
    club.crm.order(ways={"negated_unset": unset})
    club.crm.order(fields=[{"name": "TEST", "type": kind, "entity": "deal"}])
    test: dict[str, Any] = {**deal(107, 3, "S", "2026-03-05", 10, [7]), "UF_CRM_TEST": "1"}
    club.crm.order(deals=[test])
    assert club.run().state == "success"
    assert counted(club) == [101, 102, 104, 105]
    club.crm.order(change={"deal": {"104": {"UF_CRM_TEST": "1"}}})
    assert club.run().state == "success"
    assert counted(club) == [101, 102, 105]
    assert club.held()[7]["UF_CRM_SUM_3_2026"] == 0


@pytest.mark.parametrize("settings", [LEFT_OUT], indirect=True)
def test_a_field_that_is_not_there_leaves_nobody_out_without_a_word(club: Portal) -> None:
    made = club.run()
    assert made.state == "failed"
    assert "UF_CRM_TEST" in str(made.errors["stage_deals"])
    assert club.written() == []
