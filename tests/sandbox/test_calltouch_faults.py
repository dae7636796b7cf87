"""Faults by script, tried on the simulated Calltouch: which calls they meet, what is applied, what lost."""

import http.client
import json
import time
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from sandbox.control import CalltouchControl, OrderRefused
from tests.sandbox.calltouch_caller import FIRST, SECOND, Caller, order

LOST = (TimeoutError, ConnectionResetError, http.client.IncompleteRead, HTTPError, URLError, ValueError)


def numbers(control: CalltouchControl) -> list[str]:
    return [deal["orderNumber"] for deal in control.deals()]


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("kind", ["timeout", "reset", "cut", "html", "gateway", "500", "503"])
def test_a_call_fails_before_or_after_its_work(
    caller: Caller, control: CalltouchControl, kind: str, applied: bool
) -> None:
    caller.journal()
    control.fault(kind, call=2, applied=applied)
    if kind == "cut" and not applied:
        with pytest.raises(ValueError, match="Expecting value"):
            caller.create(order(), timeout=0.3)  # half of nothing
    else:
        with pytest.raises(LOST):
            caller.create(order(), timeout=0.3)
    assert numbers(control) == ([FIRST] if applied else [])
    assert len(caller.journal()["records"]) == applied
    assert control.calls()[1] | {"status": 0} == {
        "call": 2,
        "method": "create",
        "about": [FIRST],
        "fault": kind,
        "status": 0,
    }


@pytest.mark.parametrize("kind", ["timeout", "reset", "502"])
def test_the_vendor_may_still_be_at_work_when_the_caller_has_given_up(
    caller: Caller, control: CalltouchControl, kind: str
) -> None:
    control.fault(kind, applied="late", seconds=3)
    with pytest.raises(LOST):
        caller.create(order(), timeout=0.2)
    assert caller.journal()["records"] == []
    deadline = time.monotonic() + 60
    while not numbers(control):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert numbers(control) == [FIRST]


def test_a_slow_answer_is_an_answer(caller: Caller, control: CalltouchControl) -> None:
    control.fault("slow", seconds=0.3)
    started = time.monotonic()
    assert caller.create(order())[0]["calltouchOrderId"]
    assert time.monotonic() - started > 0.3


def test_a_fault_meets_its_method_its_record_or_its_number(caller: Caller, control: CalltouchControl) -> None:
    control.fault("500", method="update")
    control.fault("503", about=SECOND)
    control.fault("401", call=5)
    caller.create(order())  # 1: neither
    with pytest.raises(HTTPError, match="503"):
        caller.create(order(SECOND))
    with pytest.raises(HTTPError, match="500"):
        caller.update({"orderNumber": FIRST, "revenue": "1.00"})
    caller.update({"orderNumber": FIRST, "revenue": "1.00"})
    with pytest.raises(HTTPError, match="401"):
        caller.journal()
    assert [call["method"] for call in control.calls()] == ["create", "create", "update", "update", "journal"]
    assert [call["status"] for call in control.calls()] == [200, 503, 500, 200, 401]
    assert control.order(forget_faults=True) == {"calls": 5, "faults_planned": 0}


def test_faults_for_the_same_calls_queue_up(caller: Caller, control: CalltouchControl) -> None:
    control.fault("500", method="journal", after=1, times=2)
    control.fault("502", method="journal")
    seen = []
    for _ in range(5):
        try:
            caller.journal()
            seen.append(200)
        except HTTPError as error:
            seen.append(error.code)
    assert seen == [200, 500, 500, 502, 200]


@pytest.mark.parametrize(
    ("form", "header"),
    [
        ({}, None),
        ({"retry_after": 0}, "0"),
        ({"retry_after": 2}, "2"),
        ({"retry_after": 10**9}, "1000000000"),
        ({"retry_after": "soon"}, "soon"),
    ],
)
def test_a_refusal_says_when_to_come_again(
    caller: Caller, control: CalltouchControl, form: dict[str, Any], header: str | None
) -> None:
    control.fault(429, **form)
    with pytest.raises(HTTPError) as caught:
        caller.create(order())
    assert caught.value.headers["Retry-After"] == header
    assert json.load(caught.value)["data"]["apiErrorData"]["errorMessage"] == "Превышен лимит баллов"


def test_a_refusal_may_name_a_moment(caller: Caller, control: CalltouchControl) -> None:
    control.fault(503, retry_after_date=90)
    with pytest.raises(HTTPError) as caught:
        caller.journal()
    left = parsedate_to_datetime(caught.value.headers["Retry-After"]).timestamp() - time.time()
    assert 30 < left <= 90


def test_one_deal_can_be_refused_in_a_good_answer(caller: Caller, control: CalltouchControl) -> None:
    control.fault("item", about=SECOND, text="Некорректный телефон", times=2)
    good, bad = caller.create(order(), order(SECOND))
    assert good["calltouchOrderId"]
    assert bad == {"orderNumber": SECOND, "error": "Некорректный телефон"}
    assert "error" in caller.create(order(SECOND))[0]
    assert "error" not in caller.create(order(SECOND))[0]
    control.fault("item", call=5)  # whichever comes first in that call
    assert [
        "error" in result for result in caller.update(*({"orderNumber": n} for n in (FIRST, SECOND)))
    ] == [False] * 2
    assert [
        "error" in result for result in caller.update(*({"orderNumber": n} for n in (FIRST, SECOND)))
    ] == [True, False]


def test_a_bad_deal_can_spoil_every_batch_it_is_in(caller: Caller, control: CalltouchControl) -> None:
    control.fault("400", about=SECOND, times=3, text="Ошибка в сделке")
    for batch in ([order(), order(SECOND)], [order(SECOND)]):
        with pytest.raises(HTTPError) as caught:
            caller.create(*batch)
        assert json.load(caught.value) == {"data": {"validationErrorData": "Ошибка в сделке"}}
    assert caller.create(order())[0]["calltouchOrderId"]


def test_a_body_can_be_given_as_it_is_to_be_sent(caller: Caller, control: CalltouchControl) -> None:
    control.fault(500, body="<h1>Ошибка</h1>")
    with pytest.raises(HTTPError) as caught:
        caller.journal()
    assert caught.value.read().decode() == "<h1>Ошибка</h1>"


def test_calls_are_numbered_anew_on_demand(caller: Caller, control: CalltouchControl) -> None:
    caller.journal()
    control.renumber()
    control.fault(500, call=1)
    with pytest.raises(HTTPError, match="500"):
        caller.journal()


@pytest.mark.parametrize(
    "command",
    [
        {"fault": "earthquake"},
        {"fault": "200"},
        {"fault": "500", "when": "now"},
        {"fault": "500", "call": 0},
        {"fault": "500", "times": 0},
        {"fault": "500", "after": -1},
        {"fault": "500", "times": "twice"},
        {"fault": "500", "applied": "maybe"},
    ],
)
def test_a_fault_that_means_nothing_is_refused(control: CalltouchControl, command: dict[str, Any]) -> None:
    with pytest.raises(OrderRefused, match="400"):
        control.order(**command)
