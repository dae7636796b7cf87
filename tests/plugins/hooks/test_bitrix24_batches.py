"""Every command comes to its end once, whatever becomes of the requests that carry it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.bitrix24.commands import Command
from include.bitrix24.replies import Done, NotRun, Refused, Reply
from include.bitrix24.sizes import BatchSize
from include.errors import AccessDenied, RejectedByVendor, WindowSpent
from plugins.hooks.bitrix24_batches import Batches, PartlyAnswered, PartlyFailed, done
from tests.plugins.hooks.bitrix24_portal import Batcher, closed, stumbled, unwell

SOON = datetime.now(UTC) + timedelta(minutes=5)


def updates(count: int, method: str = "crm.item.update") -> dict[str, Command]:
    return {
        f"k{n:04}": Command(method, {"id": n, "fields": {"UF_CRM_X": str(n)}}) for n in range(1, count + 1)
    }


def fine(key: str, command: Command) -> Reply:
    return Done({"item": {"id": command.params.get("id")}})


def run(portal: Batcher, commands: dict[str, Command], first: int = 50) -> dict[str, Reply]:
    return Batches(portal, commands, BatchSize(first)).run()


def test_all_go_in_as_few_requests_as_time_allows() -> None:
    portal = Batcher(fine, seconds="0.3")
    told = run(portal, updates(300), first=20)
    assert [len(request) for request in portal.requests] == [20, 40, 50, 50, 50, 50, 40]
    assert list(told) == list(updates(300))
    assert all(isinstance(reply, Done) for reply in told.values())


def test_slow_updates_go_in_requests_that_end_in_time() -> None:
    portal = Batcher(fine, seconds="2")
    run(portal, updates(300), first=20)
    assert [len(request) for request in portal.requests] == [20] * 15


def test_nothing_asked_is_nothing_sent() -> None:
    portal = Batcher(fine)
    assert run(portal, {}) == {}
    assert portal.requests == []


def test_one_bad_command_spoils_no_other() -> None:
    """A library drops the whole batch for it (bitrix24 5)."""
    portal = Batcher(fine)
    portal.troubles["k0007"] = [Refused("CRM_FIELD_ERROR_VALUE_NOT_VALID", "bad")]
    told = run(portal, updates(20))
    assert told["k0007"] == Refused("CRM_FIELD_ERROR_VALUE_NOT_VALID", "bad")
    assert sum(isinstance(reply, Done) for reply in told.values()) == 19
    assert portal.ran.most_common(1)[0][1] == 1
    assert len(portal.requests) == 1


def test_only_blocked_and_not_run_commands_are_sent_again() -> None:
    portal = Batcher(fine)
    for n in range(11, 21):
        portal.troubles[f"k{n:04}"] = [closed() if n < 15 else NotRun()]
    run(portal, updates(20))
    assert [len(request) for request in portal.requests] == [20, 10]
    assert set(portal.ran.values()) == {1}


def test_only_the_closed_method_waits() -> None:
    portal = Batcher(fine)
    commands = {**updates(3), **{f"l{n}": Command("crm.item.list", {"id": n}) for n in range(3)}}
    for key in ("k0001", "k0002", "k0003"):
        portal.troubles[key] = [closed()]
    run(portal, commands, first=3)
    assert portal.requests == [
        ["k0001", "k0002", "k0003"],
        ["l0", "l1", "l2"],
        ["k0001", "k0002", "k0003"],
    ]


def test_a_request_that_came_to_nothing_is_sent_again_by_halves() -> None:
    portal = Batcher(fine)
    portal.losing = {1: unwell(500), 2: unwell()}
    told = run(portal, updates(40), first=40)
    assert [len(request) for request in portal.requests] == [40, 20, 10, 20, 10]
    assert all(isinstance(reply, Done) for reply in told.values())


def test_a_page_instead_of_data_may_pass_but_not_for_ever() -> None:
    portal = Batcher(fine)
    portal.failing = {1: AccessDenied("страница", http_status=200)}
    assert len(run(portal, updates(3))) == 3
    portal.failing = dict.fromkeys(range(1, 99), AccessDenied("страница", http_status=200))
    with pytest.raises(AccessDenied):
        run(portal, updates(3))


def test_a_command_the_portal_stumbles_at_goes_alone_and_after_three_tries_is_refused() -> None:
    portal = Batcher(fine)
    portal.troubles["k0002"] = [stumbled()] * 9
    told = run(portal, updates(5))
    assert told["k0002"] == Refused("INTERNAL_SERVER_ERROR", "Internal server error")
    assert [len(request) for request in portal.requests] == [5, 1, 1, 1]
    assert sum(isinstance(reply, Done) for reply in told.values()) == 4


def test_a_command_the_portal_stumbled_at_twice_is_done_at_last() -> None:
    portal = Batcher(fine)
    portal.troubles["k0002"] = [stumbled(), stumbled(), stumbled()]
    assert isinstance(run(portal, updates(5))["k0002"], Done)


def test_one_command_that_kills_every_request_is_found_and_refused() -> None:
    portal = Batcher(fine)

    class Poisoned(dict[int, Exception]):
        def get(self, number: int, default: Any = None) -> Any:  # type: ignore[override]
            return unwell(500) if "k0003" in portal.requests[number - 1] else default

    portal.failing = Poisoned()
    told = run(portal, updates(20), first=20)
    assert isinstance(told["k0003"], Refused)
    assert sum(isinstance(reply, Done) for reply in told.values()) == 19


def test_a_portal_that_is_down_refuses_nobody() -> None:
    portal = Batcher(fine)
    portal.failing = dict.fromkeys(range(1, 99), unwell(500))
    with pytest.raises(PartlyFailed) as raised:
        run(portal, updates(3))
    assert raised.value.replies == {}
    assert raised.value.http_status == 500
    assert len(portal.requests) == 8


def test_what_was_answered_before_a_fault_is_told() -> None:
    portal = Batcher(fine)
    portal.failing = dict.fromkeys(range(2, 99), unwell(502))
    with pytest.raises(PartlyFailed) as failed:
        run(portal, updates(30), first=20)
    assert len(failed.value.replies) == 20
    portal = Batcher(fine)
    portal.failing = {2: WindowSpent(SOON)}
    with pytest.raises(PartlyAnswered) as spent:
        run(portal, updates(30), first=20)
    assert (len(spent.value.replies), spent.value.until) == (20, SOON)


def test_no_rights_and_a_refused_request_end_it_at_once() -> None:
    for fault in (AccessDenied("нет прав", http_status=403), RejectedByVendor("51", http_status=400)):
        portal = Batcher(fine)
        portal.failing = {1: fault}
        with pytest.raises(type(fault)):
            run(portal, updates(3))
        assert len(portal.requests) == 1


@pytest.mark.parametrize("value", ["Тур $result[k0001][id]", None, [], True])
def test_what_a_batch_would_bend_goes_alone_as_it_is(value: object) -> None:
    portal = Batcher(fine)
    odd = Command("crm.item.update", {"id": 9, "fields": {"title": value}})
    told = run(portal, {"a": odd, **updates(2)})
    assert list(told) == ["a", "k0001", "k0002"]
    assert portal.alone == [odd]
    assert portal.requests == [["k0001", "k0002"]]


def test_a_refusal_of_one_that_goes_alone_is_its_own() -> None:
    portal = Batcher(fine)
    portal.troubles["alone1"] = [Refused("NOT_FOUND", "Not found")]
    told = run(portal, {"a": Command("m", {"x": None}), **updates(1)})
    assert told["a"] == Refused("NOT_FOUND", "Not found")
    assert isinstance(told["k0001"], Done)


def test_an_answer_that_has_to_be_there_tells_a_right_that_is_lacking_from_a_refusal() -> None:
    assert done("m", Done(7)) == Done(7)
    with pytest.raises(AccessDenied, match="m: ACCESS_DENIED"):
        done("m", Refused("ACCESS_DENIED", ""))
    with pytest.raises(RejectedByVendor, match="m: NOT_FOUND: Not found") as refused:
        done("m", Refused("NOT_FOUND", "Not found"))
    assert not isinstance(refused.value, AccessDenied)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_breaks_each_command_has_its_own_answer(data: st.DataObject) -> None:
    portal, commands = Batcher(fine, pauses=(0.0,) * 40), updates(data.draw(st.integers(0, 60)))
    for number in data.draw(st.sets(st.integers(1, 12), max_size=5)):
        (portal.failing if data.draw(st.booleans()) else portal.losing)[number] = unwell(502)
    refused = data.draw(st.sets(st.sampled_from(list(commands) or [""]), max_size=5))
    for key in commands:
        passing = data.draw(st.lists(st.sampled_from([closed(), NotRun(), stumbled()]), max_size=2))
        portal.troubles[key] = [*passing, *([Refused("X", key)] * 9 if key in refused else [])]
    told = run(portal, commands, first=data.draw(st.integers(1, 50)))
    assert list(told) == list(commands)
    for key, reply in told.items():
        expected = Refused("X", key) if key in refused else Done({"item": {"id": commands[key].params["id"]}})
        assert type(reply) is type(expected)
    sent = [keys for number, keys in enumerate(portal.requests, 1) if number in portal.losing]
    lost = Counter(key for keys in sent for key in keys)
    assert all(times <= 1 + lost[key] for key, times in portal.ran.items())
