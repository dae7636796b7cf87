"""The simulated amoCRM: what a reading has to survive."""

import time
from typing import Any

import pytest

from sandbox.control import VendorControl
from tests.sandbox.amocrm_caller import FREE, Caller
from tests.sandbox.haste import within_a_second

SALES, RENEWALS = 8200011, 8200022
NEW, QUOTE, WON, LOST = 68100002, 68100003, 142, 143
DAY = 86_400
T = 1_767_261_600  # 1 January 2026, 13:00 in Moscow
PEOPLE_ACT = {"at_page": 2, "of": "leads"}
BY_UPDATE = {"order": {"updated_at": "asc"}}


def leads(count: int, first: int = 41000001, step: int = 60) -> list[dict[str, Any]]:
    """Describe leads, each updated after the one before."""
    return [{"id": first + n, "created_at": T + n * step, "name": f"Лид {n}"} for n in range(count)]


def moves(caller: Caller, **filters: Any) -> list[dict[str, Any]]:
    """Read the first page of moves, the oldest first."""
    told = caller.rows("events", limit=100, filter={"type": ["lead_status_changed"], **filters})
    return told[::-1]


def test_1_one_account_heeds_filters_and_the_other_says_nothing_and_gives_everything(
    people: VendorControl, others: VendorControl, paid: Caller, free: Caller
) -> None:
    window = {"updated_at": {"from": T + 60, "to": T + 120}}
    for account in (people, others):
        account.order(leads=leads(4))
    assert paid.ids(filter=window) == [41000002, 41000003]
    assert free.ids(filter=window) == [41000001, 41000002, 41000003, 41000004]
    told = [
        each.ask("account", shown="is_api_filter_enabled,datetime_settings").body for each in (paid, free)
    ]
    assert [each["is_api_filter_enabled"] for each in told] == [True, False]
    assert told[1]["id"] == FREE
    assert told[0]["_embedded"]["datetime_settings"]["timezone"] == "Europe/Moscow"
    assert free.ids(order={"updated_at": "desc"})[0] == 41000004  # orders are nobody's paid extra


def test_1_a_moment_without_from_and_to_finds_nothing(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(2))
    assert paid.ask("leads", filter={"updated_at": T}).status == 204


def test_1_bounds_may_be_inclusive_or_not(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(3))
    people.order(ways={"filter_bounds": "exclusive"})
    assert paid.ids(filter={"updated_at": {"from": T, "to": T + 120}}) == [41000002]


def test_2_who_asks_for_more_rows_than_there_may_be_is_given_50(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(300))
    heard = paid.ask("leads", limit=500)
    assert len(heard.body["_embedded"]["leads"]) == 50
    assert heard.has_next
    assert len(paid.rows("leads", limit=250)) == 250
    people.order(ways={"max_limit": 50})
    assert len(paid.rows("leads", limit=250)) == 50
    assert len(paid.pages("leads", limit=250)) == 300


def test_3_nothing_is_no_content_on_the_first_page_and_on_any(people: VendorControl, paid: Caller) -> None:
    assert paid.ask("leads").status == 204
    people.order(leads=leads(4))
    assert [paid.ask("leads", page=page, limit=2).status for page in (1, 2, 3)] == [200, 200, 204]
    assert not paid.ask("leads", page=2, limit=2).has_next
    people.order(ways={"next_on_full_last_page": "yes"})
    assert paid.ask("leads", page=2, limit=2).has_next
    assert paid.ask("leads", page=3, limit=2).status == 204
    people.fault(204, method="leads", about="page:2")
    assert [paid.ask("leads", page=page, limit=2).status for page in (1, 2, 2)] == [200, 204, 200]


@pytest.mark.parametrize(("way", "told"), [("absent", None), ("told", "1")])
def test_4_who_comes_too_often_is_refused_and_perhaps_told_for_how_long(
    people: VendorControl, paid: Caller, way: str, told: str | None
) -> None:
    people.order(ways={"per_second": 7, "retry_after": way})
    heard = within_a_second(people, lambda: [paid.ask("account") for _ in range(9)])
    assert [each.status for each in heard] == [200] * 7 + [429] * 2
    assert heard[8].headers.get("Retry-After") == told
    assert people.read("rate")["violations"] == 2
    time.sleep(1.01)
    assert paid.ask("account").status == 200


def test_4_faults_by_script_are_refusals_for_haste_too(people: VendorControl, paid: Caller) -> None:
    people.fault(429, times=2, retry_after=3)
    heard = [paid.ask("account") for _ in range(3)]
    assert [each.status for each in heard] == [429, 429, 200]
    assert heard[0].headers["Retry-After"] == "3"
    assert heard[0].body["status"] == 429


def test_4_the_accounts_are_counted_apart(people: VendorControl, paid: Caller, free: Caller) -> None:
    people.order(ways={"per_second": 7})
    within_a_second(people, lambda: [each.ask("account") for _ in range(4) for each in (paid, free)])
    rate = people.read("rate")
    assert (rate["requests"], rate["violations"], rate["fullest"]) == (4, 0, 4)
    assert rate["streams"]["account"]["requests"] == 4


def test_5_a_blocked_address_is_shown_a_page(people: VendorControl, paid: Caller) -> None:
    people.order(block=True)
    heard = paid.ask("leads")
    assert heard.status == 403
    assert heard.body.startswith("<html>")
    people.order(block=False)
    assert paid.ask("leads").status == 204


def test_6_a_spent_refresh_token_is_answered_with_a_problem(people: VendorControl, paid: Caller) -> None:
    assert paid.refresh("refresh-31000001-0").status == 200
    heard = paid.refresh("refresh-31000001-0")
    assert heard.status == 401
    assert "revoked" in heard.body["hint"]
    assert heard.body["type"].endswith("OAuthProblemJson")
    assert people.read("tokens")["spent_shown"] == 1


def test_7_a_renamed_account_is_found_by_asking_where_it_is(people: VendorControl, paid: Caller) -> None:
    people.order(rename="demo-new.amocrm.ru")
    assert paid.ask("leads").status == 401
    assert paid.refresh("refresh-31000001-0").status == 404
    told = paid.subdomain("refresh-31000001-0").body
    assert told == {
        **{"id": 31000001, "subdomain": "demo-new", "domain": "demo-new.amocrm.ru"},
        "top_level_domain": "ru",
    }
    moved = Caller(paid.url, host="demo-new.amocrm.ru")
    pair = moved.refresh("refresh-31000001-0")
    assert pair.status == 200
    assert Caller(paid.url, pair.body["access_token"], "demo-new.amocrm.ru").ask("account").status == 200


def test_8_an_update_between_two_pages_shows_a_row_twice_or_hides_one(
    people: VendorControl, paid: Caller
) -> None:
    people.order(leads=leads(6))
    people.order(**PEOPLE_ACT, set={"41000001": {"name": "Позвонил"}})
    read = [paid.ids(page=page, limit=2, **BY_UPDATE) for page in (1, 2, 3)]
    # The followers of the one that was updated have moved to the front by one: 41000003 is on no page.
    assert read == [[41000001, 41000002], [41000004, 41000005], [41000006, 41000001]]


def test_8_newest_first_an_update_pushes_the_others_back(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(6))
    people.order(**PEOPLE_ACT, set={"41000001": {"name": "Позвонил"}})
    read = [paid.ids(page=page, limit=2, order={"updated_at": "desc"}) for page in (1, 2, 3)]
    assert read == [[41000006, 41000005], [41000005, 41000004], [41000003, 41000002]]
    assert paid.ids(page=1, limit=2, order={"updated_at": "desc"})[0] == 41000001


def test_9_the_bin_tells_the_number_and_little_else(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": 41000001, "name": "Было", "price": 500, "fields": {1500101: "site-17"}}])
    people.order(delete=[41000001])
    (row,) = paid.rows("leads", shown="only_deleted")
    assert row["id"] == 41000001
    assert row["is_deleted"] is True
    told = ("name", "price", "status_id", "pipeline_id", "created_at", "custom_fields_values")
    assert {row[name] for name in told} == {None}
    assert row["updated_at"] > T
    assert paid.ask("leads").status == 204
    assert paid.ask("leads/41000001").status == 204
    people.order(restore=[41000001])
    assert paid.rows("leads")[0]["name"] == "Было"
    assert paid.ask("leads", shown="only_deleted").status == 204
    told = [event["type"] for event in paid.rows("events", filter={"entity": ["lead"]})]
    assert set(told) == {"lead_added", "lead_deleted", "lead_restored"}


def test_9_the_bin_may_heed_no_order_and_events_of_what_is_in_it_may_vanish(
    people: VendorControl, paid: Caller
) -> None:
    people.order(leads=leads(2))
    people.order(delete=[41000002])
    people.order(set={"41000001": {"name": "Потом"}}, at=T + 10 * DAY)
    people.order(delete=[41000001])
    newest = {"shown": "only_deleted", "order": {"id": "desc"}}
    assert paid.ids(**newest) == [41000002, 41000001]
    people.order(ways={"only_deleted_order": "no", "deleted_events_vanish": "yes"})
    assert paid.ids(**newest) == [41000001, 41000002]
    assert paid.ask("events").status == 204


@pytest.mark.parametrize(
    ("way", "told"),
    [("array", [15500021]), ("object", 15500021), ("null", None), ("absent", "no key")],
)
def test_10_a_reason_of_refusal_comes_in_four_shapes(
    people: VendorControl, paid: Caller, way: str, told: Any
) -> None:
    refused = {"id": 41000001, "status": [SALES, LOST], "loss_reason_id": 15500021}
    people.order(leads=[refused], ways={"loss_reason": way})
    embedded = paid.lead(41000001, shown="loss_reason")["_embedded"]
    shape = embedded.get("loss_reason", "no key")
    if isinstance(shape, list):
        shape = [each["id"] for each in shape]
    assert (shape["id"] if isinstance(shape, dict) else shape) == told
    assert "loss_reason" not in paid.lead(41000001)["_embedded"]


def test_11_values_have_the_shapes_of_their_types(people: VendorControl, paid: Caller) -> None:
    people.order(
        leads=[
            {
                "id": 41000001,
                "fields": {
                    **{1500101: "site-17", 1500102: 92000.5, 1500103: "Новый", 1500104: ["ERP", "WMS"]},
                    **{1500105: 1767646800, 1500106: True, 1500201: "yandex"},
                },
            }
        ]
    )
    told = {each["field_id"]: each for each in paid.lead(41000001)["custom_fields_values"]}
    assert told[1500101]["values"] == [{"value": "site-17"}]
    assert told[1500102]["values"] == [{"value": "92000.5"}]
    assert told[1500103]["values"] == [{"value": "Новый", "enum_id": 2200301, "enum_code": None}]
    assert [each["enum_id"] for each in told[1500104]["values"]] == [2200310, 2200311]
    assert told[1500105]["values"] == [{"value": 1767646800}]
    assert told[1500106]["values"] == [{"value": True}]
    assert (told[1500201]["field_code"], told[1500201]["field_type"]) == ("UTM_SOURCE", "tracking_data")


def test_11_a_value_may_be_an_object_or_of_a_type_nobody_knows(people: VendorControl, paid: Caller) -> None:
    chained = {"catalog_id": 7, "catalog_element_id": 70}
    people.order(
        fields=[
            {"id": 1, "name": "Товары", "type": "chained_list"},
            {"id": 2, "name": "Юрлицо", "type": "legal_entity"},
            {"id": 3, "name": "Новинка", "type": "hologram"},
        ],
        leads=[{"id": 41000001, "fields": {1: [chained], 2: {"name": "ООО"}, 3: {"values": [{"wave": 1}]}}}],
    )
    told = {each["field_id"]: each["values"] for each in paid.lead(41000001)["custom_fields_values"]}
    assert told == {1: [chained], 2: [{"value": {"name": "ООО"}}], 3: [{"wave": 1}]}
    assert "hologram" in {each["type"] for each in paid.rows("leads/custom_fields")}


def test_12_two_events_of_one_second_are_in_no_order_but_their_ids(
    people: VendorControl, paid: Caller
) -> None:
    people.order(
        leads=[{"id": 41000001, "path": [[SALES, NEW, T], [SALES, QUOTE, T + 5], [SALES, WON, T + 5]]}]
    )
    told = moves(paid)
    assert [event["created_at"] for event in told] == [T + 5, T + 5]
    assert {len(event["id"]) for event in told} == {26}
    assert [event["id"] for event in told] == sorted(event["id"] for event in told)
    backwards = [
        {"id": "b", "lead": 41000001, "at": T + 9, "from": [SALES, WON], "to": [SALES, NEW]},
        {"id": "a", "lead": 41000001, "at": T + 9, "from": [SALES, NEW], "to": [SALES, QUOTE]},
    ]
    people.order(events=backwards)
    assert [event["id"] for event in moves(paid, created_at={"from": T + 9})] == ["a", "b"]


def test_13_a_lead_created_in_success_has_no_event_of_its_status(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": 41000001, "status": [SALES, WON], "created_at": T}])
    assert moves(paid) == []
    (added,) = paid.rows("events")
    assert added["type"] == "lead_added"
    assert added["value_before"] == []
    assert paid.lead(41000001)["closed_at"] == T


def test_13_history_may_begin_late(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": 41000001, "path": [[SALES, NEW, T], [SALES, QUOTE, T + DAY]]}])
    people.order(hide_events_before="2026-01-02T00:00:00+00:00")
    assert [event["type"] for event in paid.rows("events")] == ["lead_status_changed"]


def test_14_an_event_may_name_a_status_that_is_gone(people: VendorControl, paid: Caller) -> None:
    people.order(
        leads=[{"id": 41000001, "path": [[SALES, NEW, T], [SALES, QUOTE, T + 60], [SALES, WON, T + 90]]}]
    )
    people.order(delete_status=[SALES, QUOTE])
    pipelines = paid.ask("leads/pipelines").body["_embedded"]["pipelines"]
    assert QUOTE not in {status["id"] for status in pipelines[0]["_embedded"]["statuses"]}
    assert moves(paid)[0]["value_after"] == [{"lead_status": {"id": QUOTE, "pipeline_id": SALES}}]


def test_15_a_move_to_another_pipeline_is_an_event_as_any(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": 41000001, "created_at": T}])
    people.order(move={"41000001": [RENEWALS, 68200001]}, at=T + 60)
    (event,) = moves(paid)
    assert event["value_before"][0]["lead_status"]["pipeline_id"] == SALES
    assert event["value_after"][0]["lead_status"] == {"id": 68200001, "pipeline_id": RENEWALS}
    assert paid.lead(41000001)["updated_at"] == T + 60


def test_16_success_is_in_every_pipeline_under_a_name_of_its_own(people: VendorControl, paid: Caller) -> None:
    people.order(rename_status=[SALES, WON, "Победа"])
    pipelines = paid.ask("leads/pipelines").body["_embedded"]["pipelines"]
    names = [
        {status["id"]: status["name"] for status in each["_embedded"]["statuses"]}[WON] for each in pipelines
    ]
    assert names == ["Победа", "Продлено"]
    assert [each["_embedded"]["statuses"][-1]["sort"] for each in pipelines] == [11000, 11000]


def test_17_fields_that_are_emptied_are_null(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": 41000001, "fields": {1500101: "site-17", 1500102: "1 234,50"}}])
    people.order(set={"41000001": {"fields": {1500101: None}}})
    (left,) = paid.lead(41000001)["custom_fields_values"]
    assert left["values"] == [{"value": "1 234,50"}]
    people.order(set={"41000001": {"fields": {1500102: None}}})
    assert paid.lead(41000001)["custom_fields_values"] is None


def test_17_a_field_may_be_told_as_nobody_can_read_it_until_it_is_told_as_it_is(
    people: VendorControl, paid: Caller
) -> None:
    people.order(leads=leads(2))
    before = paid.rows("leads")
    people.order(spell={"41000001": {"status_id": "закрыто", "updated_at": None}})
    odd, other = paid.rows("leads")
    assert (odd["status_id"], odd["updated_at"], odd["name"]) == ("закрыто", None, "Лид 0")
    assert paid.ask("leads/41000001").body["status_id"] == "закрыто"
    assert other == before[1]
    people.order(spell={"41000001": {}})
    assert paid.rows("leads") == before


def test_18_numbers_may_be_larger_than_a_computers_word(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{"id": 3_000_000_000}, {}])
    assert paid.ids() == [3_000_000_000, 3_000_000_001]


def test_19_users_are_for_an_administrator_and_lists_are_cut_without_a_word(
    people: VendorControl, paid: Caller
) -> None:
    people.order(leads=leads(3))
    assert [user["id"] for user in paid.rows("users")] == [9100001, 9100002]
    people.order(rights={"users": False, "leads": [41000002]})
    assert paid.ask("users").status == 403
    assert paid.ids() == [41000002]
    assert {event["entity_id"] for event in paid.rows("events")} == {41000002}


def test_20_a_page_may_be_lost_and_asked_for_once_more(people: VendorControl, paid: Caller) -> None:
    people.order(leads=leads(4))
    people.fault("cut", about="page:2")
    assert paid.ids(page=1, limit=2) == [41000001, 41000002]
    with pytest.raises(Exception, match=r"IncompleteRead|read"):
        paid.ask("leads", page=2, limit=2)
    assert paid.ids(page=2, limit=2) == [41000003, 41000004]
