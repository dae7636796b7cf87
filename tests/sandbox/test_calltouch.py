"""
The simulated Calltouch over HTTP: deals made, changed and found, as calltouch 2 to 5 and 11 say.

What ``sandbox/calltouch*.py`` calls an assumption is tested here as it stands, so that a live check can
replace it.
"""

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from sandbox.control import CalltouchControl, Control, OrderRefused
from sandbox.server import Credentials, running
from tests.sandbox.calltouch_caller import CALL, FIRST, PHONE, SECOND, SITE, TOKEN, Caller, direct, order


def refused(caught: pytest.ExceptionInfo[HTTPError]) -> tuple[int, Any]:
    return caught.value.code, json.load(caught.value)


def test_a_deal_is_created_with_its_nearest_lead_and_can_be_read_back(
    caller: Caller, control: CalltouchControl
) -> None:
    control.add_leads(CALL, CALL | {"id": 502, "date": "2023-01-15T17:00:00", "source": "old"})
    (result,) = caller.create(order(phone="+7 (921) 000-00-01"))
    assert result == {"orderNumber": FIRST, "calltouchOrderId": result["calltouchOrderId"]}
    (deal,) = control.deals()
    assert deal["lead"] == {"kind": "call", "id": 501}
    assert deal["source"] == {name: CALL[name] for name in ("source", "medium", "campaign", "keyword")}
    assert (deal["status"], deal["revenue"], deal["tags"]) == ("Оформлен заказ", "1760.00", ["Товар"])
    assert "id" not in deal
    assert "tags" not in caller.journal()["records"][0]
    (record,) = caller.journal(withOrdersTags="true")["records"]
    assert (record["orderId"], record["orderNumber"]) == (result["calltouchOrderId"], FIRST)
    assert record["tags"][0]["names"] == ["Товар"]
    assert record["visit"]["utmCampaign"] == "75344406"
    assert record["orderSource"] == {"type": "CALL", "callId": 501, "duration": 60}


@pytest.mark.parametrize(
    ("lead", "asked", "expected"),
    [
        ({}, {"tags": ["ЕР"]}, 501),
        ({}, {"tags": ["ЕР", "РР"]}, None),
        ({"tags": []}, {"tags": ["ЕР"]}, None),
        ({"date": "2022-08-01T00:00:00"}, {}, None),  # more than half a year before
        ({"phones": ["8 921 000-00-01"]}, {}, 501),
        ({"phones": ["79210000002"]}, {}, None),
        ({"kind": "chat"}, {}, None),
    ],
)
def test_a_lead_fits_by_contact_tags_and_time(
    caller: Caller,
    control: CalltouchControl,
    lead: dict[str, Any],
    asked: dict[str, Any],
    expected: int | None,
) -> None:
    control.add_leads(CALL | lead)
    caller.create(order(**asked))
    (deal,) = control.deals()
    assert (deal["lead"] or {"id": None})["id"] == expected
    assert (deal["source"] is None) == (expected is None)


def test_ways_to_a_lead_are_tried_in_their_order(caller: Caller, control: CalltouchControl) -> None:
    control.add_leads(
        CALL, {"kind": "request", "id": 9, "date": "2023-03-10T10:00:00", "emails": ["Ivan@example.org"]}
    )
    by_mail = {"emails": ["ivan@EXAMPLE.org"], "date": "15-03-2023 17:21:44", "searchDepth": 262800}
    ways = [
        {"type": "call", "callParams": {"callId": 77}},
        {"type": "requestContact", "requestContactParams": by_mail},
        {"type": "call", "callParams": {"callId": 501}},
    ]
    caller.create(order(matching=ways))
    caller.create(
        order(SECOND, matching=[{"type": "customSources", "customSourceParams": {"source": "Визит"}}])
    )
    second, first = control.deals()
    assert first["lead"] == {"kind": "request", "id": 9}
    assert (second["lead"], second["source"]) == (None, {"source": "Визит"})


def test_a_deal_without_a_lead_needs_leave_to_be_one(caller: Caller, control: CalltouchControl) -> None:
    without = order(matching=[order()["matching"][0]])
    (result,) = caller.create(without)
    assert "calltouchOrderId" not in result
    assert "не найден" in result["error"]
    assert control.deals() == []


def test_a_number_makes_one_deal(caller: Caller, control: CalltouchControl) -> None:
    caller.create(order())
    again, other = caller.create(order(revenue="5.00"), order(SECOND))
    assert "уже существует" in again["error"]
    assert other["calltouchOrderId"]
    assert [deal["revenue"] for deal in control.deals()] == ["1760.00", "1760.00"]
    assert control.counts() == {"created": 2, "duplicates": 1}


def test_a_vendor_that_takes_a_number_twice_can_be_had(caller: Caller, control: CalltouchControl) -> None:
    control.set_ways(on_duplicate="second")
    caller.create(order(), order())
    assert [deal["orderNumber"] for deal in control.deals()] == [FIRST, FIRST]


def test_an_update_changes_what_it_names(caller: Caller, control: CalltouchControl) -> None:
    control.add_leads(CALL)
    caller.create(order(comment={"text": "первый"}))
    before = control.deals()[0]
    shipped = {"status": "Заказ отгружен", "margin": "-3.71", "updateDate": "16-03-2023 10:00:00"}
    tags = {"overwrite": True, "tags": [{"tag": "Услуга"}, {"tag": "Масла"}]}
    good, bad = caller.update(
        {"orderNumber": FIRST, **shipped, "addTags": tags, "addNewComment": {"text": "второй"}},
        {"orderNumber": SECOND, "revenue": "1.00"},
    )
    assert good["calltouchOrderId"]
    assert "не найдена" in bad["error"]
    changed = {"tags": ["Масла", "Услуга"], "comments": ["первый", "второй"]}
    assert control.deals() == [before | shipped | changed]
    caller.update({"orderNumber": FIRST, "addTags": {"overwrite": False, "tags": [{"tag": "Товар"}]}})
    assert control.deals()[0]["tags"] == ["Масла", "Товар", "Услуга"]


def test_a_deal_moves_to_another_lead_only_when_told(caller: Caller, control: CalltouchControl) -> None:
    caller.create(order())
    control.add_leads(CALL)
    caller.update({"orderNumber": FIRST, "revenue": "1.00"})
    assert control.deals()[0]["lead"] is None
    caller.update({"orderNumber": FIRST, "reMatching": order()["matching"]})
    assert control.deals()[0]["lead"] == {"kind": "call", "id": 501}


def test_tags_and_managers_reach_the_lead(caller: Caller, control: CalltouchControl) -> None:
    control.add_leads(CALL)
    caller.create(order(addTagsToLead=[{"tag": "Купил"}]))
    caller.update({"orderNumber": FIRST, "leadManager": {"manager": "Петров П. П.", "overwrite": False}})
    (lead,) = control.leads()
    assert (lead["tags"], lead["manager"]) == (["ЕР", "Купил"], "Петров П. П.")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"orderNumber": None}, "orders[1].orderNumber"),
        ({"status": ""}, "orders[1].status"),
        ({"statusDate": "2023-03-15 17:21:44"}, "orders[1].statusDate"),
        ({"orderDate": "5-03-2023 7:21:44"}, "orders[1].orderDate"),
        ({"revenue": 1760.0}, "orders[1].revenue"),
        ({"revenue": "-1.00"}, "orders[1].revenue"),
        ({"revenue": "1,00"}, "orders[1].revenue"),
        ({"currency": "RUB"}, "orders[1].currency"),
        ({"addTags": []}, "orders[1].addTags"),
        ({"addTags": {"overwrite": True, "tags": []}}, "orders[1].addTags"),
        ({"addNewComment": {"text": "нет такого поля"}}, "orders[1].addNewComment"),
        ({"manager": "я" * 101}, "orders[1].manager"),
        ({"matching": []}, "orders[1].matching"),
        ({"matching": [{"type": "leadContact", "leadContactParams": {"phones": []}}]}, "orders[1].matching"),
        ({"matching": [{"type": "guess"}]}, "orders[1].matching"),
        ({"orderContacts": {"mainContacts": {"phone": "1"}}}, "orders[1].orderContacts"),
    ],
)
def test_one_bad_order_makes_the_whole_call_bad(
    caller: Caller, control: CalltouchControl, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(HTTPError) as caught:
        caller.create(order(), order(SECOND) | change)
    status, body = refused(caught)
    assert (status, [wrong["field"] for wrong in body["data"]["validationErrorData"]]) == (400, [field])
    assert control.deals() == []


@pytest.mark.parametrize(
    "body", [None, [], {"crm": "Dalion"}, {"crm": "Dalion", "orders": []}, {"orders": [order()]}]
)
def test_a_body_of_another_shape_is_bad(caller: Caller, body: Any) -> None:
    with pytest.raises(HTTPError, match="400"):
        caller.post("create", body)


def test_a_hundred_deals_are_a_batch_and_no_more(caller: Caller, control: CalltouchControl) -> None:
    assert len(caller.create(*(order(f"n{n:03}") for n in range(100)))) == 100
    with pytest.raises(HTTPError, match="400"):
        caller.create(*(order(f"m{n:03}") for n in range(101)))
    assert [deal["orderNumber"] for deal in control.deals()] == [f"n{n:03}" for n in range(100)]


def test_results_may_come_without_their_numbers(caller: Caller, control: CalltouchControl) -> None:
    control.set_ways(names_orders=False)
    caller.create(order())
    first, second = caller.create(order(), order(SECOND))
    assert (set(first), set(second)) == ({"error"}, {"calltouchOrderId"})


@pytest.mark.parametrize(
    ("site", "token", "status"),
    [(SITE, "wrong", 401), (SITE, "", 401), ("15002", TOKEN, 403), ("", TOKEN, 403)],
)
def test_only_the_projects_own_token_opens_it(url: str, site: str, token: str, status: int) -> None:
    Control(url).calltouch("15002").add_project("other")
    for ask in (
        lambda: Caller(url, site, token).create(order()),
        lambda: Caller(url, site, token).get(
            "requests", siteId=site, dateFrom="03/15/2023", dateTo="03/15/2023"
        ),
    ):
        with pytest.raises(HTTPError) as caught:
            ask()
        code, body = refused(caught)
        assert (code, set(body)) == (status, {"message"})


def test_projects_do_not_see_each_other(url: str, caller: Caller, control: CalltouchControl) -> None:
    Control(url).calltouch("15002").add_project("other")
    other = Caller(url, "15002", "other")
    control.add_leads(CALL)
    caller.create(order())
    other.create(order())
    assert len(other.journal()["records"]) == 1
    both = Control(url).calltouch().deals()
    assert [(deal["project"], bool(deal["lead"])) for deal in both] == [(SITE, True), ("15002", False)]


@pytest.mark.parametrize(
    "path", ["/lead-service/v1/api/client-order/erase", "/calls-service/RestAPI/15001/none"]
)
def test_an_unknown_path_leads_to_a_page(url: str, path: str) -> None:
    with direct.open(url + path, timeout=5) as answer:
        assert b"<html>" in answer.read()


def test_the_journal_of_deals_comes_in_pages(caller: Caller, control: CalltouchControl) -> None:
    caller.create(*(order(f"n{n}") for n in range(5)))
    pages = [caller.journal(page=page, limit=2) for page in (1, 2, 3, 4)]
    assert [page["pageTotal"] for page in pages] == [3, 3, 3, 3]
    assert [[r["orderNumber"] for r in page["records"]] for page in pages] == [
        ["n0", "n1"],
        ["n2", "n3"],
        ["n4"],
        [],
    ]
    control.set_ways(pages_key="totalPage")
    assert caller.journal(limit=2)["totalPage"] == 3


@pytest.mark.parametrize(
    "query",
    [
        {"day_from": "15/03/2023", "day_to": "15/03/2023"},  # the first has to be the earlier one
        {"day_from": "2023-03-15"},
        {"day_from": "03/15/2023"},
        {"limit": 1001},
        {"page": 0},
        {"page": "x"},
    ],
)
def test_a_bad_question_to_a_journal_is_refused(caller: Caller, query: dict[str, Any]) -> None:
    with pytest.raises(HTTPError) as caught:
        caller.journal(**query)
    status, body = refused(caught)
    assert (status, set(body["data"]["apiErrorData"])) == (400, {"errorMessage"})


def test_the_journal_of_deals_goes_by_the_day_of_the_order(caller: Caller, control: CalltouchControl) -> None:
    caller.create(order(), order(SECOND, orderDate="17-03-2023 00:00:00"))
    assert [r["orderNumber"] for r in caller.journal()["records"]] == [FIRST]
    assert len(caller.journal("14/03/2023", "17/03/2023")["records"]) == 2


def test_the_journal_may_lag_and_may_hide_the_source(
    url: str, caller: Caller, control: CalltouchControl
) -> None:
    control.add_leads(CALL)
    control.set_ways(journal_lag=60, journal_source=False)
    caller.create(order())
    assert caller.journal()["records"] == []
    Control(url).advance(61)
    (record,) = caller.journal()["records"]
    assert (record["visit"], record["orderSource"]) == (None, None)


def test_calls_name_their_deals(caller: Caller, control: CalltouchControl) -> None:
    control.add_leads(CALL, CALL | {"id": 502, "date": "2023-03-16T00:00:00"})
    caller.create(order())
    path, day = f"{SITE}/calls-diary/calls", {"dateFrom": "15/03/2023", "dateTo": "15/03/2023"}
    assert "orders" not in caller.get(path, **day)[0]
    (record,) = caller.get(path, **day, withOrders="true")
    assert record["callId"] == 501
    assert record["callerNumber"] == PHONE
    assert (record["source"], record["medium"]) == ("yandex_na_hodu", "src")
    assert (record["utmCampaign"], record["keyword"]) == ("75344406", "автозапчасти")
    assert [deal["orderNumber"] for deal in record["orders"]] == [FIRST]
    days = day | {"dateTo": "16/03/2023"}
    assert [r["callId"] for r in caller.get(path, **days, page=1, limit=1000)["records"]] == [501, 502]
    with pytest.raises(HTTPError, match="400"):
        caller.get(path, **days)  # without pages: one day


def test_requests_are_asked_for_by_american_dates(caller: Caller, control: CalltouchControl) -> None:
    seen = {
        "kind": "request",
        "id": 7,
        "date": "2023-03-05T10:00:00",
        "emails": ["a@example.org"],
        "source": "ya",
    }
    control.add_leads(seen, seen | {"id": 8, "source": None})
    day = {"siteId": SITE, "dateFrom": "03/05/2023", "dateTo": "03/05/2023"}
    first, second = caller.get("requests", **day)
    assert first["session"]["source"] == "ya"
    assert first["session"]["keywords"] == "<не указано>"
    assert second["session"] is None
    assert (first["dateStr"], first["date"]) == ("05/03/2023 10:00:00", 1678000 * 10**6 - 400 * 10**3)
    with pytest.raises(HTTPError, match="400"):
        caller.get("requests", **day | {"dateTo": "15/03/2023"})


def test_what_was_sent_outlives_a_restart(tmp_path: Path) -> None:
    credentials = Credentials(SITE, TOKEN)
    with running(tmp_path, credentials) as sandbox:
        control = Control(sandbox.url).calltouch(SITE)
        control.add_leads(CALL)
        Caller(sandbox.url).create(order())
        Caller(sandbox.url).update({"orderNumber": FIRST, "status": "Заказ отгружен"})
        before = control.deals(ids=True)
    with (tmp_path / "calltouch.jsonl").open("a") as file:
        file.write('["deal", {"700')  # a kill in the middle of a change
    with running(tmp_path, credentials) as sandbox:
        control = Control(sandbox.url).calltouch(SITE)
        assert control.deals(ids=True) == before
        Caller(sandbox.url).create(order(SECOND))
        assert [deal["orderNumber"] for deal in control.deals()] == [SECOND, FIRST]
        assert len({deal["id"] for deal in control.deals(ids=True)}) == 2
        control.reset()
        assert (control.deals(), control.leads()) == ([], [])


def test_a_deal_can_be_removed_by_hand(caller: Caller, control: CalltouchControl) -> None:
    caller.create(order(), order(SECOND))
    control.remove_deals(FIRST)
    assert [deal["orderNumber"] for deal in control.deals()] == [SECOND]
    assert caller.create(order())[0]["calltouchOrderId"]


@pytest.mark.parametrize(
    "command",
    [
        {},
        {"read": "everything"},
        {"ways": {"mood": 1}},
        {"points": {"week": 1}},
        {"leads": [{"kind": "letter", "id": 1, "date": "2023-03-15T17:00:00"}]},
        {"leads": [{"kind": "call", "id": 1, "date": "2023-03-15T17:00:00+03:00"}]},
    ],
)
def test_an_order_it_does_not_know_is_refused(control: CalltouchControl, command: dict[str, Any]) -> None:
    with pytest.raises(OrderRefused, match="400"):
        control.order(**command)


def test_the_journal_of_requests_hides_the_token(url: str, caller: Caller) -> None:
    caller.journal()
    told = json.dumps(Control(url).requests(), ensure_ascii=False)
    assert "clientApiId=***" in told
    assert TOKEN not in told
    assert urlencode({"": TOKEN}).strip("=") not in told


def test_one_connection_serves_many_calls_without_delay(url: str, control: CalltouchControl) -> None:
    host = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    asked = urlencode({"clientApiId": TOKEN, "dateFrom": "15/03/2023", "dateTo": "16/03/2023"})
    control.renumber()
    for _ in range(20):
        host.request("GET", f"/calls-service/RestAPI/{SITE}/orders-diary/orders?{asked}")
        assert host.getresponse().read()
    host.close()
    assert control.pace()["seconds"] < 0.6  # 40 ms each with Nagle's algorithm
