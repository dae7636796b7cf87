"""A lead as the vendor's list tells it, in all the ways that list has."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from include.amocrm.event import event_of
from include.amocrm.lead import UNREAD_OPTIONAL, UNREAD_PRICE, deleted_of, is_deleted, lead_of
from include.amocrm.spelling import Unreadable
from include.amocrm.values import UNKNOWN_TYPE, UNPARSABLE

MOSCOW = ZoneInfo("Europe/Moscow")
LEAD: dict[str, Any] = {
    "id": 3_000_000_777,
    "name": "Лицензии",
    "price": 184500,
    "status_id": 143,
    "pipeline_id": 8200011,
    "created_at": 1767261600,
    "updated_at": 1767700000,
    "is_deleted": False,
}


def read(**more: Any) -> Any:
    return lead_of({**LEAD, **more}, False, MOSCOW)


def values(kind: str, *elements: Any) -> Any:
    fields = [{"field_id": 1, "field_type": kind, "values": list(elements)}]
    return read(custom_fields_values=fields)


def test_ids_may_be_larger_than_an_integer() -> None:
    assert read().row.lead_id == 3_000_000_777


@pytest.mark.parametrize("told", [[{"id": 7, "name": "Дорого"}], {"id": 7, "name": "Дорого"}, None, "absent"])
def test_the_reason_of_refusal_comes_in_four_shapes(told: Any) -> None:
    embedded = {} if told == "absent" else {"loss_reason": told}
    assert read(_embedded=embedded).row.loss_reason_id == (7 if isinstance(told, list | dict) else None)


def test_a_price_that_does_not_read_is_told_and_not_taken_for_nothing() -> None:
    assert read(price="много").problems == [UNREAD_PRICE]
    assert read(price=None).problems == []
    assert read(price=Decimal("1E+5")).row.price == 100_000
    assert read(price=None).row.price is None


@pytest.mark.parametrize("key", ["id", "pipeline_id", "status_id", "created_at", "updated_at"])
def test_a_live_lead_without_what_every_lead_has_is_refused(key: str) -> None:
    with pytest.raises(Unreadable, match=key):
        read(**{key: None})


def test_a_deleted_row_has_nothing_but_its_number_and_moment() -> None:
    item = {"id": 5, "updated_at": 1767700000, "is_deleted": True, "name": None, "price": None}
    assert is_deleted(item)
    assert deleted_of(item).lead_id == 5


def test_what_passes_does_not_change_the_fingerprint_and_anything_else_does() -> None:
    first = read().row.fingerprint
    assert read(closest_task_at=1, updated_by=9, _links={"a": 1}).row.fingerprint == first
    assert read(updated_at=1767700001).row.fingerprint != first
    assert values("text", {"value": "a"}).row.fingerprint != first


@pytest.mark.parametrize(
    ("spelled", "amount"),
    [
        ("92000.5", Decimal("92000.5")),
        ("1\u00a0234,50", Decimal("1234.50")),
        ("12.500,00", None),
        ("NaN", None),
        ("1e400", None),
        ("Infinity", None),
        ("", None),
    ],
)
def test_numbers_come_as_texts(spelled: str, amount: Decimal | None) -> None:
    found = values("numeric", {"value": spelled})
    assert found.values[0].value_num == amount
    assert found.values[0].value_text == spelled
    assert found.problems == ([UNPARSABLE] if amount is None and spelled else [])


@pytest.mark.parametrize(
    ("told", "day"),
    [
        (1767646800, "2026-01-06"),  # midnight of Moscow
        (1767657600, "2026-01-06"),  # midnight of UTC
        ("2026-01-06", "2026-01-06"),
        ("2026-01-06T00:00:00+03:00", "2026-01-06"),
    ],
)
def test_a_day_is_that_of_utc_or_of_the_account(told: Any, day: str) -> None:
    row = values("date", {"value": told}).values[0]
    assert row.value_text == day
    assert row.value_ts is not None


def test_several_choices_are_rows_in_order() -> None:
    rows = values("multiselect", {"value": "ERP", "enum_id": 10}, {"value": "WMS", "enum_id": 11}).values
    assert [(row.value_index, row.value_text, row.enum_id) for row in rows] == [
        (0, "ERP", 10),
        (1, "WMS", 11),
    ]


def test_a_tick_a_chain_an_object_and_a_type_nobody_knows() -> None:
    assert values("checkbox", {"value": True}).values[0].value_bool is True
    assert values("chained_list", {"catalog_id": 1}).values[0].value_json == '{"catalog_id":1}'
    assert values("legal_entity", {"value": {"inn": "1"}}).values[0].value_json == '{"inn":"1"}'
    unknown = values("hologram", {"value": 1})
    assert (unknown.values[0].value_json, unknown.problems) == ('{"value":1}', [UNKNOWN_TYPE])


def test_what_a_database_refuses_is_taken_out_of_texts() -> None:
    assert read(name="а\x00б\ud800").row.name == "аб"


@pytest.mark.parametrize("told", [None, [], "absent"])
def test_no_fields_are_no_values(told: Any) -> None:
    assert read(**({} if told == "absent" else {"custom_fields_values": told})).values == []


@pytest.mark.parametrize("told", [{"closed_at": "когда-то"}, {"loss_reason_id": "x"}])
def test_what_else_does_not_read_is_told_too(told: dict[str, Any]) -> None:
    assert read(**told).problems == [UNREAD_OPTIONAL]


def sale(after: Any, before: Any = 0) -> Any:
    def side(price: Any) -> Any:
        return [{"sale_field_value": {"sale": price}}]

    return event_of({
        **{"id": "e", "type": "sale_field_changed", "entity_id": 1, "created_at": 1767646800},
        **{"value_before": side(before), "value_after": after if isinstance(after, list) else side(after)},
    })  # fmt: skip


def test_a_price_of_then_is_none_only_where_it_says_so() -> None:
    assert (sale(700).sale_before, sale(700).sale_after) == (0, 700)
    assert sale(None).sale_after is None


@pytest.mark.parametrize("after", ["сто", [], [{"price": {"sale": 5}}]])
def test_a_price_of_then_that_does_not_read_is_refused(after: Any) -> None:
    with pytest.raises(Unreadable):
        sale(after)
