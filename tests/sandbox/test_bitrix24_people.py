"""What people do in the simulated Bitrix24: stages, close dates, merged contacts, rights (bitrix24 0, 9)."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.control import Control, OrderRefused, VendorControl
from sandbox.server import Credentials, running
from tests.sandbox.bitrix24_caller import CODE, Caller, chain
from tests.sandbox.test_bitrix24_lists import WON, ids, won

FUNNELS = [{"id": 0, "name": "Общая"}, {"id": 3, "name": "Экспедиции"}]
SEEN = [
    "id",
    "categoryId",
    "stageId",
    "stageSemanticId",
    "closedate",
    "movedTime",
    "updatedTime",
    "contactIds",
]


def deal(webhook: Caller, number: int = 1) -> dict[str, Any]:
    (found,) = webhook.items(filter={"id": number}, select=SEEN)
    return found


def at(portal_url: str, moment: str) -> None:
    Control(portal_url).set_clock(moment)


def test_a_new_deal_closes_in_a_week(portal: VendorControl, webhook: Caller, portal_url: str) -> None:
    at(portal_url, "2026-05-01T10:00:00+03:00")
    portal.order(deals=[{"id": 1, "title": "Новая"}])
    assert deal(webhook)["closedate"] == "2026-05-08T03:00:00+03:00"
    assert deal(webhook)["stageId"] == "NEW"


def test_winning_overwrites_the_close_date_unless_the_portal_is_told_not_to(
    portal: VendorControl, webhook: Caller, portal_url: str
) -> None:
    portal.order(
        funnels=FUNNELS, deals=[{"id": n, "categoryId": 3, "closedate": "2027-07-01"} for n in (1, 2)]
    )
    at(portal_url, "2026-12-31T23:30:00+00:00")  # in the portal's zone it is the first of January
    portal.order(win=[1])
    portal.order(ways={"auto_close_date": False}, win=[2])
    won_, kept = deal(webhook), deal(webhook, 2)
    assert (won_["stageId"], won_["stageSemanticId"]) == ("C3:WON", "S")
    assert won_["closedate"] == "2027-01-01T03:00:00+03:00"
    assert won_["movedTime"] == won_["updatedTime"] == "2027-01-01T02:30:00+03:00"
    assert kept["closedate"] == "2027-07-01T03:00:00+03:00"


def test_a_deal_is_reopened_lost_won_and_its_stages_are_remembered(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(deals=won(1), funnels=FUNNELS)
    portal.order(reopen=[1])
    portal.order(change={"deal": {"1": {"stageId": "EXECUTING"}}})
    portal.order(lose=[1])
    portal.order(win=[1])
    portal.order(change={"deal": {"1": {"categoryId": 3}}})
    assert deal(webhook)["stageId"] == "C3:WON"
    rows = webhook.result("crm.stagehistory.list", entityTypeId=2, order={"ID": "ASC"}, start=-1)["items"]
    assert [(row["TYPE_ID"], row["STAGE_SEMANTIC_ID"], row["STAGE_ID"]) for row in rows] == [
        *((1, "P", "NEW"), (3, "S", "WON"), (2, "P", "NEW"), (2, "P", "EXECUTING")),
        *((3, "F", "LOSE"), (3, "S", "WON"), (5, "S", "C3:WON")),
    ]
    told = {"entityTypeId": 2, "filter": {">ID": rows[1]["ID"], "STAGE_SEMANTIC_ID": "S"}}
    assert len(webhook.result("crm.stagehistory.list", **told, order={"NO": "ASC"})["items"]) == 2
    wrong = webhook.ask("crm.stagehistory.list", entityTypeId=2, filter={"TITLE": "x"})
    assert wrong.error == (400, "INVALID_ARG_VALUE")


def test_a_stage_of_any_name_may_be_the_won_one(portal: VendorControl, webhook: Caller) -> None:
    stages = [{"id": "C3:BEGIN", "name": "Заявка", "semantics": None}]
    stages.append({"id": "C3:PAID", "name": "Поездка оплачена", "semantics": "S"})
    portal.order(funnels=FUNNELS, stages={"3": stages})
    portal.order(deals=[{"id": 1, "categoryId": 3, "stageSemanticId": "S"}])
    assert deal(webhook)["stageId"] == "C3:PAID"
    with pytest.raises(OrderRefused, match="no stage 'C3:WON'"):
        portal.order(deals=[{"id": 2, "categoryId": 3, "stageId": "C3:WON"}])
    with pytest.raises(OrderRefused, match="no funnel 9"):
        portal.order(deals=[{"id": 2, "categoryId": 9}])


def test_merged_and_deleted_contacts_change_deals_whose_moments_stay(
    portal: VendorControl, webhook: Caller, portal_url: str
) -> None:
    portal.order(contacts=[{"id": number} for number in (7, 9, 12)])
    portal.order(deals=[*won(1, contactIds=[12, 7, 9]), *won(1, 2, contactIds=[9, 12])])
    before = deal(webhook)
    Control(portal_url).advance(3600)
    portal.order(merge_contacts=[12, 7])
    after = deal(webhook)
    assert after["contactIds"] == [7, 9]
    assert (after["updatedTime"], after["movedTime"]) == (before["updatedTime"], before["movedTime"])
    assert ids(webhook.items(3)) == [7, 9]
    portal.order(delete_contacts=[9])
    assert [item["contactIds"] for item in webhook.items(select=["contactIds"])] == [[7], [7]]
    with pytest.raises(OrderRefused, match="no contact 12"):
        portal.order(merge_contacts=[12, 7])


def test_what_people_change_moves_a_deals_moment_and_a_deleted_deal_is_gone(
    portal: VendorControl, webhook: Caller, portal_url: str
) -> None:
    portal.order(deals=won(2), contacts=[{"id": 15}, {"id": 16}])
    before = deal(webhook)
    Control(portal_url).advance(60)
    portal.order(change={"deal": {"1": {"contactIds": [16, 15], "opportunity": 7}}}, delete=[2])
    after = deal(webhook)
    assert after["contactIds"] == [16, 15]
    assert after["updatedTime"] > before["updatedTime"]
    assert after["movedTime"] == before["movedTime"]
    assert ids(webhook.items()) == [1]
    with pytest.raises(OrderRefused, match="no deal 2"):
        portal.order(win=[2])


def test_who_loses_rights_sees_fewer_deals_and_no_error(portal: VendorControl, webhook: Caller) -> None:
    portal.order(funnels=FUNNELS, deals=[*won(60), *won(60, 61, categoryId=3)])
    portal.order(rights={"funnels": [3]})
    told = webhook.batch(chain(5, **WON), halt=1)
    assert [len(page["items"]) for page in told["result"].values()] == [50, 10]
    assert webhook.ask("crm.item.list", entityTypeId=2).body["total"] == 60
    assert [each["id"] for each in webhook.result("crm.category.list", entityTypeId=2)["categories"]] == [3]
    assert webhook.set(2, 1, title="x").error == (400, "NOT_FOUND")
    assert webhook.result("crm.stagehistory.list", entityTypeId=2)["items"][0]["OWNER_ID"] == 61


def test_amounts_dates_and_contacts_of_any_kind(portal: VendorControl, webhook: Caller) -> None:
    odd = [
        {"id": 1, "opportunity": 0, "contactIds": []},
        {"id": 2, "opportunity": -100.55, "contactIds": [15, 88]},
        {"id": 3, "opportunity": 10.125, "currencyId": "EUR", "contactIds": [1, 2, 3, 4, 5, 6, 7]},
        {"id": 4, "closedate": None, "isRecurring": "Y"},
    ]
    portal.order(deals=[{**each, **WON} for each in odd])
    names = ["id", "opportunity", "currencyId", "contactIds", "contactId", "companyId", "closedate"]
    told = webhook.items(select=names)
    assert [each["opportunity"] for each in told] == [0, -100.55, 10.125, 0]
    assert [each["currencyId"] for each in told] == ["RUB", "RUB", "EUR", "RUB"]
    assert [len(each["contactIds"]) for each in told] == [0, 2, 7, 0]
    assert [each["contactId"] for each in told] == [0, 15, 1, 0]
    assert told[3]["closedate"] is None
    assert ids(webhook.items(filter={"isRecurring": "N"})) == [1, 2, 3]


def test_everything_outlives_a_restart(tmp_path: Path) -> None:
    secret = Credentials("demo", CODE)
    with running(tmp_path, secret) as sandbox:
        portal = Control(sandbox.url).vendor("bitrix24")
        portal.order(funnels=FUNNELS, fields=[{"name": "SUM_3_2026"}], contacts=[{"id": 15}], deals=won(60))
        portal.order(rows={"1": [{"productId": 0, "productName": "Сбор"}]}, ways={"uf_number": "text"})
        Caller(sandbox.url).set(3, 15, UF_CRM_SUM_3_2026=5)
        kinds = ("deals", "contacts", "fields", "rows", "history")
        before = {kind: portal.read(kind) for kind in kinds}
    with running(tmp_path, secret) as sandbox:
        portal, webhook = Control(sandbox.url).vendor("bitrix24"), Caller(sandbox.url)
        assert {kind: portal.read(kind) for kind in kinds} == before
        assert webhook.items(3, select=["UF_CRM_SUM_3_2026"]) == [{"id": 15, "UF_CRM_SUM_3_2026": "5"}]
        portal.order(deals=[{"title": "Следующая"}])
        assert ids(webhook.items(order={"id": "DESC"}))[0] == 61
        portal.order(reset=True)
        assert webhook.items() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"sing": True},
        {"ways": {"mood": "good"}},
        {"ways": {"tier": "gold"}},
        {"read": "minds"},
        {"fault": "no such"},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(portal: VendorControl, wrong: dict[str, Any]) -> None:
    with pytest.raises(OrderRefused):
        portal.order(**wrong)


def test_a_big_portal_is_the_same_for_the_same_seed(portal: VendorControl, webhook: Caller) -> None:
    size = {"deals": 3000, "contacts": 900, "seed": 5, "open": 100}
    portal.order(generate=size)
    first = portal.read("deals")
    told = webhook.ask("crm.item.list", entityTypeId=2, filter={**WON, "isRecurring": "N"}).body
    assert told["total"] == 3000
    pages = webhook.batch(chain(50, **WON), halt=1)["result"]
    assert sum(len(page["items"]) for page in pages.values()) == 2500
    contacts = [len(each["contactIds"]) for each in first]
    assert {0, 1, 2, 3, 7} >= set(contacts) >= {0, 1, 2, 3}
    assert {each["currencyId"] for each in webhook.items(select=["currencyId"])} <= {"RUB", "EUR"}
    portal.order(reset=True)
    portal.order(generate=size)
    assert portal.read("deals") == first
