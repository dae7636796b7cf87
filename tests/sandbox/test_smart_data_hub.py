"""The simulated Smart Data Hub: it takes whatever it is sent, as often as it is sent (smart-data-hub 2)."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from sandbox.control import Control, OrderRefused, VendorControl
from sandbox.server import Credentials, running
from tests.sandbox.amocrm_caller import Heard, direct
from tests.sandbox.haste import within_a_second

TOKEN = "token-of-tests"
LEAD = {"outer_id": "31000001-41000001", "name": "Лид", "pipeline_id": "66b0", "status_id": "66b1"}


class Caller:
    """Calls the vendor as a client does."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.url, self.token = url, token

    def post(self, path: str, told: Any, verb: str = "POST") -> Heard:
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        request = Request(f"{self.url}/crm/v1/api/{path}", json.dumps(told).encode(), headers, method=verb)
        try:
            with direct.open(request, timeout=5) as answer:
                return Heard(answer.status, dict(answer.headers), json.load(answer))
        except HTTPError as error:
            with error:
                return Heard(error.code, dict(error.headers), json.load(error))


@pytest.fixture
def hub() -> Iterator[tuple[Caller, VendorControl]]:
    with running(None, Credentials("demo", TOKEN)) as sandbox:
        yield Caller(sandbox.url), Control(sandbox.url).vendor("smart_data_hub")


def test_records_are_answered_with_their_own_ids(hub: tuple[Caller, VendorControl]) -> None:
    caller, control = hub
    lead = caller.post("leads/", LEAD)
    assert lead.status == 201
    assert len(lead.body["id"]) == 24
    assert lead.body == {**LEAD, "id": lead.body["id"]}
    status = {"pipeline_id": "66b0", "name": "Новый", "position": 1, "marker": "open"}
    assert "status_id" in caller.post("statuses/", status).body
    assert "manager_id" in caller.post("managers/", {"full_name": "Анна Ветрова"}).body
    assert control.read("counts") == {"leads": 1, "statuses": 1, "managers": 1, "duplicates": 0}


def test_what_is_posted_twice_is_there_twice_and_is_counted(hub: tuple[Caller, VendorControl]) -> None:
    caller, control = hub
    assert [caller.post("leads/", LEAD).status for _ in range(3)] == [201] * 3
    assert control.read("counts")["duplicates"] == 2


def test_what_is_wrong_is_refused(hub: tuple[Caller, VendorControl]) -> None:
    caller, control = hub
    assert Caller(caller.url, "guessed").post("leads/", LEAD).status == 401
    nameless = caller.post("leads/", {**LEAD, "name": None})
    assert (nameless.status, list(nameless.body)) == (400, ["name"])
    assert caller.post("cats/", {}).status == 404
    assert caller.post("leads/", LEAD, verb="PUT").status == 405
    assert control.read("leads") == []


def test_a_lost_answer_may_hide_a_lead_that_is_there(hub: tuple[Caller, VendorControl]) -> None:
    caller, control = hub
    for applied in (True, False):
        control.fault("reset", method="leads", applied=applied, about=LEAD["outer_id"])
        with pytest.raises(OSError, match=r"reset|closed"):
            caller.post("leads/", LEAD)
        assert control.read("counts")["leads"] == 1


def test_who_comes_too_often_is_refused_if_that_is_ordered(hub: tuple[Caller, VendorControl]) -> None:
    caller, control = hub
    control.order(per_second=2)
    heard = within_a_second(control, lambda: [caller.post("leads/", LEAD).status for _ in range(3)])
    assert heard == [201, 201, 429]
    assert control.read("rate")["violations"] == 1


def test_orders(hub: tuple[Caller, VendorControl]) -> None:
    caller, control = hub
    control.fault(500)
    control.forget_faults()
    assert caller.post("leads/", LEAD).status == 201
    assert [call["method"] for call in control.calls()] == ["leads"]
    control.order(renumber=True)
    assert control.calls() == []
    control.order(reset=True)
    assert control.read("leads") == []
    for wrong in ({"read": "cats"}, {"cats": 1}):
        with pytest.raises(OrderRefused, match="400"):
            control.order(**wrong)
