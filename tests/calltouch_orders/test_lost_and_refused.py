"""What Calltouch refuses or loses, batches, the budget of an account (calltouch 5, 6.9, 6.22): end to end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.today import far_from_an_hours_end

if TYPE_CHECKING:
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import Shop

STATES = "select key, state, attempts, error from ops.action where target = 'calltouch' order by run_id, seq"


@pytest.fixture
def desk(shop: "Shop") -> "Desk":
    from tests.calltouch_orders.desk import Desk

    return Desk(shop)


def creates(shop: "Shop") -> int:
    return [call["method"] for call in shop.calltouch.calls()].count("create")


def duplicates(shop: "Shop") -> int:
    return int(shop.calltouch.counts().get("duplicates", 0))


def test_an_order_refused_inside_a_good_answer_stands_alone_and_only_a_person_sends_it_again(
    shop: "Shop", desk: "Desk"
) -> None:
    good, bad = desk.order(1, 1, {1: 1}), desk.order(2, 2, {1: 1})
    shop.calltouch.fault("item", about=bad, text="Неверный телефон")
    run = shop.runs_of(shop.run())["main"]
    assert (run["state"], run["counters"]["created"], run["counters"]["refused"]) == ("partial", 1, 1)
    assert set(shop.deals()) == {good}
    (refused,) = shop.rows("select last_error from mart.calltouch_deal where state = 'rejected'")
    assert "Неверный телефон" in refused["last_error"]
    shop.run()
    assert creates(shop) == 1
    shop.run("manual", mode="send_one", document=bad, account="main")
    assert set(shop.deals()) == {good, bad}


def test_a_deal_whose_change_is_refused_is_changed_by_hand_and_goes_on_as_before(
    shop: "Shop", desk: "Desk"
) -> None:
    ref = desk.order(1, 1, {9: 4})
    shop.run()
    desk.ship(1, ref, {9: 1})
    shop.calltouch.fault("item", method="update", about=ref, text="Сделка занята")
    run = shop.runs_of(shop.run())["main"]
    assert (run["state"], run["counters"]["refused"]) == ("partial", 1)
    desk.ship(2, ref, {9: 1}, hour=15)
    shop.run()
    assert shop.deals()[ref]["revenue"] == "23600.00", "by itself nothing is sent about it any more"
    shop.run("manual", mode="send_one", document=ref, account="main")
    assert (creates(shop), duplicates(shop), shop.deals()[ref]["revenue"]) == (1, 0, "11800.00")
    desk.ship(3, ref, {9: 2}, hour=16)
    shop.run()
    assert (creates(shop), shop.deals()[ref]["revenue"]) == (1, "23600.00")


@pytest.mark.parametrize("fault", ["500", "reset", "cut"])
def test_a_create_whose_answer_was_lost_is_found_in_the_journal_and_not_sent_again(
    shop: "Shop", desk: "Desk", fault: str
) -> None:
    ref = desk.order(1, 1, {1: 1})
    shop.calltouch.fault(fault, method="create", applied=True)
    run = shop.run()
    assert (run.state, creates(shop), duplicates(shop)) == ("success", 1, 0)
    assert shop.runs_of(run)["main"]["counters"]["created"] == 1
    assert [row["state"] for row in shop.rows(STATES)] == ["done"]
    known = shop.rows("select state, calltouch_order_id from mart.calltouch_deal")
    assert known == [{"state": "created", "calltouch_order_id": shop.deals(ids=True)[ref]["id"]}]


def test_a_create_that_is_not_in_the_journal_is_sent_again_by_the_next_run_alone(
    shop: "Shop", desk: "Desk"
) -> None:
    ref = desk.order(1, 1, {1: 1})
    shop.calltouch.fault("reset", method="create")
    first = shop.runs_of(shop.run())["main"]
    assert (first["state"], first["counters"]["uncertain"], creates(shop)) == ("partial", 1, 1)
    second = shop.run()
    assert (second.state, creates(shop), duplicates(shop)) == ("success", 2, 0)
    assert set(shop.deals()) == {ref}
    assert [row["state"] for row in shop.rows(STATES)] == ["skipped", "done"]


def test_a_hundred_and_one_orders_are_two_requests(shop: "Shop", desk: "Desk") -> None:
    for number in range(101):
        desk.order(number + 1, number % 4 + 1, {1: 1})
    shop.run()
    assert creates(shop) == 2
    assert len(shop.deals()) == 101


def test_an_automatic_run_out_of_budget_waits_and_goes_on_in_the_next_window(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import account

    far_from_an_hours_end(20)
    # 80 % of 10 points are one create, and the second has to wait.
    limits = {"hour_points": 10, "prices": {"create": 6, "journal": 0, "calls": 0, "requests": 0}}
    shop = open_shop(accounts=[account("main", limits=limits), account("service")])
    shop.calltouch.set_points(hour=10, prices={"create": 6, "journal": 0, "calls": 0, "requests": 0})
    desk = Desk(shop)
    for number in range(101):
        desk.order(number + 1, number % 4 + 1, {1: 1})
    run = shop.run()
    assert (run.state, run.waits, len(shop.deals())) == ("success", 1, 101)
    refused = [call for call in shop.calltouch.calls() if call.get("status") == 429]
    assert refused == []


def test_a_period_stops_before_the_day_that_the_budget_is_not_enough_for_and_says_where_to_go_on(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import FIRST_DAY, account

    far_from_an_hours_end(20)
    limits = {"hour_points": 15, "prices": {"create": 6, "journal": 0, "calls": 0, "requests": 0}}
    accounts = [account("main", limits=limits, auto_exchange=False), account("service", auto_exchange=False)]
    shop = open_shop(accounts=accounts)
    days = [FIRST_DAY + timedelta(days=number) for number in range(3)]
    for number, day in enumerate(days, 1):
        Desk(shop, day).order(number, number, {1: 1})
    assert shop.run().state == "success"
    assert shop.deals() == {}, "nothing goes out by itself where the exchange is not automatic"
    period: dict[str, Any] = {"mode": "send_period", "account": "main", "date_to": days[2].isoformat()}
    run = shop.run("manual", date_from=days[0].isoformat(), **period)
    assert len(shop.deals()) == 2
    assert run.waits == 0
    told = shop.rows(
        "select details from ops.run_log where codes = array['LIMIT_REACHED'] order by run_id desc limit 1"
    )
    assert told[0]["details"]["resume_from"] == days[2].isoformat()
    assert shop.runs_of(run)["main"]["state"] == "partial"
    shop.time_passes(shop.next_hour())
    run = shop.run("manual", date_from=days[2].isoformat(), **period)
    assert (shop.runs_of(run)["main"]["state"], len(shop.deals())) == ("success", 3)


def spent_now() -> tuple[str, str, datetime]:
    return "calltouch", "calltouch_main", datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def test_a_day_that_is_more_than_a_whole_window_begins_and_waits_for_the_next_one(
    open_shop: "Callable[..., Shop]",
) -> None:
    from tests.calltouch_orders.dag_run import DagRun
    from tests.calltouch_orders.desk import Desk
    from tests.calltouch_orders.shop import FIRST_DAY, account

    prices = {"create": 6, "journal": 0, "calls": 0, "requests": 0}
    limits = {"hour_points": 10, "prices": prices}
    accounts = [account("main", limits=limits, auto_exchange=False), account("service", auto_exchange=False)]
    shop = open_shop(accounts=accounts)
    desk = Desk(shop)
    for number in range(101):  # two requests of six points each, where an hour has ten
        desk.order(number + 1, number % 4 + 1, {1: 1})
    pauses: list[datetime] = []
    far_from_an_hours_end(20)

    def time_passes(until: datetime) -> None:
        shop.time_passes(until)
        if not pauses:  # the first time somebody else is quicker, and there is too little left again
            shop.rows("insert into ops.budget values (%s, %s, 'journal', %s, 1, 5) returning 1", *spent_now())
        pauses.append(until)

    day = FIRST_DAY.isoformat()
    period = {"mode": "send_period", "account": "main", "date_from": day, "date_to": day}
    run = DagRun(kind="manual", time_passes=time_passes, **period).go()
    assert (run.state, run.waits, len(shop.deals())) == ("success", 2, 101)
    assert shop.rows("select 1 from ops.run_log where codes = array['LIMIT_REACHED']") == []
