"""What Smart Data Hub is told of a lead, key by key (smart-data-hub 2)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from include.amocrm_statuses.payload import PushLead, Target, outer_id, payload, payload_hash
from include.amocrm_statuses.rules import Held
from include.settings.amocrm_statuses import Push

KIND, COST, TAX, SHIPPING, DAY, MOMENT, TICK, MANY = range(1, 9)
TYPES = {
    KIND: "select",
    COST: "numeric",
    TAX: "numeric",
    SHIPPING: "text",
    DAY: "date",
    MOMENT: "date_time",
    TICK: "checkbox",
    MANY: "multiselect",
}
TARGET = Target("66b0c1d2e3f405162738495a", "66b0c1d2e3f4051627384960", TYPES, ZoneInfo("Europe/Moscow"))
CREATED, CHANGED = datetime.fromtimestamp(1767261600, UTC), datetime.fromtimestamp(1767700000, UTC)
LEAD = PushLead(
    "31000001-41000777",
    "demo-sales.amocrm.ru",
    41000777,
    "Лицензии для ООО Ромашка",
    Decimal("184500.00"),
    9100001,
    "Дорого",
    CREATED,
    CHANGED,
    {
        "utm_source": "yandex",
        "utm_medium": "cpc",
        "utm_campaign": "brand_msk",
        "metrika_cid": "1767261512345678901",
    },
    {KIND: [Held("Новый", enum_id=5)]},
    "+79210000001",
    "a@example.org",
)
BARE = PushLead("1-2", "a.amocrm.ru", 2, None, None, None, None, CREATED, CHANGED)


def push(**told: Any) -> Push:
    return Push.model_validate(told)


def test_the_body_is_the_example_of_the_contract() -> None:
    assert payload(LEAD, push(custom_fields={KIND: "66b0c1d2e3f40516273849aa"}), TARGET) == {
        "outer_id": "31000001-41000777",
        "name": "Лицензии для ООО Ромашка",
        "pipeline_id": "66b0c1d2e3f405162738495a",
        "status_id": "66b0c1d2e3f4051627384960",
        "price": 184500,
        "utm_source": "yandex",
        "utm_medium": "cpc",
        "utm_campaign": "brand_msk",
        "metrika_cid": "1767261512345678901",
        "rejection_reason": "Дорого",
        "custom_fields": [{"id": "66b0c1d2e3f40516273849aa", "value": "Новый"}],
        "created": 1767261600,
        "last_modified": 1767700000,
        "entity_link": "https://demo-sales.amocrm.ru/leads/detail/41000777",
    }


def test_everything_known_is_told() -> None:
    told = push(
        personal_data=True,
        managers={9100001: "66b0m"},
        first_cost=COST,
        purchase_tax=TAX,
        purchase_shipping=SHIPPING,
    )
    fields = {
        COST: [Held("92000.5", Decimal("92000.5"))],
        TAX: [Held("0", Decimal(0))],
        SHIPPING: [Held(" курьер ")],
    }
    utm = dict.fromkeys(("utm_content", "utm_term", "google_cid", "smart_visitor_id"), "x")
    body = payload(LEAD._replace(fields=fields, utm=utm), told, TARGET)
    wanted = {
        **utm,
        "manager_id": "66b0m",
        "first_cost": 92000.5,
        "purchase_tax": 0,
        "purchase_shipping": "курьер",
        "customer_phone": "+79210000001",
        "customer_email": "a@example.org",
    }
    assert {name: body.get(name) for name in wanted} == wanted


def test_what_is_not_known_is_left_out() -> None:
    assert payload(BARE, push(), TARGET) == {
        "outer_id": "1-2",
        "pipeline_id": TARGET.pipeline_id,
        "status_id": TARGET.status_id,
        "created": 1767261600,
        "last_modified": 1767700000,
        "entity_link": "https://a.amocrm.ru/leads/detail/2",
    }


def test_or_is_a_word_where_the_vendor_wishes_one_but_never_a_number_of_something() -> None:
    body = payload(BARE, push(missing_as_none=True), TARGET)
    assert {name for name, value in body.items() if value == "none"} == {
        *("name", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
        *("metrika_cid", "google_cid", "smart_visitor_id", "purchase_shipping", "rejection_reason"),
        *("invoice", "customer_phone", "customer_email"),
    }
    assert [body[name] for name in ("price", "first_cost", "purchase_tax")] == [0, 0, 0]
    assert (body["products"], body["custom_fields"]) == ([], [])
    assert not {"manager_id", "contact_id"} & set(body)


def test_phones_and_addresses_are_told_only_if_asked_for() -> None:
    spelled = str(payload(LEAD, push(), TARGET)) + str(payload(LEAD, push(missing_as_none=True), TARGET))
    assert "7921" not in spelled
    assert "example.org" not in spelled


def test_a_lead_is_named_by_account_and_number_and_in_a_second_funnel_by_that_too() -> None:
    assert outer_id(31000001, 41000777) == "31000001-41000777"
    assert outer_id(31000001, 41000777, "renewals") == "31000001-41000777-renewals"


def test_a_number_that_does_not_read_is_not_told_as_nothing() -> None:
    lead = LEAD._replace(fields={COST: [Held("12.500,00")]})
    assert "first_cost" not in payload(lead, push(first_cost=COST), TARGET)


def test_values_are_spelled_as_people_read_them() -> None:
    fields = {
        DAY: [Held(at=datetime(2026, 1, 6, tzinfo=UTC))],
        MOMENT: [Held(at=datetime(2026, 1, 6, 21, 30, tzinfo=UTC))],
        TICK: [Held("1", tick=True)],
        MANY: [Held("ERP"), Held("WMS")],
        KIND: [Held("  ")],
    }
    told = push(custom_fields={field_id: str(field_id) for field_id in fields})
    body = payload(LEAD._replace(fields=fields), told, TARGET)
    assert [each["value"] for each in body["custom_fields"]] == [
        "2026-01-06",
        "2026-01-07T00:30:00+03:00",
        "да",
        "ERP, WMS",
    ]


def test_a_touch_alone_is_no_other_body() -> None:
    body = payload(LEAD, push(), TARGET)
    touched = payload(LEAD._replace(updated_at=datetime.now(UTC)), push(), TARGET)
    dearer = payload(LEAD._replace(price=Decimal(1)), push(), TARGET)
    assert payload_hash(body) == payload_hash(touched) != payload_hash(dearer)
