"""The whole hook at the whole simulated portal, whichever ways that has."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from include.bitrix24.replies import Done
from include.bitrix24.sizes import BatchSize
from include.errors import AccessDenied, TemporaryVendorError, WindowSpent
from plugins.hooks.bitrix24 import Bitrix24Hook, Command, Listing
from plugins.hooks.bitrix24_lists import UnknownField
from plugins.steps.oauth_tokens import TokenStore
from plugins.warehouse import Warehouse
from sandbox.control import Control
from sandbox.server import Credentials, Sandbox, running

CODE = "c0de-of-tests"
NAMES = {"entityTypeId": 2, "useOriginalUfNames": "Y"}
WON = Listing(
    "crm.item.list", {"stageSemanticId": "S"}, ("id", "title", "contactIds", "opportunity"), params=NAMES
)
Connect = Callable[..., Bitrix24Hook]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running(None, Credentials("demo", CODE)) as sandbox:
        yield sandbox


@pytest.fixture
def portal(sandbox: Sandbox) -> Any:
    portal = Control(sandbox.url).vendor("bitrix24")
    portal.order(reset=True)
    return portal


@pytest.fixture
def connect(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Connect:
    def hook(tokens: Any = None, login: str = "1", **extra: Any) -> Bitrix24Hook:
        options = {"retry_pauses": [0] * 7, "timeout": 10, **extra}
        connection = {"conn_type": "bitrix24", "host": sandbox.url, "login": login, "password": CODE}
        monkeypatch.setenv("AIRFLOW_CONN_BITRIX24", json.dumps({**connection, "extra": options}))
        return Bitrix24Hook(tokens=tokens)

    return hook


@pytest.fixture
def hook(connect: Connect) -> Bitrix24Hook:
    return connect()


def deals(count: int) -> list[dict[str, Any]]:
    return [{"id": 3 * n, "title": f"Тур {n}", "stageSemanticId": "S"} for n in range(1, count + 1)]


def head_of(hook: Bitrix24Hook) -> tuple[int | None, int | None]:
    (reply,) = hook.batch({"head": hook.head(WON)}).values()
    assert isinstance(reply, Done)
    return WON.largest(reply), reply.total


def read(hook: Bitrix24Hook, head: int | None = None) -> list[int]:
    return [row["id"] for chunk in hook.scan(WON, head=head) for row in chunk.rows]


WAYS: list[dict[str, Any]] = [
    {},
    {"start_minus_one_total": 0},
    {"totals_empty": "map"},
    {"operating": "absent"},
    {"unknown_array_filter": "ignored"},
    {"clock_skew": 3600},
    {"seconds": {"crm.item.list": 1.1}},
]


@pytest.mark.parametrize("ways", WAYS, ids=str)
@pytest.mark.parametrize("count", [0, 50, 130])
def test_a_list_is_whole_whatever_the_portal_is_like(
    hook: Bitrix24Hook, portal: Any, ways: dict[str, Any], count: int
) -> None:
    portal.order(deals=deals(count), ways=ways)
    head, told = head_of(hook)
    assert (head, told) == (3 * count or None, count)
    assert read(hook) == [3 * n for n in range(1, count + 1)]
    assert read(hook, head) == [3 * n for n in range(1, count + 1)]


def test_5003_deals_take_three_requests(hook: Bitrix24Hook, portal: Any) -> None:
    portal.order(deals=deals(5003))
    portal.order(renumber=True)
    assert len(read(hook, 15009)) == 5003
    assert len(portal.calls()) == 3


@pytest.mark.parametrize("fault", ["500", "gateway", "timeout", "reset", "cut", "html", "503"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_fault_at_any_request_leaves_the_list_whole(
    connect: Connect, portal: Any, fault: str, number: int
) -> None:
    portal.order(deals=deals(5003))
    portal.order(renumber=True)
    portal.fault(fault, call=number)
    assert len(read(connect(timeout=3), 15009)) == 5003


def test_a_blocked_webhook_is_left_alone_and_the_list_goes_on_later(connect: Connect, portal: Any) -> None:
    portal.order(deals=deals(5003))
    portal.order(renumber=True)
    portal.fault("429", call=2)
    hook = connect(patience=0)
    reading = hook.scan(WON, head=15009)
    first = next(reading)
    with pytest.raises(WindowSpent):
        next(reading)
    rest = [row["id"] for chunk in hook.scan(WON, first.last_id, 15009) for row in chunk.rows]
    assert len(first.rows) + len(rest) == 5003


def test_rights_lost_at_page_21_show_in_the_count(hook: Bitrix24Hook, portal: Any) -> None:
    portal.order(deals=deals(3000))
    head, before = head_of(hook)
    portal.order(at_page=21, rights={"funnels": []})
    rows = read(hook, head)
    assert len(rows) == 1000
    (reply,) = hook.batch({"after": WON.counted(head or 0)}).values()
    assert isinstance(reply, Done)
    assert (before, reply.total) == (3000, 0)


def test_a_field_that_is_not_there_is_told(hook: Bitrix24Hook, portal: Any) -> None:
    portal.order(deals=deals(3))
    with pytest.raises(UnknownField, match="UF_CRM_NONE"):
        list(hook.scan(WON._replace(select=("id", "UF_CRM_NONE"))))


def test_a_portal_that_does_not_know_us_says_so(connect: Connect, portal: Any) -> None:
    with pytest.raises(AccessDenied, match="вебхук не принят"):
        connect(login="7").ask("profile")


def test_a_method_of_no_portal_ends_it(hook: Bitrix24Hook, portal: Any) -> None:
    with pytest.raises(AccessDenied, match="нет такого метода"):
        hook.ask("crm.no.such.method")


def test_a_request_that_takes_over_a_minute_goes_on_in_shorter_ones(hook: Bitrix24Hook, portal: Any) -> None:
    """What fitted was applied, and is set again: each value is one all the same."""
    portal.order(contacts=[{"id": n, "name": "x"} for n in range(1, 51)])
    portal.order(fields=[{"name": "UF_CRM_A", "type": "double", "precision": 2}])
    portal.order(ways={"seconds": {"crm.item.update": 2.5}})
    body = {"entityTypeId": 3, "useOriginalUfNames": "Y"}
    commands = {
        f"k{n}": Command("crm.item.update", {**body, "id": n, "fields": {"UF_CRM_A": f"{n}.25"}})
        for n in range(1, 51)
    }
    told = hook.run(commands, BatchSize(50))
    assert all(isinstance(reply, Done) for reply in told.values())
    held = {int(each["id"]): each["UF_CRM_A"] for each in portal.read("contacts")}
    assert held == {n: n + 0.25 for n in range(1, 51)}
    assert {call["status"] for call in portal.calls()} == {200, 500}


def test_an_application_gets_in_by_tokens_that_it_swaps_and_keeps(
    connect: Connect, sandbox: Sandbox, portal: Any, warehouse_url: str
) -> None:
    extra = {"auth": "oauth", "access_token": "access-0", "refresh_token": "refresh-0"}
    with psycopg.connect(warehouse_url) as connection:
        store = TokenStore(Warehouse(connection), "bitrix24", "bitrix24")
        for _ in range(2):
            hook = connect(store, "app.1", oauth_host=sandbox.url, **extra)
            assert hook.ask("profile")
    assert portal.read("tokens")["access"] != "access-0"


def test_an_outage_is_temporary(hook: Bitrix24Hook, portal: Any) -> None:
    portal.fault("gateway", times=99)
    with pytest.raises(TemporaryVendorError):
        hook.ask("profile")
