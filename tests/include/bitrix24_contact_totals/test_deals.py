"""A won deal of the portal as a row."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from include.bitrix24_contact_totals.deals import (
    SELECT,
    condition,
    deal_row,
    is_excluded,
    selected,
    won_row,
)
from include.settings.bitrix24_contact_totals import Deals

MOSCOW = ZoneInfo("Europe/Moscow")
ITEM: dict[str, Any] = {
    **{"id": 90117, "title": "Камчатка, август", "categoryId": 3, "stageId": "C3:WON"},
    **{"closedate": "2026-01-01T03:00:00+03:00", "movedTime": "2025-12-31T23:41:09+03:00"},
    **{"updatedTime": "2026-03-02T17:41:10+03:00", "opportunity": Decimal("412000.5"), "currencyId": "RUB"},
    **{"contactId": 88, "contactIds": [402, 15, 88], "companyId": 0},
}


def test_a_deal_is_read_with_its_days_as_written() -> None:
    row = deal_row(ITEM, "equal", MOSCOW)
    assert (row.closed_on, row.moved_on) == ("2026-01-01", "2025-12-31")
    assert (row.contact_ids, row.company_id, row.opportunity) == ([15, 88, 402], None, Decimal("412000.5"))
    assert set(ITEM) == set(SELECT)


@pytest.mark.parametrize(
    ("contact", "contacts", "sharers"),
    [(88, [402, 15, 88], [88]), (0, [402, 15], [15]), (0, [], []), (None, None, [])],
)
def test_all_of_it_may_go_to_the_main_contact(contact: Any, contacts: Any, sharers: list[int]) -> None:
    assert (
        deal_row({**ITEM, "contactId": contact, "contactIds": contacts}, "primary_only", MOSCOW).contact_ids
        == sharers
    )


def test_a_lacking_field_is_a_fault_and_not_a_deal_without_contacts() -> None:
    with pytest.raises(KeyError):
        deal_row({name: value for name, value in ITEM.items() if name != "contactIds"}, "equal", MOSCOW)


@pytest.mark.parametrize(
    ("deals", "more"),
    [
        ({}, {}),
        ({"funnels": [0, 3]}, {"@categoryId": [0, 3]}),
        ({"exclude_funnels": [5]}, {"!@categoryId": [5]}),
        ({"exclude": [{"field": "UF_CRM_TEST", "values": ["1"]}]}, {}),
    ],
)
def test_won_deals_of_the_wanted_funnels_are_asked_for(deals: dict[str, Any], more: dict[str, Any]) -> None:
    asked = condition(Deals.model_validate(deals))
    assert asked == {"stageSemanticId": "S", "isRecurring": "N", **more}


@pytest.mark.parametrize(
    ("value", "is_left_out"),
    [
        *[(value, True) for value in ("1", 1, True, "Y", Decimal("1.0"), [7, 1], {"0": "1"}, "test")],
        *[(value, False) for value in (None, "", 0, False, "N", "10", Decimal("1.5"), [], ["2"])],
    ],
)
def test_a_deal_is_left_out_by_its_value_and_one_without_a_value_never(value: Any, is_left_out: bool) -> None:
    deals = Deals.model_validate({"exclude": [{"field": "UF_CRM_TEST", "values": ["1", "test"]}]})
    assert selected(deals)[-1] == "UF_CRM_TEST"
    assert is_excluded({**ITEM, "UF_CRM_TEST": value}, deals) is is_left_out


def test_a_row_of_the_history_says_when() -> None:
    told = {"ID": 5501, "OWNER_ID": 90117, "CREATED_TIME": "2026-03-02T17:41:09+03:00"}
    assert won_row(told, MOSCOW) == (90117, 5501, "2026-03-02")
    assert won_row({**told, "CREATED_TIME": ""}, MOSCOW) is None


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2025-12-31T22:30:00+00:00", "2026-01-01"),
        ("2026-01-01T02:30:00+07:00", "2025-12-31"),
        ("2025-12-31T23:41:09+03:00", "2025-12-31"),
        ("2025-12-31", "2025-12-31"),
        ("", None),
    ],
)
def test_a_moment_is_of_the_day_it_is_where_the_year_begins(told: str, day: str | None) -> None:
    assert deal_row({**ITEM, "movedTime": told}, "equal", MOSCOW).moved_on == day
    row = won_row({"ID": 1, "OWNER_ID": 2, "CREATED_TIME": told}, MOSCOW)
    assert (row.won_on if row else None) == day


def test_a_close_date_is_the_day_that_is_written_whatever_its_zone() -> None:
    row = deal_row({**ITEM, "closedate": "2025-12-31T22:30:00+00:00"}, "equal", MOSCOW)
    assert row.closed_on == "2025-12-31"
