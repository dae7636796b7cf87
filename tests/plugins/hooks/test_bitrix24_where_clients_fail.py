"""
Our hook at the portals where public clients fail (bitrix24 5).

Each of these portals is the very one at which ``tests/sandbox/test_bitrix24_clients.py`` shows a client's
failure; the limits that those run over are kept in the warehouse, as in a task.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.bitrix24.replies import Done, Refused
from include.bitrix24.sizes import BatchSize
from include.errors import WindowSpent
from include.settings.bitrix24_portal import Portal
from plugins.hooks.bitrix24 import Bitrix24Hook, Command, Listing
from plugins.pipelines.bitrix24_portal import portal_hook
from plugins.warehouse import Warehouse
from sandbox.control import Control, VendorControl
from sandbox.server import Credentials, running
from tests.sandbox import bitrix24_scenes as scenes

ROOT = Path(__file__).parents[3]
CODE = "c0de-of-tests"
NAMES = {"entityTypeId": 2, "useOriginalUfNames": "Y"}
DEALS = Listing("crm.item.list", {"stageSemanticId": "S"}, ("id", "contactIds"), params=NAMES)
ONE = {"entityTypeId": 2, "id": 1}
MakeHook = Callable[..., Bitrix24Hook]


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    with psycopg.connect(warehouse_url) as connection:
        yield Warehouse(connection)


@pytest.fixture
def url() -> Iterator[str]:
    with running(None, Credentials("demo", CODE)) as sandbox:
        yield sandbox.url


@pytest.fixture
def portal(url: str) -> VendorControl:
    portal = Control(url).vendor("bitrix24")
    portal.order(ways={"tier": "none"})
    return portal


@pytest.fixture
def make_hook(url: str, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> MakeHook:
    def make(**extra: Any) -> Bitrix24Hook:
        told = {"retry_pauses": [0] * 7, "patience": 0, **extra}
        connection = {"conn_type": "bitrix24", "host": url, "login": "1", "password": CODE, "extra": told}
        monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", json.dumps(connection))
        return portal_hook(warehouse, Portal())

    return make


@pytest.fixture
def hook(make_hook: MakeHook, portal: VendorControl) -> Bitrix24Hook:
    return make_hook()


def opens(warehouse: Warehouse) -> None:
    """Let the method that was closed open again."""
    warehouse.connection.execute("update ops.budget set blocked_until = null, resets_at = null")


def test_a_method_closed_halfway_stops_the_list_until_it_opens_and_no_row_is_lost(
    hook: Bitrix24Hook, portal: VendorControl, warehouse: Warehouse
) -> None:
    """2,550 rows of 5,000 are never an end: the reading waits, and goes on from where it was."""
    scenes.closed_halfway(portal)
    reading = hook.scan(DEALS)
    ids = [row["id"] for chunk in islice(reading, 2) for row in chunk.rows]
    assert len(ids) == 2550
    with pytest.raises(WindowSpent):
        next(reading)
    opens(warehouse)
    ids += [row["id"] for chunk in hook.scan(DEALS, ids[-1]) for row in chunk.rows]
    assert ids == list(range(1, 5001))


def test_a_method_without_time_is_waited_for(
    hook: Bitrix24Hook, portal: VendorControl, warehouse: Warehouse
) -> None:
    scenes.closed_at_once(portal)
    with pytest.raises(WindowSpent):
        hook.ask("profile")
    with pytest.raises(WindowSpent):  # nobody asks meanwhile
        hook.ask("profile")
    assert len(portal.calls()) == 1
    opens(warehouse)
    assert hook.ask("profile")


def test_a_call_that_breaks_is_made_again(hook: Bitrix24Hook, portal: VendorControl) -> None:
    scenes.breaks(portal)
    assert hook.ask("profile")
    assert len(portal.calls()) == len(scenes.BROKEN) + 1


def test_a_batch_may_take_the_minute_it_is_given(hook: Bitrix24Hook, portal: VendorControl) -> None:
    scenes.answers_late(portal)
    update = {"entityTypeId": 3, "useOriginalUfNames": "Y", "id": 15, "fields": {scenes.FIELD: "10.5"}}
    (reply,) = hook.batch({"one": Command("crm.item.update", update)}).values()
    assert isinstance(reply, Done)
    assert hook.timeout > 60


def test_the_bucket_does_not_run_over(hook: Bitrix24Hook, portal: VendorControl) -> None:
    """The last few wait for half a second each; who else calls is in ``test_bitrix24_pace.py``."""
    scenes.counts_requests(portal)
    for _ in range(45):
        hook.ask("profile")
    bucket = portal.read("bucket")
    assert (bucket["requests"], bucket["violations"]) == (45, 0)
    assert bucket["fullest"] <= 41


def test_a_method_is_left_before_its_time_is_used_up(hook: Bitrix24Hook, portal: VendorControl) -> None:
    scenes.counts_seconds(portal)
    for _ in range(9):
        hook.ask("crm.item.get", ONE)
    with pytest.raises(WindowSpent):
        hook.ask("crm.item.get", ONE)
    time = portal.read("method_time")["crm.item.get"]
    assert (time["blocked"], time["operating"]) == (0, 432)


def test_no_client_is_needed_beside_airflow() -> None:
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert not re.findall(r"(?mi)^(?:b24pysdk|fast.bitrix24)\b.*", locked)


def test_what_it_is_told_holds_in_every_thread(make_hook: MakeHook) -> None:
    hook, found = make_hook(timeout=33), list[float]()
    looking = threading.Thread(target=lambda: found.append(hook.timeout))
    looking.start()
    looking.join()
    assert found == [33]


def test_one_command_that_fails_spoils_no_other(hook: Bitrix24Hook, portal: VendorControl) -> None:
    scenes.lacks_one(portal)
    update = {"entityTypeId": 3, "useOriginalUfNames": "Y", "fields": {scenes.FIELD: "5"}}
    commands = {f"k{n}": Command("crm.item.update", {**update, "id": n}) for n in (15, 404, 16)}
    told = hook.run(commands, BatchSize())
    gone = told["k404"]
    assert isinstance(gone, Refused)
    assert gone.is_gone
    assert isinstance(told["k15"], Done)
    assert isinstance(told["k16"], Done)
    assert [write["record"] for write in portal.read("writes")] == ["contact:15", "contact:16"]


def test_nothing_and_an_empty_list_arrive_as_they_are(hook: Bitrix24Hook, portal: VendorControl) -> None:
    scenes.has_a_deal(portal)
    fields = {"title": None, "contactIds": []}
    (reply,) = hook.run(
        {"one": Command("crm.item.update", {**NAMES, **ONE, "fields": fields})}, BatchSize()
    ).values()
    assert isinstance(reply, Done)
    (deal,) = portal.read("deals")
    assert (deal["title"] or "", deal["contactIds"]) == ("", [])


@pytest.mark.parametrize("together", [False, True])
def test_the_time_of_a_method_is_what_it_has_come_to_whether_told_alone_or_by_a_batch(
    hook: Bitrix24Hook, portal: VendorControl, warehouse: Warehouse, together: bool
) -> None:
    scenes.adds_up(portal)
    if together:
        hook.batch({f"k{n}": Command("crm.item.get", ONE) for n in range(2)})
        hook.ask("crm.item.get", ONE)
    else:
        for _ in range(3):
            hook.ask("crm.item.get", ONE)
    kept = warehouse.connection.execute(
        "select sum(calls), max(operating) from ops.budget where method = 'time:crm.item.get'"
    ).fetchone()
    assert kept == (3, Decimal(75))
    assert portal.read("method_time")["crm.item.get"]["operating"] == 75


def test_a_list_keeps_its_order(hook: Bitrix24Hook, portal: VendorControl) -> None:
    portal.order(deals=scenes.won(300))
    ids = [row["id"] for chunk in hook.scan(DEALS) for row in chunk.rows]
    assert ids == list(range(1, 301))


def test_a_part_of_a_list_shows_in_its_counts(hook: Bitrix24Hook, portal: VendorControl) -> None:
    """What is hidden half-way looks like an end (bitrix24 0.6): the hook tells what a reading compares."""
    portal.order(deals=scenes.won(300))
    (before,) = hook.batch({"head": hook.head(DEALS)}).values()
    assert isinstance(before, Done)
    head = DEALS.largest(before) or 0
    portal.order(at_page=2, rights={"funnels": []})
    rows = [row for chunk in hook.scan(DEALS, head=head) for row in chunk.rows]
    (after,) = hook.batch({"count": DEALS.counted(head)}).values()
    assert isinstance(after, Done)
    assert (before.total, len(rows), after.total) == (300, 50, 0)


def test_a_list_is_read_by_pages_with_a_filter_and_not_by_records(
    hook: Bitrix24Hook, portal: VendorControl
) -> None:
    scenes.contacts(portal)
    people = Listing("crm.contact.list", {"!ID": 7}, ("ID", "NAME"), items=None, id_key="ID")
    rows = [row for chunk in hook.scan(people) for row in chunk.rows]
    assert len(rows) == 69
    (call,) = portal.calls()
    assert set(call["commands"]) == {"crm.contact.list"}


def test_a_request_that_is_too_long_is_not_repeated_as_it_is(
    hook: Bitrix24Hook, portal: VendorControl
) -> None:
    scenes.is_slow_to_list(portal)
    ids = [row["id"] for chunk in hook.scan(DEALS, head=2500) for row in chunk.rows]
    assert ids == list(range(1, 2501))
    assert [call["status"] for call in portal.calls()].count(500) == 1
    assert portal.read("method_time")["crm.item.list"]["blocked"] == 0
