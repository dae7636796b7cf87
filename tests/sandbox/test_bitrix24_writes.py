"""What clients write into the simulated Bitrix24: own fields, values, what nothing changes (bitrix24 2)."""

from typing import Any

import pytest

from sandbox.control import VendorControl
from tests.sandbox.bitrix24_caller import Caller, Heard, spelled
from tests.sandbox.test_bitrix24_lists import won

FIELD = "UF_CRM_SUM_3_2026"
NEW = {
    **{"FIELD_NAME": "SUM_3_2026", "USER_TYPE_ID": "double", "XML_ID": "b24_totals:3:2026", "SORT": 5326},
    **{"EDIT_FORM_LABEL": {"ru": "Сумма сделок 2026"}, "LIST_COLUMN_LABEL": {"ru": "Экспедиции 2026"}},
    **{"MULTIPLE": "N", "SHOW_FILTER": "Y", "EDIT_IN_LIST": "N", "SETTINGS": {"PRECISION": 2}},
}


def add(webhook: Caller, **changes: Any) -> Heard:
    return webhook.ask("crm.contact.userfield.add", fields=NEW | changes)


def held(webhook: Caller, number: int = 15) -> Any:
    (item,) = webhook.items(3, filter={"@id": [number]}, select=["id", FIELD])
    return item[FIELD]


@pytest.fixture
def contacts(portal: VendorControl) -> VendorControl:
    portal.order(contacts=[{"id": 15, "name": "Анна"}, {"id": 16}], fields=[{"name": "SUM_3_2026"}])
    return portal


def test_a_field_is_created_once_and_read_back_with_its_labels_if_a_language_is_asked_for(
    portal: VendorControl, webhook: Caller
) -> None:
    assert add(webhook).body["result"] == 801
    again = add(webhook)
    assert again.status == 400
    assert "уже существует" in again.body["error_description"]
    (told,) = webhook.result("crm.contact.userfield.list", filter={"FIELD_NAME": FIELD, "LANG": "ru"})
    assert told["LIST_COLUMN_LABEL"] == "Экспедиции 2026"
    assert (told["ID"], told["SHOW_FILTER"], told["EDIT_IN_LIST"]) == ("801", "E", "N")
    assert told["SETTINGS"]["PRECISION"] == 2
    (told,) = webhook.result("crm.contact.userfield.list")
    assert "LIST_COLUMN_LABEL" not in told
    assert webhook.result("crm.deal.userfield.list") == []
    fields = webhook.result("crm.item.fields", entityTypeId=3, useOriginalUfNames="Y")["fields"]
    assert (fields[FIELD]["type"], fields[FIELD]["isMultiple"]) == ("double", False)


def test_what_is_wrong_with_a_field_is_told_in_lines(portal: VendorControl, webhook: Caller) -> None:
    portal.order(ways={"max_fields": 1})
    assert add(webhook).status == 200
    refused = add(webhook, FIELD_NAME="сумма", USER_TYPE_ID="sum")
    assert refused.status == 400
    assert len(refused.body["error_description"].split("\n")) == 4
    assert len(portal.read("fields")) == 1


def test_a_field_may_be_there_although_its_creation_has_failed(
    portal: VendorControl, webhook: Caller
) -> None:
    for way, there in (("500", 0), ("500_applied", 1)):
        portal.order(ways={"field_creation": way})
        assert add(webhook).error == (500, "INTERNAL_SERVER_ERROR")
        assert len(webhook.result("crm.contact.userfield.list")) == there


def test_only_an_administrator_creates_fields(portal: VendorControl, webhook: Caller) -> None:
    portal.order(rights={"admin": False})
    assert webhook.result("profile")["ADMIN"] is False
    assert add(webhook).error == (403, "ACCESS_DENIED")


def test_a_total_is_set_and_rounded_to_the_fields_places(contacts: VendorControl, webhook: Caller) -> None:
    assert held(webhook) is None
    heard = webhook.set(3, 15, **{FIELD: "137333.505"})
    assert heard.body["result"]["item"][FIELD] == 137333.51
    assert heard.body["result"]["item"]["name"] == "Анна"
    assert held(webhook) == 137333.51
    webhook.set(3, 15, **{FIELD: -0.125})
    assert held(webhook) == -0.13
    webhook.set(3, 15, **{FIELD: ""})
    assert held(webhook) is None


def test_a_write_that_changes_nothing_saves_nothing(
    contacts: VendorControl, webhook: Caller, portal_url: str
) -> None:
    webhook.set(3, 15, **{FIELD: "100"})
    before = contacts.read("contacts")[0]
    webhook.set(3, 15, **{FIELD: 100.001})
    webhook.set(3, 15, UF_CRM_NONE=5, name="Анна")
    assert contacts.read("contacts")[0] == before
    assert contacts.read("counts") == {"updated": 1, "unchanged": 2, "workflows": 1}
    assert [each["what"] for each in contacts.read("writes")] == ["updated", "unchanged", "unchanged"]


def test_the_old_update_starts_workflows_even_if_nothing_changes(
    contacts: VendorControl, webhook: Caller
) -> None:
    for _ in range(3):
        assert webhook.result("crm.contact.update", id=15, fields={FIELD: 5, "UF_CRM_NONE": 1}) is True
    assert held(webhook) == 5
    assert contacts.read("counts") == {"updated": 1, "unchanged": 2, "workflows": 3}


def test_a_contact_that_is_gone_is_told_in_the_methods_own_words(
    contacts: VendorControl, webhook: Caller
) -> None:
    contacts.order(delete_contacts=[15])
    assert webhook.set(3, 15, **{FIELD: 5}).error == (400, "NOT_FOUND")
    old = webhook.ask("crm.contact.update", id=15, fields={FIELD: 5})
    assert (old.error, old.body["error_description"]) == ((400, ""), "Contact is not found")
    assert webhook.items(3, filter={"@id": [15, 16]}, select=["id"]) == [{"id": 16}]


@pytest.mark.parametrize("value", ["сто", "1250.5|RUB", [], {"a": 1}])
def test_what_is_no_number_is_refused(contacts: VendorControl, webhook: Caller, value: Any) -> None:
    assert webhook.set(3, 15, **{FIELD: value}).error == (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID")
    assert held(webhook) is None


@pytest.mark.parametrize("empty", [None, "", "0", False])
def test_an_empty_field_may_be_told_in_four_ways(
    contacts: VendorControl, webhook: Caller, empty: Any
) -> None:
    contacts.order(ways={"uf_empty": empty})
    assert held(webhook) == empty
    assert type(held(webhook)) is type(empty)


def test_numbers_may_be_texts_and_people_may_have_left_odd_values(
    contacts: VendorControl, webhook: Caller
) -> None:
    contacts.order(change={"contact": {"15": {FIELD: 1250.0}, "16": {FIELD: "1250.5|RUB"}}})
    assert (held(webhook), held(webhook, 16)) == (1250, "1250.5|RUB")
    assert type(held(webhook)) is int
    contacts.order(ways={"uf_number": "text"})
    assert held(webhook) == "1250"


def test_fields_of_other_types(portal: VendorControl, webhook: Caller) -> None:
    told = [
        *(
            {"name": "MONEY", "type": "money"},
            {"name": "DAY", "type": "date"},
            {"name": "SUMS", "multiple": True},
        ),
        *({"name": "TEXTS", "type": "string", "multiple": True}, {"name": "YES", "type": "boolean"}),
    ]
    portal.order(contacts=[{"id": 15}], fields=told)
    values = {
        **{"UF_CRM_MONEY": "1250.5|RUB", "UF_CRM_DAY": "2026-01-01", "UF_CRM_SUMS": ["1.005", 2]},
        **{"UF_CRM_TEXTS": ["Анна", "Борис"], "UF_CRM_YES": 1},
    }
    item = webhook.set(3, 15, **values).body["result"]["item"]
    assert {name: item[name] for name in values} == {
        **{"UF_CRM_MONEY": "1250.5|RUB", "UF_CRM_DAY": "2026-01-01T03:00:00+03:00", "UF_CRM_SUMS": [1.01, 2]},
        **{"UF_CRM_TEXTS": ["Анна", "Борис"], "UF_CRM_YES": "Y"},
    }
    assert webhook.set(3, 15, UF_CRM_MONEY="1250").status == 400
    assert webhook.set(3, 15, UF_CRM_DAY="вчера").status == 400


def test_deals_are_changed_but_for_what_nobody_may_write(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=won(1))
    told = {"title": "Камчатка", "closedate": "2026-08-21", "stageSemanticId": "P", "movedTime": "2020-01-01"}
    item = webhook.set(2, 1, **told).body["result"]["item"]
    assert (item["title"], item["closedate"]) == ("Камчатка", "2026-08-21T03:00:00+03:00")
    assert (item["stageSemanticId"], item["movedTime"][:4]) != ("P", "2020")
    assert webhook.set(2, 1, closedate="31.12.2026").body["result"]["item"]["closedate"][:10] == "2026-12-31"
    assert webhook.set(2, 1, closedate="2026-02-30").error == (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID")
    assert webhook.set(2, 1, stageId="C7:WON").error == (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID")
    webhook.result("crm.deal.update", id=1, fields={"STAGE_ID": "C7:WON", "TITLE": "Алтай"})
    assert webhook.items(select=["title", "stageId"]) == [{"id": 1, "title": "Алтай", "stageId": "WON"}]


def test_a_batch_of_writes_does_what_it_can(contacts: VendorControl, webhook: Caller) -> None:
    told = {"entityTypeId": 3, "useOriginalUfNames": "Y"}
    values = {15: "10.50", 404: "1", 16: "x"}
    commands = {
        f"k{number}": spelled("crm.item.update", {**told, "id": number, "fields": {FIELD: value}})
        for number, value in values.items()
    }
    answer = webhook.batch(commands)
    assert {key: each["error"] for key, each in answer["result_error"].items()} == {
        "k404": "NOT_FOUND",
        "k16": "CRM_FIELD_ERROR_VALUE_NOT_VALID",
    }
    assert (held(webhook), held(webhook, 16)) == (10.5, None)
