"""The filter: every operator on every kind of field; what is empty, chosen, cased or composed apart."""

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from include.amocrm_statuses.rules import Held, Lead, conditions, passes
from include.amocrm_statuses.wanted import fold, unreadable
from include.settings.amocrm_mapping import Filter

MOSCOW = ZoneInfo("Europe/Moscow")
TEXT, NUMBER, DAY, MOMENT, TICK, CHOICE, MANY, ODD = range(1, 9)
TYPES = {
    TEXT: "text",
    NUMBER: "numeric",
    DAY: "date",
    MOMENT: "date_time",
    TICK: "checkbox",
    CHOICE: "select",
    MANY: "multiselect",
    ODD: "a new type",
}
EVENING = datetime(2026, 1, 31, 21, 30, tzinfo=UTC)  # the next day in Moscow
MIDNIGHT = datetime(2026, 1, 31, tzinfo=UTC)  # how the vendor spells a day
LEAD = Lead(
    8200011,
    142,
    9100001,
    Decimal("1000.00"),
    EVENING,
    tags=("сайт", "VIP"),
    utm={"utm_source": "Yandex", "metrika_cid": "17"},
    fields={
        TEXT: [Held("  Ёжик 10 ")],
        NUMBER: [Held("10.0", Decimal("10.0"))],
        DAY: [Held(at=MIDNIGHT)],
        MOMENT: [Held(at=EVENING)],
        TICK: [Held("1", tick=True)],
        CHOICE: [Held("Новый", enum_id=2200301)],
        MANY: [Held("ERP", enum_id=2200310), Held("WMS", enum_id=2200311)],
        ODD: [Held("что-то")],
    },
)
BARE = Lead(8200011, 142, None, None, EVENING)


def field(told: int | str) -> dict[str, Any]:
    if isinstance(told, int):
        return {"custom_field_id": told}
    return {"utm": told} if told.startswith(("utm", "ym")) else {"system": told}


def holds(told: int | str, operator: str, *values: str, lead: Lead = LEAD, zone: ZoneInfo = MOSCOW) -> bool:
    rule = {"field": field(told), "operator": operator, "values": list(values)}
    return kept([rule], lead=lead, zone=zone)


def kept(rules: list[dict[str, Any]], match: str = "all", lead: Lead = LEAD, zone: ZoneInfo = MOSCOW) -> bool:
    told = Filter.model_validate({"match": match, "rules": rules})
    return passes(conditions(told, TYPES, zone), told.match, lead)


@pytest.mark.parametrize(
    ("told", "value", "other"),
    [
        (TEXT, "ёжик 10", "ёжик 10.0"),
        (TEXT, "ЁЖИК 10", "Ежик 10"),
        (TEXT, unicodedata.normalize("NFD", "ёЖик 10"), "ёжик"),
        (NUMBER, "10", "10.01"),
        (NUMBER, "10,00", "1"),
        (DAY, "2026-01-31", "2026-02-01"),
        (DAY, "31.01.2026", "2026-01-30"),
        (MOMENT, "2026-02-01", "2026-01-31"),
        (MOMENT, "2026-02-01T00:30", "2026-01-31T21:30"),
        (MOMENT, "2026-01-31T21:30:00Z", "2026-01-31T21:31:00Z"),
        (TICK, "да", "нет"),
        (TICK, "TRUE", "0"),
        (CHOICE, "новый", "Старый"),
        (CHOICE, "2200301", "2200310"),
        (MANY, "wms", "CRM"),
        (MANY, "2200310", "2200301"),
        (ODD, "ЧТО-ТО", "что"),
        ("tag", "vip", "v"),
        ("utm_source", "yandex", "google"),
        ("ym_uid", "17", "1"),
        ("pipeline_id", "8200011", "142"),
        ("status_id", "8200011/142", "8200022/142"),
        ("responsible_user_id", "9100001", "1"),
        ("price", "1000", "1000.01"),
        ("created_at", "2026-02-01", "2026-01-31"),
    ],
)
def test_equals_and_not_equals_are_each_others_opposite(told: int | str, value: str, other: str) -> None:
    assert holds(told, "equals", value)
    assert not holds(told, "not_equals", value)
    assert not holds(told, "equals", other)
    assert holds(told, "not_equals", other)
    assert holds(told, "equals", other, value)


@pytest.mark.parametrize("told", [*TYPES, "tag", "utm_source", "responsible_user_id", "price"])
def test_an_empty_field_equals_nothing(told: int | str) -> None:
    value = "да" if told == TICK else "2026-01-01" if told in (DAY, MOMENT) else "1"
    assert not holds(told, "equals", value, lead=BARE)
    assert holds(told, "not_equals", value, lead=BARE)
    assert holds(told, "is_empty", lead=BARE)
    assert not holds(told, "not_empty", lead=BARE)
    assert not holds(told, "is_empty")
    assert holds(told, "not_empty")


def test_a_box_that_is_not_ticked_is_the_same_told_or_not_told() -> None:
    for lead in (BARE, BARE._replace(fields={TICK: [Held("0", tick=False)]})):
        assert holds(TICK, "equals", "нет", lead=lead)
        assert not holds(TICK, "equals", "да", lead=lead)
        assert holds(TICK, "is_empty", lead=lead)


def test_blank_text_is_empty() -> None:
    lead = BARE._replace(fields={TEXT: [Held(" \u00a0 ")]})
    assert holds(TEXT, "is_empty", lead=lead)


@pytest.mark.parametrize("told", [TEXT, CHOICE, MANY, ODD, "tag", "utm_source"])
def test_contains_looks_at_parts_of_words_whatever_their_case(told: int | str) -> None:
    part = {TEXT: "ЖИК", CHOICE: "ОВ", MANY: "ms", ODD: "О-Т", "tag": "АЙ", "utm_source": "AND"}[told]
    assert holds(told, "contains", part)
    assert not holds(told, "not_contains", part)
    assert not holds(told, "contains", "щщ")
    assert holds(told, "not_contains", "щщ")
    assert not holds(told, "contains", part, lead=BARE)
    assert holds(told, "not_contains", part, lead=BARE)


@pytest.mark.parametrize(
    ("told", "less", "same", "more"),
    [
        (NUMBER, "9,99", "10", "10.01"),
        (DAY, "2026-01-30", "2026-01-31", "2026-02-01"),
        (MOMENT, "2026-01-31", "2026-02-01", "2026-02-02"),
        (MOMENT, "2026-02-01T00:29", "2026-02-01T00:30", "2026-02-01T00:31"),
        ("price", "999.99", "1 000", "1000,01"),
        ("created_at", "2026-01-31", "2026-02-01", "2026-02-02"),
    ],
)
def test_numbers_and_days_have_an_order(told: int | str, less: str, same: str, more: str) -> None:
    wanted = {"gt": (True, False, False), "gte": (True, True, False)}
    wanted |= {"lt": (False, False, True), "lte": (False, True, True)}
    for operator, expected in wanted.items():
        assert tuple(holds(told, operator, value) for value in (less, same, more)) == expected, operator
        assert not any(
            holds(told, operator, value, lead=BARE) for value in (less, more) if told != "created_at"
        )


def test_a_day_of_a_field_is_the_accounts_whatever_the_zone_of_reports() -> None:
    midnight = datetime(2026, 1, 5, 21, tzinfo=UTC)  # of 6 January in Moscow
    lead = BARE._replace(fields={DAY: [Held(at=midnight)]}, created_at=midnight)
    there = ZoneInfo("America/New_York")
    for told, day in ((DAY, "2026-01-06"), ("created_at", "2026-01-05")):
        rule = {"field": field(told), "operator": "equals", "values": [day]}
        found = conditions(Filter.model_validate({"rules": [rule]}), TYPES, there, MOSCOW)
        assert passes(found, "all", lead)


def test_texts_that_look_like_numbers_are_compared_as_texts() -> None:
    lead = BARE._replace(fields={TEXT: [Held("10")]})
    assert holds(TEXT, "equals", "10", lead=lead)
    assert not holds(TEXT, "equals", "10.0", lead=lead)


def test_a_number_that_does_not_read_is_no_zero_and_not_empty() -> None:
    lead = BARE._replace(fields={NUMBER: [Held("12.500,00")]})
    assert not holds(NUMBER, "equals", "0", lead=lead)
    assert not holds(NUMBER, "lt", "1", lead=lead)
    assert holds(NUMBER, "not_empty", lead=lead)


SITE = {"field": field(TEXT), "operator": "contains", "values": ["ёжик"]}
DEAR = {"field": field("price"), "operator": "gt", "values": ["5000"]}
VIP = {"field": field("tag"), "values": ["vip"]}


def test_no_rules_take_everything() -> None:
    assert kept([])
    assert kept([], "any", BARE)


def test_all_include_rules_hold_or_any_of_them() -> None:
    assert not kept([SITE, DEAR])
    assert kept([SITE, DEAR], "any")
    assert not kept([DEAR], "any")


@pytest.mark.parametrize("match", ["all", "any"])
def test_one_exclude_rule_is_enough_to_leave_a_lead_out(match: str) -> None:
    assert not kept([SITE, VIP | {"action": "exclude"}], match)
    assert not kept([DEAR | {"action": "exclude"}, VIP | {"action": "exclude"}], match)
    assert kept([DEAR | {"action": "exclude"}], match)


def test_a_lead_leaves_when_its_value_changes() -> None:
    assert kept([SITE])
    assert not kept([SITE], lead=LEAD._replace(fields={TEXT: [Held("другой")]}))


def test_folding_does_not_depend_on_how_a_text_was_composed() -> None:
    for text in ("ЁЖ", "Й", "ß", "İ", "ﬁ"):
        assert fold(unicodedata.normalize("NFD", text)) == fold(text) == fold(f" {text}\u00a0")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "много"),
        ("number", "12.500,00"),
        ("date", "2026-13-01"),
        ("date", "2026-01-01T10:00"),
        ("moment", "вчера"),
        ("tick", "может быть"),
        ("pipeline", "Лицензии"),
        ("status", "142"),
        ("user", "Анна"),
    ],
)
def test_a_value_that_does_not_read_as_its_fields_kind_is_told(kind: Any, value: str) -> None:
    assert value in (unreadable(kind, value) or "")
