"""The limits of the simulated Calltouch: requests a second from one address, points an hour and a day."""

import json
import threading
import time
from statistics import median
from typing import Any
from urllib.error import HTTPError

import pytest

from sandbox.arrivals import Arrivals
from sandbox.control import CalltouchControl, Control
from tests.sandbox.calltouch_caller import FIRST, SITE, Caller, order


def statuses(caller: Caller, times: int) -> list[int]:
    seen = []
    for _ in range(times):
        try:
            caller.journal()
            seen.append(200)
        except HTTPError as error:
            seen.append(error.code)
    return seen


def test_the_sixth_request_of_a_second_is_refused(url: str, caller: Caller) -> None:
    started = time.monotonic()
    seen = statuses(caller, 6)
    if time.monotonic() - started < 1:  # a machine that is busy for a second proves nothing
        assert seen == [200] * 5 + [429]
        pace = Control(url).calltouch().pace()
        assert (pace["requests"], pace["violations"], pace["busiest"]) == (6, 1, 6)


def test_all_projects_of_one_address_share_the_second(url: str, caller: Caller) -> None:
    control = Control(url).calltouch("15002")
    control.add_project("other")
    started = time.monotonic()
    seen = [*statuses(caller, 3), *statuses(Caller(url, "15002", "other"), 3)]
    if time.monotonic() - started < 1:
        assert seen == [200] * 5 + [429]


def test_arrivals_are_judged_by_any_second_and_by_the_rate_they_reach() -> None:
    arrivals = Arrivals(5)
    # five in the end of one calendar second and five in the beginning of the next are too many
    assert [arrivals.note("a", 0.8 + n * 0.02) for n in range(5)] == [True] * 5
    assert not arrivals.note("a", 1.1)
    assert arrivals.note("b", 1.1)
    assert arrivals.report()["violations"] == 1
    arrivals.forget()
    assert all(arrivals.note("a", n * 0.2001) for n in range(101))
    report = arrivals.report(with_times=True)
    assert (report["requests"], report["violations"], report["busiest"]) == (101, 0, 5)
    assert report["per_second"] == pytest.approx(5, rel=0.01)
    assert report["idle"] == pytest.approx(0.01, abs=0.001)
    assert report["longest_gap"] == pytest.approx(0.2, abs=0.001)
    times: Any = report["times"]
    assert (times[0], times[-1]) == (0, 20.01)


def test_points_are_spent_by_successful_calls_until_the_hour_ends(
    url: str, caller: Caller, control: CalltouchControl
) -> None:
    Control(url).set_clock("2026-03-15T12:50:00+03:00")
    control.set_points(hour=5, prices={"create": 2, "journal": 0.5})
    with pytest.raises(HTTPError, match="400"):
        caller.create({"orderNumber": FIRST})  # costs nothing
    caller.create(order("a"), order("b"))
    caller.create(order("c"))
    caller.journal()
    with pytest.raises(HTTPError) as caught:
        caller.create(order("d"))
    assert caught.value.code == 429
    assert "баллов" in json.load(caught.value)["data"]["apiErrorData"]["errorMessage"]
    caller.journal()  # there is half a point left
    assert control.points() == {f"{SITE}/2026-03-15T12": {"create": [2, "4"], "journal": [2, "1.0"]}}
    Control(url).advance(601)
    caller.create(order("d"))
    assert len(control.deals()) == 4


def test_a_day_has_its_allowance_too(url: str, caller: Caller, control: CalltouchControl) -> None:
    Control(url).set_clock("2026-03-15T22:30:00+03:00")
    control.set_points(day=2)
    caller.journal()
    Control(url).advance(3600)
    assert statuses(caller, 2) == [200, 429]
    Control(url).advance(1800)  # past Moscow's midnight
    assert statuses(caller, 1) == [200]


def test_points_are_each_projects_own(url: str, caller: Caller, control: CalltouchControl) -> None:
    other = Control(url).calltouch("15002")
    other.add_project("other")
    control.set_points(hour=1)
    assert statuses(caller, 2) == [200, 429]
    assert statuses(Caller(url, "15002", "other"), 2) == [200, 200]


def test_callers_at_once_make_a_number_one_deal(caller: Caller, control: CalltouchControl) -> None:
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.extend(caller.create(order()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("calltouchOrderId" in answer for answer in answers) == 1
    assert control.counts() == {"created": 1, "duplicates": 7}


def test_ten_thousand_deals_do_not_slow_the_vendor_down(caller: Caller, control: CalltouchControl) -> None:
    phones = [f"7921{n:07}" for n in range(2_000)]
    control.add_leads(
        *(
            {"kind": "call", "id": n, "date": "2023-03-15T17:00:00", "phones": [p]}
            for n, p in enumerate(phones)
        )
    )
    took = []
    for batch in range(100):
        orders = [order(f"{batch:03}-{n:02}", phones[(batch * 100 + n) % 2_000]) for n in range(100)]
        started = time.process_time()  # the vendor is in this process; what others do is not counted
        caller.create(*orders)
        took.append(time.process_time() - started)
    assert len(control.deals()) == 10_000
    assert median(took[-20:]) < 3 * median(took[:20])
    assert caller.journal()["pageTotal"] == 10
