"""
Two public clients of amoCRM speak with the simulated account, and lose there what they lose elsewhere.

They were written by others for real accounts, so what they expect of an answer is a check of ours. Their
failures (amocrm 0 and 8) are why there is a hook of our own, which passes at the same account:
``tests/amocrm_statuses/test_where_clients_fail.py``.
"""

import json
import os
import subprocess
from typing import Any

import pytest

from sandbox.control import VendorControl
from tests.sandbox.amocrm_caller import FREE, PAID, SECRET
from tests.sandbox.test_amocrm import LOST, NEW, SALES, T, leads
from tests.sandbox.test_bitrix24_clients import PATIENCE, command

SCRIPTS = ("aioamocrm_session.py", "amocrm_api_wrapper_session.py")


@pytest.fixture(scope="module")
def careful() -> list[str]:
    """The one that keeps a pace and reads to the end of a list."""
    return command(SCRIPTS[0])


@pytest.fixture(scope="module")
def wide() -> list[str]:
    """The one that knows every path."""
    return command(SCRIPTS[1])


@pytest.fixture(params=SCRIPTS)
def either(request: pytest.FixtureRequest) -> list[str]:
    return command(request.param)


def told(command: list[str], what: str, url: str, account: int = PAID) -> dict[str, Any]:
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = subprocess.run(
        [*command, what, url, SECRET, str(account)],
        **{"capture_output": True, "text": True, "check": False, "timeout": PATIENCE, "env": environment},
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_careful_client_reads_what_there_is(
    people: VendorControl, amo_url: str, careful: list[str]
) -> None:
    people.order(contacts=[{"id": 60500011, "phones": ["+79210000011"]}])
    people.order(
        leads=[
            {"id": 41000001, "price": 500, "fields": {1500101: "site-17"}, "contacts": [60500011]},
            {"id": 41000002, "status": [SALES, LOST], "loss_reason_id": 15500021},
        ]
    )
    assert told(careful, "everything", amo_url) == {
        **{"account": PAID, "leads": 2, "price": 500, "fields": [1500101], "custom fields": 21},
        **{"pipelines": [8200011, 8200022], "users": [9100001, 9100002], "contacts": [60500011]},
    }


def test_the_wide_client_as_published_can_not_read_at_all(amo_url: str, wide: list[str]) -> None:
    said = told(wide, "as_published", amo_url)["failed"]
    assert "unexpected keyword argument 'json'" in said


def test_the_wide_client_reads_what_there_is(people: VendorControl, amo_url: str, wide: list[str]) -> None:
    people.order(leads=[{"path": [[SALES, NEW, T], [SALES, LOST, T + 60]], "tags": ["сайт"]}])
    assert told(wide, "everything", amo_url) == {
        **{"filters": True, "leads": 1, "events": ["lead_status_changed", "lead_added"]},
        **{"reasons": ["Дорого", "Выбрали другого"], "pipelines": [8200011, 8200022], "tags": ["сайт"]},
    }


def test_either_renews_a_pair_that_is_good_once(
    people: VendorControl, amo_url: str, either: list[str]
) -> None:
    assert told(either, "renewed", amo_url)
    counts = people.read("tokens")
    assert (counts["refreshes"], counts["spent_shown"]) == (1, 0)


def test_of_two_processes_that_renew_one_pair_one_loses_its_access(
    people: VendorControl, amo_url: str, careful: list[str], wide: list[str]
) -> None:
    assert told(careful, "renewed_by_two", amo_url)["failed"] == ["AuthError"]
    assert told(wide, "renewed_by_two", amo_url, FREE)["heard"] == [200, 401]
    assert people.read("tokens")["spent_shown"] == 1


def test_either_takes_all_leads_for_those_of_the_window_where_filters_are_not_paid_for(
    others: VendorControl, people: VendorControl, amo_url: str, either: list[str]
) -> None:
    for account in (people, others):
        account.order(leads=leads(4))
    assert told(either, "changed_since", amo_url)["ids"] == [41000001, 41000002]
    assert len(told(either, "changed_since", amo_url, FREE)["ids"]) == 4


def test_either_loses_a_lead_when_another_is_updated_between_two_pages(
    people: VendorControl, amo_url: str, either: list[str]
) -> None:
    people.order(leads=leads(300))
    people.order(at_page=2, of="leads", set={"41000001": {"name": "Позвонил"}})
    assert told(either, "by_pages", amo_url) == {"rows": 300, "leads": 299}


def test_the_wide_client_takes_a_lowered_limit_for_the_end_of_the_list(
    people: VendorControl, amo_url: str, wide: list[str], careful: list[str]
) -> None:
    people.order(leads=leads(300), ways={"max_limit": 50})
    assert told(wide, "by_pages", amo_url) == {"rows": 50, "leads": 50}
    assert told(careful, "by_pages", amo_url)["leads"] == 300


def test_the_wide_client_keeps_no_pace_at_all(people: VendorControl, amo_url: str, wide: list[str]) -> None:
    people.order(ways={"per_second": 2})
    assert 200 in told(wide, "hurry", amo_url)["heard"]  # and 429, when three tries were too few
    assert people.read("rate")["violations"] > 0


def test_the_careful_client_keeps_to_seven_a_second(
    people: VendorControl, amo_url: str, careful: list[str]
) -> None:
    people.order(ways={"per_second": 7})
    heard = told(careful, "hurry", amo_url)
    # It leaves nothing for what the way to the vendor adds: a request that was late may meet the next seven.
    assert (heard["failed"], heard["seconds"] >= 29 / 7) == (0, True)
