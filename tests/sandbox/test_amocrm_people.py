"""What people do in the simulated amoCRM, and how it shows in lists and events (amocrm 5)."""

from typing import Any

import pytest

from sandbox.control import VendorControl
from tests.sandbox.amocrm_caller import Caller
from tests.sandbox.test_amocrm import LOST, NEW, QUOTE, SALES, WON, T, leads, moves

LEAD = 41000001


def test_a_lead_that_wins_and_is_reopened_is_closed_and_is_not(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": LEAD, "created_at": T}])
    people.order(move={str(LEAD): [SALES, WON]}, at=T + 60)
    assert paid.lead(LEAD)["closed_at"] == T + 60
    people.order(move={str(LEAD): [SALES, QUOTE]}, at=T + 90)
    told = paid.lead(LEAD)
    assert (told["closed_at"], told["status_id"]) == (None, QUOTE)
    statuses = [event["value_after"][0]["lead_status"]["id"] for event in moves(paid)]
    assert statuses == [WON, QUOTE]


def test_a_move_to_where_a_lead_is_leaves_no_event(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": LEAD, "created_at": T}])
    people.order(move={str(LEAD): [SALES, NEW]})
    assert moves(paid) == []


def test_a_reason_of_refusal_goes_with_the_refusal(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": LEAD}])
    people.order(move={str(LEAD): [SALES, LOST]})
    people.order(set={str(LEAD): {"loss_reason_id": 15500022}})
    assert paid.lead(LEAD)["loss_reason_id"] == 15500022
    people.order(move={str(LEAD): [SALES, NEW]})
    assert paid.lead(LEAD)["loss_reason_id"] is None


def test_a_price_that_changes_is_an_event(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": LEAD, "price": 100}])
    people.order(set={str(LEAD): {"price": 250, "tags": ["срочно"]}})
    people.order(set={str(LEAD): {"price": 250}})
    (event,) = paid.rows("events", filter={"type": "sale_field_changed"})
    assert event["value_after"] == [{"sale_field_value": {"sale": 250}}]
    assert event["value_before"] == [{"sale_field_value": {"sale": 100}}]
    assert [tag["name"] for tag in paid.lead(LEAD)["_embedded"]["tags"]] == ["срочно"]


def test_contacts_are_shown_to_those_who_ask(people: VendorControl, paid: Caller) -> None:
    people.order(
        contacts=[
            {"id": 60500011, "name": "Ольга Кедрова", "phones": ["+79210000011"], "emails": ["o@a.example"]}
        ],
        leads=[{"id": LEAD, "contacts": [60500011, 60500012], "source": {"id": 5, "name": "Сайт"}}],
    )
    assert "contacts" not in paid.lead(LEAD)["_embedded"]
    embedded = paid.lead(LEAD, shown="contacts,source")["_embedded"]
    assert embedded["contacts"] == [{"id": 60500011, "is_main": True}, {"id": 60500012, "is_main": False}]
    assert embedded["source"]["name"] == "Сайт"
    (contact,) = paid.rows("contacts", order={"updated_at": "asc"})
    told = {each["field_code"]: each["values"][0]["value"] for each in contact["custom_fields_values"]}
    assert told == {"PHONE": "+79210000011", "EMAIL": "o@a.example"}


def test_a_deleted_contact_is_in_the_list_no_more(people: VendorControl, paid: Caller) -> None:
    people.order(contacts=[{"id": 501}, {"id": 502}])
    people.order(delete_contacts=[501])
    assert [each["id"] for each in paid.rows("contacts")] == [502]


def test_a_merged_lead_is_in_no_list_and_one_of_the_two_is_named(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(3))
    people.order(merge=[LEAD, LEAD + 1])
    people.order(ways={"merge_event": "loser"})
    people.order(merge=[LEAD + 1, LEAD + 2])
    assert paid.ids() == [LEAD + 2]
    assert paid.ask("leads", shown="only_deleted").status == 204
    told = paid.rows("events", filter={"type": ["entity_merged"]})
    assert {event["entity_id"] for event in told} == {LEAD + 1}


def test_a_purged_lead_is_gone_without_a_word(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(2))
    people.order(delete=[LEAD])
    people.order(purge=[LEAD, LEAD + 1])
    assert paid.ask("leads").status == 204
    assert paid.ask("leads", shown="only_deleted").status == 204


def test_unsorted_leads_may_be_in_the_list_or_not(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": LEAD, "status": [SALES, 68100001]}])
    assert paid.ids() == [LEAD]
    people.order(ways={"unsorted_in_leads": "no"})
    assert paid.ask("leads").status == 204


def test_people_act_before_a_page_of_the_list_that_is_meant(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(2))
    people.order(at_page=2, of="leads", rights={"leads": []})
    assert len(paid.rows("events")) == 2
    assert paid.ids(limit=1) == [LEAD]
    assert paid.ask("leads", limit=1, page=2).status == 204


def test_events_are_given_by_hundreds_from_either_end(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(120))
    first = paid.ask("events", limit=250)
    assert len(first.body["_embedded"]["events"]) == 50
    assert len(paid.rows("events", limit=100)) == 100
    told = [event["created_at"] for event in paid.pages("events", limit=100)]
    assert told == sorted(told, reverse=True)
    people.order(ways={"events_order": "oldest"})
    assert [event["created_at"] for event in paid.pages("events", limit=100)] == sorted(told)


@pytest.mark.parametrize(
    ("window", "way", "found"),
    [
        ({"from": T, "to": T + 60}, "inclusive", 2),
        ({"from": T, "to": T + 60}, "exclusive", 0),
        ({"from": T + 1}, "inclusive", 2),
        (T, "inclusive", 2),
    ],
)
def test_events_heed_a_window_in_both_accounts(
    people: VendorControl,
    others: VendorControl,
    paid: Caller,
    free: Caller,
    window: Any,
    way: str,
    found: int,
) -> None:
    for account, caller in ((people, paid), (others, free)):
        account.order(leads=leads(3), ways={"filter_bounds": way})
        assert len(caller.rows("events", filter={"created_at": window})) == found


def test_an_event_list_takes_ten_entities_of_one_kind(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(3))
    asked: dict[str, Any] = {"entity": ["lead"], "entity_id": [LEAD, LEAD + 1]}
    assert len(paid.rows("events", filter=asked)) == 2
    assert paid.ask("events", filter={"entity_id": [LEAD]}).status == 400
    assert paid.ask("events", filter={**asked, "entity_id": list(range(11))}).status == 400
    assert paid.ask("events", filter={"type": "lead_sung"}).status == 400


def test_statuses_and_pipelines_are_what_people_say(people: VendorControl, paid: Caller) -> None:
    people.order(pipelines=[{"id": 7, "name": "Опт", "statuses": [{"id": 70, "name": "Заявка"}]}])
    people.order(statuses={"7": [{"id": 71, "name": "Счёт"}]})
    (pipeline,) = paid.ask("leads/pipelines").body["_embedded"]["pipelines"]
    assert [status["id"] for status in pipeline["_embedded"]["statuses"]] == [70, 71, 142, 143]
    people.order(leads=[{"id": LEAD}])
    assert paid.lead(LEAD)["status_id"] == 70


def test_directories_count_their_rows(people: VendorControl, paid: Caller) -> None:
    people.order(reasons=[{"id": 1, "name": "Дорого"}, {"id": 2, "name": "Долго"}])
    heard = paid.ask("leads/loss_reasons", limit=1)
    assert (heard.body["_total_items"], heard.body["_page_count"], heard.has_next) == (2, 2, True)
    assert [reason["name"] for reason in paid.pages("leads/loss_reasons", limit=1)] == ["Дорого", "Долго"]
    assert len(paid.pages("leads/custom_fields", limit=5)) == 6 + 15


def test_an_account_of_any_size_is_the_same_for_the_same_seed(
    people: VendorControl, others: VendorControl, paid: Caller
) -> None:
    for account in (people, others):
        account.order(generate={"leads": 60, "events": 300, "seed": 5})
    told = [[lead["price"] for lead in account.read("leads")] for account in (people, others)]
    assert told[0] == told[1]
    found = paid.pages("events", limit=100, filter={"type": "lead_status_changed"})
    assert len(found) == 300
    ends = {event["entity_id"]: event for event in reversed(found)}
    statuses = {number: event["value_after"][0]["lead_status"]["id"] for number, event in ends.items()}
    assert len(statuses) == 60
