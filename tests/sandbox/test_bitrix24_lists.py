"""Lists of the simulated Bitrix24: pages of 50, counting, filters, orders, values (bitrix24 1.6, 1.8)."""

from typing import Any

import pytest

from sandbox.control import VendorControl
from tests.sandbox.bitrix24_caller import Caller

WON = {"stageSemanticId": "S"}


def won(count: int, first: int = 1, **more: Any) -> list[dict[str, Any]]:
    deal = {**WON, "opportunity": 100, "closedate": "2026-03-01", "contactIds": [15], **more}
    return [{**deal, "id": number, "title": f"Тур {number}"} for number in range(first, first + count)]


def ids(items: list[dict[str, Any]]) -> list[int]:
    return [item["id"] for item in items]


def test_a_page_has_fifty_whatever_is_asked_and_the_next_begins_after_its_last(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(deals=won(120))
    first = webhook.items(select=["id"], order={"id": "ASC"}, limit=100)
    assert ids(first) == list(range(1, 51))
    assert ids(webhook.items(filter={">id": 50}, order={"id": "ASC"})) == list(range(51, 101))
    assert ids(webhook.items(filter={">id": 100})) == list(range(101, 121))
    assert webhook.items(filter={">id": 120}) == []


def test_a_list_that_does_not_count_has_no_total_or_one_of_zero(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(deals=won(60))
    body = webhook.ask("crm.item.list", entityTypeId=2, start=-1).body
    assert "total" not in body
    assert "next" not in body
    portal.order(ways={"start_minus_one_total": 0})
    assert webhook.ask("crm.item.list", entityTypeId=2, start=-1).body["total"] == 0


def test_a_list_that_counts_tells_the_total_and_where_the_next_page_begins(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(deals=won(120))
    told = [webhook.ask("crm.item.list", entityTypeId=2, start=start).body for start in (0, 50, 60, 100, 150)]
    assert [body["total"] for body in told] == [120] * 5
    assert [body.get("next") for body in told] == [50, 100, 100, None, None]
    assert [len(body["result"]["items"]) for body in told] == [50, 50, 50, 20, 0]


def test_the_largest_number_and_the_count_come_in_one_call(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=[*won(70), {"id": 900, "title": "В работе"}])
    head = {"entityTypeId": 2, "order": {"id": "DESC"}, "select": ["id"], "filter": WON, "start": 0}
    body = webhook.ask("crm.item.list", **head).body
    assert body["total"] == 70
    assert body["result"]["items"][0] == {"id": 70}


def test_numbers_are_numbers_in_new_methods_and_texts_in_old_ones(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(deals=won(1, 77, opportunity=1250.5))
    (new,) = webhook.items(select=["id", "opportunity", "categoryId", "isRecurring", "closedate"])
    assert new == {
        **{"id": 77, "opportunity": 1250.5, "categoryId": 0, "isRecurring": "N"},
        "closedate": "2026-03-01T03:00:00+03:00",
    }
    (old,) = webhook.result("crm.deal.list", select=["ID", "OPPORTUNITY", "CATEGORY_ID"], filter={"ID": 77})
    assert old == {"ID": "77", "OPPORTUNITY": "1250.50", "CATEGORY_ID": "0"}


def test_contacts_of_a_deal_are_told_by_new_methods_only(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=won(1, contactIds=[88, 15, 402], contactId=15))
    assert webhook.items(select=["contactId", "contactIds"]) == [
        {"id": 1, "contactId": 15, "contactIds": [88, 15, 402]}
    ]
    portal.order(ways={"contact_ids_order": "descending"})
    assert webhook.items(select=["contactIds"])[0]["contactIds"] == [402, 88, 15]
    (old,) = webhook.result("crm.deal.list", select=["*", "CONTACT_IDS"])
    assert "CONTACT_IDS" not in old
    rows = webhook.result("crm.deal.contact.items.get", id=1)
    assert [(row["CONTACT_ID"], row["IS_PRIMARY"]) for row in rows] == [(88, "N"), (15, "Y"), (402, "N")]


def test_an_unknown_name_vanishes_from_select_and_is_refused_in_filter_and_order(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(deals=won(1))
    assert webhook.items(select=["id", "contactIDs", "UF_CRM_NONE"]) == [{"id": 1}]
    for wrong in ({"filter": {"stage": "S"}}, {"order": {"stage": "ASC"}}, {"filter": {">id": [5]}}):
        assert webhook.ask("crm.item.list", entityTypeId=2, **wrong).error == (400, "INVALID_ARG_VALUE")
    assert len(webhook.result("crm.deal.list", filter={"STAGE": "S"}, order={"STAGE": "ASC"})) == 1
    portal.order(ways={"unknown_array_filter": "ignored"})
    assert ids(webhook.items(filter={">id": [5]})) == [1]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"id": 3}, [3]),
        ({"=id": "3"}, [3]),
        ({"@id": [3, 5, 99]}, [3, 5]),
        ({"id": [3, 5]}, [3, 5]),
        ({"!@id": [1, 2, 3, 4]}, [5]),
        ({"!id": 3}, [1, 2, 4, 5]),
        ({"!=id": 3}, [1, 2, 4, 5]),
        ({">=id": 4}, [4, 5]),
        ({"<id": 2}, [1]),
        ({"><id": [2, 3]}, [2, 3]),
        ({"%title": "тур"}, [1, 2, 3, 4, 5]),
        ({"!%title": "4"}, [1, 2, 3, 5]),
        ({"=%title": "%р 2"}, [2]),
        ({">=opportunity": "100.01"}, []),
        ({"stageSemanticId": "S", "isRecurring": "N", ">id": 4}, [5]),
        ({"isRecurring": "Y"}, []),
        ({">closedate": "2026-02-28"}, [1, 2, 3, 4, 5]),
        ({">updatedTime": "2030-01-01T00:00:00+03:00"}, []),
        ({"contactIds": 15}, [1, 2, 3, 4, 5]),
        ({"logic": "OR", "0": {"id": 1}, "1": {">id": 4}}, [1, 5]),
        ([{"logic": "OR", "0": {"id": 1}, "1": {"id": 2}}], [1, 2]),
        ({"companyId": 0, "id": 1}, [1]),
    ],
)
def test_filters(portal: VendorControl, webhook: Caller, asked: Any, found: list[int]) -> None:
    portal.order(deals=won(5))
    assert ids(webhook.items(filter=asked)) == found


def test_a_record_without_a_value_may_be_none_of_those_that_are_not_something(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(fields=[{"name": "TEST", "type": "string", "entity": "deal"}])
    portal.order(deals=[{"id": 1}, {"id": 2, "UF_CRM_TEST": "1"}, {"id": 3, "UF_CRM_TEST": "2"}])
    asked = {"filter": {"!@UF_CRM_TEST": ["1"]}, "useOriginalUfNames": "Y"}
    assert ids(webhook.items(**asked)) == [1, 3]
    portal.order(ways={"negated_unset": "dropped"})
    assert ids(webhook.items(**asked)) == [3]


def test_lists_are_sorted_by_whatever_is_asked(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=[{"id": 1, "title": "б"}, {"id": 2, "title": "а"}, {"id": 3, "title": "б"}])
    assert ids(webhook.items(order={"title": "ASC", "id": "DESC"})) == [2, 3, 1]
    assert ids(webhook.items(order={"id": "DESC"})) == [3, 2, 1]
    assert ids(webhook.items(order={"title": "DESC"}, filter={">id": 1})) == [3, 2]


def test_own_fields_have_two_spellings(portal: VendorControl, webhook: Caller) -> None:
    portal.order(fields=[{"name": "SUM_3_2026"}, {"name": "ARTICLE", "type": "string"}])
    portal.order(contacts=[{"id": 15, "UF_CRM_SUM_3_2026": 1250.5, "UF_CRM_ARTICLE": "А-1"}])
    original = webhook.items(3, select=["UF_CRM_SUM_3_2026", "UF_CRM_ARTICLE"])
    assert original == [{"id": 15, "UF_CRM_SUM_3_2026": 1250.5, "UF_CRM_ARTICLE": "А-1"}]
    names = ["ufCrm_SUM_3_2026", "ufCrmArticle", "UF_CRM_ARTICLE"]
    converted = webhook.items(3, select=names, useOriginalUfNames="N")
    assert converted == [{"id": 15, "ufCrm_SUM_3_2026": 1250.5, "ufCrmArticle": "А-1"}]


def test_phones_are_told_if_there_are_any_and_they_are_asked_for_by_name(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(contacts=[{"id": 15, "name": "Анна", "phones": ["+79210000001"]}, {"id": 16}])
    rows = webhook.result("crm.contact.list", select=["ID", "NAME", "PHONE", "EMAIL"], order={"ID": "ASC"})
    assert rows[0]["ID"] == "15"
    assert [phone["VALUE"] for phone in rows[0]["PHONE"]] == ["+79210000001"]
    assert rows[1] == {"ID": "16", "NAME": None}
    assert "PHONE" not in webhook.result("crm.contact.list", select=["*"])[0]
    assert webhook.result("crm.contact.get", id=15)["PHONE"]


def test_requests_may_be_forms_queries_and_have_a_suffix(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=won(3))
    query = "entityTypeId=2&start=-1&filter%5B%3Eid%5D=1&select%5B0%5D=id&select%5B1%5D=title"
    answers = [
        webhook.send(f"{webhook.path}/crm.item.list.json?{query}", None),
        webhook.send(f"{webhook.path}/crm.item.list", query.encode()),
    ]
    for heard in answers:
        assert heard.body["result"]["items"] == [{"id": 2, "title": "Тур 2"}, {"id": 3, "title": "Тур 3"}]


def test_dates_are_shifted_by_the_portals_offset(portal: VendorControl, webhook: Caller) -> None:
    portal.order(deals=[*won(1, 1, closedate="2026-01-01"), *won(1, 2, closedate="2025-12-31")])
    portal.order(deals=[{"id": 3, "closedate": None}])
    told = [item["closedate"] for item in webhook.items(select=["closedate"])]
    assert told == ["2026-01-01T03:00:00+03:00", "2025-12-31T03:00:00+03:00", None]
    portal.order(ways={"close_date_offset": "+10:00"})
    assert webhook.items(select=["closedate"])[0]["closedate"] == "2026-01-01T10:00:00+10:00"


def test_directories(portal: VendorControl, webhook: Caller) -> None:
    portal.order(funnels=[{"id": 0, "name": "Общая"}, {"id": 3, "name": "Экспедиции", "sort": 200}])
    body = webhook.ask("crm.category.list", entityTypeId=2).body
    assert body["total"] == 2
    assert [(each["id"], each["isDefault"]) for each in body["result"]["categories"]] == [(0, "Y"), (3, "N")]
    stages = webhook.result("crm.status.list", filter={"ENTITY_ID": "DEAL_STAGE_3"}, order={"SORT": "ASC"})
    assert [each["STATUS_ID"] for each in stages if each["SEMANTICS"] == "S"] == ["C3:WON"]
    assert {each["ENTITY_ID"] for each in webhook.result("crm.status.list")} == {
        *("DEAL_STAGE", "DEAL_STAGE_3", "CONTACT_TYPE")
    }
    body = webhook.ask("crm.currency.list").body
    assert body["total"] == 0
    assert {each["CURRENCY"]: each["AMOUNT"] for each in body["result"]}["EUR"] == "95.1000"
    assert webhook.result("crm.currency.base.get") == "RUB"
    assert webhook.result("profile")["ADMIN"] is True
    fields = webhook.result("crm.item.fields", entityTypeId=2)["fields"]
    assert fields["contactIds"]["isMultiple"] is True
    assert fields["stageSemanticId"]["isReadOnly"] is True
    assert fields["updatedTime"]["upperName"] == "DATE_MODIFY"
