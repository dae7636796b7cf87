"""Limits of the simulated Bitrix24: bucket, time of methods, a minute for a request (bitrix24 1.5)."""

import time

from sandbox.bitrix24_limits import Bucket, MethodTime
from sandbox.control import Control, VendorControl
from tests.sandbox.bitrix24_caller import Caller, spelled
from tests.sandbox.test_bitrix24_lists import won

LIST = "crm.item.list"
LISTED = spelled(LIST, {"entityTypeId": 2})


def test_a_bucket_takes_fifty_at_once_and_two_a_second_then() -> None:
    bucket = Bucket()
    assert [bucket.note("a", 100.0) for _ in range(51)] == [True] * 50 + [False]
    assert bucket.note("another", 100.0)
    assert not bucket.note("a", 100.4)
    assert bucket.note("a", 100.5)
    assert not bucket.note("a", 100.9)
    assert [bucket.note("a", 125.5) for _ in range(50)].count(False) == 0
    assert bucket.report()["violations"] == 3


def test_time_in_which_one_more_could_have_come_is_idle() -> None:
    bucket = Bucket()
    for at in (*[0.0] * 40, 0.5, 1.0, 4.0):
        bucket.note("a", at)
    assert bucket.report(capacity=40)["idle"] == 2.5
    assert bucket.report()["idle"] == 4.0


def test_the_portal_refuses_whoever_comes_too_often_until_the_bucket_has_leaked(
    portal: VendorControl, webhook: Caller, portal_url: str
) -> None:
    portal.order(ways={"tier": "standard"})
    heard = [webhook.ask("profile") for _ in range(56)]
    refused = [each for each in heard if each.status == 503]
    assert refused
    assert refused[0].error == (503, "QUERY_LIMIT_EXCEEDED")
    assert portal.read("bucket")["violations"] == len(refused)
    Control(portal_url).advance(30)
    assert webhook.ask("profile").status == 200
    portal.order(renumber=True, ways={"tier": "enterprise"})
    assert {webhook.ask("profile").status for _ in range(60)} == {200}
    assert portal.read("bucket")["violations"] == 0


def test_a_batch_is_one_request(portal: VendorControl, webhook: Caller) -> None:
    portal.order(ways={"tier": "standard"})
    for _ in range(3):
        webhook.batch({f"k{n}": "profile" for n in range(50)})
    assert portal.read("bucket")["requests"] == 3


def test_the_time_of_a_method_grows_and_its_minutes_drop_one_by_one() -> None:
    of = MethodTime()
    assert of.add("a", "m", 100, now=600.0) == (100, 1200)
    assert of.add("a", "m", 100, now=700.0) == (200, 1200)
    assert of.add("a", "n", 5, now=700.0) == (5, 1260)
    assert of.add("a", "m", 280, now=1190.0) == (480, 1200)
    assert not of.is_open("a", "m", 1199.0)
    assert of.is_open("b", "m", 1199.0)
    assert of.is_open("a", "n", 1199.0)
    assert of.is_open("a", "m", 1200.0)
    assert of.add("a", "m", 1, now=1200.0) == (381, 1260)
    assert of.report(1200.0)["m"] == {"operating": 381, "blocked": 1, "most": 480}


def test_a_method_that_has_had_its_time_is_blocked_and_the_others_are_not(
    portal: VendorControl, webhook: Caller, portal_url: str
) -> None:
    portal.order(deals=won(1), ways={"seconds": {LIST: 25, "crm.item.get": 5}})
    told = [webhook.ask(LIST, entityTypeId=2).body["time"] for _ in range(2)]
    assert [each["operating"] for each in told] == [25, 50]
    assert 0 < told[1]["operating_reset_at"] - told[1]["finish"] <= 600
    portal.order(spend=LIST, seconds=430)
    assert webhook.ask(LIST, entityTypeId=2).error == (429, "OPERATION_TIME_LIMIT")
    answer = webhook.batch({"a": LISTED, "b": "crm.item.get?entityTypeId=2&id=1"})
    assert answer["result_error"]["a"]["error"] == "OPERATION_TIME_LIMIT"
    assert answer["result_time"]["b"]["operating"] == 5
    assert portal.read("method_time")[LIST] == {"operating": 480, "blocked": 2, "most": 480}
    Control(portal_url).advance(600)
    assert webhook.ask(LIST, entityTypeId=2).body["time"]["operating"] == 25


def test_the_call_that_crosses_the_limit_still_runs_and_commands_count_one_by_one(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(ways={"seconds": {LIST: 10}})
    portal.order(spend=LIST, seconds=465)
    answer = webhook.batch({f"k{n}": LISTED for n in range(4)})
    assert [each["operating"] for each in answer["result_time"].values()] == [475, 485]
    assert {each["error"] for each in answer["result_error"].values()} == {"OPERATION_TIME_LIMIT"}
    assert len(answer["result_error"]) == 2


def test_a_method_is_blocked_for_as_long_as_ordered(
    portal: VendorControl, webhook: Caller, portal_url: str
) -> None:
    portal.order(block=LIST, seconds=60)
    assert webhook.ask(LIST, entityTypeId=2).status == 429
    Control(portal_url).advance(61)
    assert webhook.ask(LIST, entityTypeId=2).status == 200


def test_a_portal_of_ones_own_has_no_such_limit_and_tells_nothing(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(ways={"method_seconds": 0, "operating": "absent"})
    portal.order(spend=LIST, seconds=10_000)
    told = webhook.ask(LIST, entityTypeId=2)
    assert told.status == 200
    assert not {"operating", "operating_reset_at"} & told.body["time"].keys()


def test_a_request_of_more_than_a_minute_is_killed_and_what_it_had_done_stays_done(
    portal: VendorControl, webhook: Caller
) -> None:
    portal.order(contacts=[{"id": n} for n in range(1, 51)], fields=[{"name": "SUM_0_2026"}])
    portal.order(ways={"seconds": {"crm.item.update": 2}})
    told = {"entityTypeId": 3, "useOriginalUfNames": "Y", "fields": {"UF_CRM_SUM_0_2026": 1}}
    commands = {f"k{n}": spelled("crm.item.update", {**told, "id": n}) for n in range(1, 51)}
    heard = webhook.ask("batch", cmd=commands)
    assert heard.error == (500, "INTERNAL_SERVER_ERROR")
    assert [write["record"] for write in portal.read("writes")] == [f"contact:{n}" for n in range(1, 31)]


def test_answers_are_really_late_if_that_is_ordered(portal: VendorControl, webhook: Caller) -> None:
    portal.order(ways={"real_delay": 0.3})
    began = time.monotonic()
    webhook.ask("profile")
    assert time.monotonic() - began >= 0.3


def test_the_portals_clock_may_be_ahead(portal: VendorControl, webhook: Caller) -> None:
    before = webhook.ask("profile").body["time"]["finish"]
    portal.order(ways={"clock_skew": 3600})
    assert 3600 <= webhook.ask("profile").body["time"]["finish"] - before < 3700
