"""
Our readings of the accounts where public clients lose rows or their access (amocrm 0, 6.5 and 8).

Each of these accounts is the very one at which ``tests/sandbox/test_amocrm_clients.py`` shows a failure.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from plugins.hooks.warehouse import WarehouseHook
from plugins.pipelines.amocrm_account import account_hook
from plugins.pipelines.amocrm_statuses import load
from tests.amocrm_account import FREE, NEW, PAID, QUOTE, SALES, AccountAtHand, account_in
from tests.amocrm_statuses.dag_run import DagRun
from tests.calltouch_orders.shop import NO_PACE
from tests.sandbox.test_amocrm import leads

FIRST, MANY = 41000001, 300
LIVE = "select lead_id from mart.amocrm_lead where not is_deleted order by lead_id"


@pytest.fixture(params=[PAID, FREE])
def account(request: pytest.FixtureRequest, tmp_path: Path, warehouse_url: str) -> Iterator[AccountAtHand]:
    with psycopg.connect(warehouse_url) as connection:
        connection.execute(NO_PACE)
    with account_in(tmp_path, warehouse_url, DagRun, number=request.param, auth="oauth") as account:
        account.crm.order(leads=leads(MANY))
        yield account


def known(account: AccountAtHand) -> list[int]:
    """Give the leads that are known to be there."""
    return [row["lead_id"] for row in account.rows(LIVE)]


def run_well(account: AccountAtHand) -> None:
    made = account.run("manual")
    assert made.state == "success", made.errors


def test_a_lead_that_is_updated_between_two_pages_hides_no_other(account: AccountAtHand) -> None:
    account.crm.order(at_page=2, of="leads", set={str(FIRST): {"name": "Позвонил"}})
    run_well(account)
    assert known(account) == list(range(FIRST, FIRST + MANY))


def test_nor_does_it_when_what_has_changed_is_read(account: AccountAtHand) -> None:
    run_well(account)
    account.an_hour_passes()
    account.crm.order(move={str(number): [SALES, QUOTE] for number in range(FIRST, FIRST + 280)})
    account.crm.order(at_page=2, of="leads", move={str(FIRST): [SALES, NEW]})
    run_well(account)
    run_well(account)
    query = "select count(*)::int as leads from mart.amocrm_lead where status_id = %s"
    assert account.rows(query, QUOTE) == [{"leads": 279}]


def test_a_page_shorter_than_asked_for_is_not_the_end(account: AccountAtHand) -> None:
    account.crm.order(ways={"max_limit": 50})
    run_well(account)
    assert known(account) == list(range(FIRST, FIRST + MANY))


def test_what_has_changed_is_found_and_the_rest_is_not_read_to_its_end(account: AccountAtHand) -> None:
    account.crm.order(ways={"max_limit": 50})
    run_well(account)
    account.an_hour_passes()
    account.crm.order(move={str(FIRST + 5): [SALES, QUOTE]})
    account.forget()
    counters = account.counters(account.run("manual"))
    read = 1 if account.number == PAID else 100  # a page that is older as a whole ends the other reading
    assert (counters["moved"], sum(counters.values())) == (1, read)
    assert account.asked().count("leads") == (1 if account.number == PAID else 3)


def test_a_contact_that_is_deleted_between_two_pages_hides_no_other(account: AccountAtHand) -> None:
    contacts = list(range(60500001, 60500001 + MANY))
    account.crm.order(contacts=[{"id": number} for number in contacts])
    named = {str(FIRST + place): {"contacts": [number]} for place, number in enumerate(contacts)}
    account.crm.order(set=named)
    account.crm.order(at_page=2, of="contacts", delete_contacts=contacts[:3])
    run_well(account)
    query = "select contact_id from mart.amocrm_contact order by contact_id"
    assert {row["contact_id"] for row in account.rows(query)} >= set(contacts[3:])


def test_seven_a_second_are_never_passed(account: AccountAtHand) -> None:
    with psycopg.connect(account.warehouse_url) as connection:
        connection.execute("drop trigger at_once on ops.pace")
    account.crm.order(ways={"per_second": 7, "max_limit": 20})
    account.forget()
    run_well(account)
    rate = account.crm.read("rate")
    assert rate["requests"] > 20
    assert rate["violations"] == 0


def test_of_two_workers_that_renew_at_once_neither_loses_its_access(account: AccountAtHand) -> None:
    run_well(account)
    account.crm.order(expire=True)
    with ThreadPoolExecutor(2) as both:
        assert list(both.map(told_by_a_worker, range(2))) == [account.number] * 2
    told = account.crm.read("tokens")
    assert (told["refreshes"], told["spent_shown"]) == (1, 0)


def told_by_a_worker(_: int) -> int:
    """Ask which account this is, in a session of one's own."""
    with WarehouseHook().session() as warehouse:
        return int(account_hook(warehouse, load()).account()["id"])
