"""
Two public clients of Bitrix24 speak with the simulated portal, and lose there what they lose elsewhere.

They were written by others for real portals, so what they expect of an answer is a check of ours. Their
failures (bitrix24 5) are why there is a hook of our own: that it passes at the same portals is shown by
``tests/plugins/hooks/test_bitrix24_where_clients_fail.py``.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from sandbox.control import Control, VendorControl
from sandbox.server import Credentials, Sandbox, running
from tests.sandbox import bitrix24_scenes as scenes
from tests.sandbox.bitrix24_caller import CODE
from tests.sandbox.certificate import throwaway_certificate
from tests.sandbox.test_bitrix24_lists import won

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE = 120  # seconds, most of them for fetching a client
Told = Callable[..., dict[str, Any]]


def command(script: str) -> list[str]:
    uv = [sys.executable, "-m", "uv", "run", "--quiet", "--no-project", "--script", str(HERE / script)]
    try:
        made = subprocess.run(uv, capture_output=True, check=False, timeout=PATIENCE).returncode == 0
    except subprocess.TimeoutExpired:
        made = False
    if not made:
        pytest.skip(f"{script}: the client can't be fetched: it takes uv (make installed-dev) and an index")
    return uv


def told(command: list[str], what: str, address: str, certificate: Path | None = None) -> dict[str, Any]:
    trusted = {"REQUESTS_CA_BUNDLE": str(certificate)} if certificate else {}
    environment = {
        **os.environ,
        **trusted,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
    done = subprocess.run(
        [*command, what, address, CODE],
        **{"capture_output": True, "text": True, "check": False, "timeout": PATIENCE, "env": environment},
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def official() -> list[str]:
    return command("b24pysdk_session.py")


@pytest.fixture(scope="module")
def fast() -> list[str]:
    return command("fast_bitrix24_session.py")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return throwaway_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Iterator[Sandbox]:
    with running(None, Credentials("demo", CODE), tls=certificate) as sandbox:
        yield sandbox


@pytest.fixture
def ask(secure: Sandbox, official: list[str], certificate: tuple[Path, Path]) -> Told:
    domain = secure.url.removeprefix("https://")
    return lambda what: told(official, what, domain, certificate[0])


def people(sandbox: Sandbox) -> VendorControl:
    """Order past the wire: the sandbox's own address asks for a certificate."""
    vendor = next(vendor for vendor in sandbox.vendors if vendor.name == "bitrix24")

    class Direct(VendorControl):
        def order(self, **command: Any) -> dict[str, Any]:
            return vendor.control("", command)

    return Direct(Control(sandbox.url), "bitrix24", "")


def test_the_vendors_own_client_reads_writes_and_knows_each_error(secure: Sandbox, ask: Told) -> None:
    people(secure).order(deals=won(120), contacts=[{"id": number} for number in range(1, 71)])
    assert ask("everything") == {
        "admin": True,
        "listed": 120,
        "chained": list(range(1, 121)),
        "old list": 70,
        "field": 801,
        "written": 10.5,
        "batch": [["one"], "NOT_FOUND"],
        "refused": [
            ["BitrixAPINotFound", 400, "NOT_FOUND"],
            ["BitrixAPIBadRequest", 400, ""],
            ["BitrixAPIInvalidArgValue", 400, "INVALID_ARG_VALUE"],
            ["BitrixAPINotFound", 404, "ERROR_METHOD_NOT_FOUND"],
        ],
    }


def test_it_follows_a_portal_that_has_moved(secure: Sandbox, ask: Told) -> None:
    people(secure).order(move_to=f"https://localhost:{secure.server_address[1]}")
    assert ask("moved") == {"domain": "localhost"}


def test_it_ends_a_list_halfway_without_a_word_when_the_method_is_blocked(secure: Sandbox, ask: Told) -> None:
    scenes.closed_halfway(people(secure))
    assert ask("incomplete") == {"rows": 2550}


def test_it_does_not_wait_for_a_methods_time(secure: Sandbox, ask: Told) -> None:
    scenes.closed_at_once(people(secure))
    assert ask("refused") == {"error": "OPERATION_TIME_LIMIT"}


def test_it_gives_up_at_the_first_call_that_breaks(secure: Sandbox, ask: Told) -> None:
    scenes.breaks(people(secure))
    assert len([error for error in ask("broken")["errors"] if error]) == len(scenes.BROKEN)


def test_it_waits_ten_seconds_for_a_batch_that_may_take_sixty(secure: Sandbox, ask: Told) -> None:
    """The batch is carried out, and the caller never hears of it."""
    portal = people(secure)
    scenes.answers_late(portal)
    assert ask("late") == {"error": "BitrixRequestTimeout"}
    assert [write["record"] for write in portal.read("writes")] == ["contact:15"]


def test_it_runs_the_bucket_over(secure: Sandbox, ask: Told) -> None:
    portal = people(secure)
    scenes.counts_requests(portal)
    ask("hurry")
    assert portal.read("bucket")["violations"] > 0


def test_it_calls_a_method_until_its_time_is_used_up(secure: Sandbox, ask: Told) -> None:
    portal = people(secure)
    scenes.counts_seconds(portal)
    assert ask("worked") == {"errors": ["OPERATION_TIME_LIMIT"]}
    assert portal.read("method_time")["crm.item.get"]["blocked"] == 1


def test_it_may_not_stand_beside_the_time_zones_that_airflow_comes_with(ask: Told) -> None:
    (pinned,) = ask("required")["tzdata"]
    (ours,) = re.findall(r"(?m)^tzdata==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert ours not in Requirement(pinned).specifier


def test_what_it_is_told_in_one_thread_does_not_hold_in_another(ask: Told) -> None:
    assert ask("configured") == {"here": 75, "in a thread": 10}


def test_the_fast_client_reads_and_writes(portal: VendorControl, portal_url: str, fast: list[str]) -> None:
    portal.order(deals=won(120), contacts=[{"id": n} for n in range(1, 71)], fields=[{"name": "SUM_0_2026"}])
    assert told(fast, "everything", portal_url) == {
        **{"listed": 120, "old list": 70, "written": 10.5, "batch": ["one", "two"]},
    }


def test_it_drops_what_has_been_done_if_one_command_fails(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    scenes.lacks_one(portal)
    assert told(fast, "all_or_nothing", portal_url) == {"error": "ErrorInServerResponseException"}
    assert [write["record"] for write in portal.read("writes")] == ["contact:15", "contact:16"]


def test_it_takes_a_method_without_time_for_the_end(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    scenes.closed_at_once(portal)
    assert told(fast, "refused", portal_url) == {"error": "ClientResponseError"}


def test_it_lets_more_loose_at_once_than_the_bucket_holds(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    portal.order(ways={"tier": "enterprise", "real_delay": 0.3})
    told(fast, "crowd", portal_url)
    assert portal.read("bucket")["fullest"] > 60


def test_it_spells_nothing_as_a_word_and_an_empty_list_not_at_all(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    scenes.has_a_deal(portal)
    told(fast, "spelled", portal_url)
    (deal,) = portal.read("deals")
    assert (deal["title"], deal["contactIds"]) == ("None", [15])


def test_it_adds_up_what_is_a_sum_already(portal: VendorControl, portal_url: str, fast: list[str]) -> None:
    scenes.adds_up(portal)
    assert told(fast, "summed", portal_url) == {"believed": 25 + 50 + 75}
    assert portal.read("method_time")["crm.item.get"]["operating"] == 75


def test_it_does_not_count_the_time_of_commands(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    portal.order(deals=won(1))
    assert told(fast, "uncounted", portal_url) == {"counted": []}


def test_it_loses_the_order_of_a_list(portal: VendorControl, portal_url: str, fast: list[str]) -> None:
    portal.order(deals=won(300))
    assert told(fast, "unordered", portal_url) == {"rows": 300, "in order": False}


def test_it_gives_a_part_for_the_whole_with_no_more_than_a_warning(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    scenes.hides_deals(portal)
    assert told(fast, "incomplete", portal_url) == {"rows": 50, "warned": ["RuntimeWarning"]}


def test_its_old_way_asks_for_each_record_and_knows_no_filter(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    scenes.contacts(portal)
    assert told(fast, "list_and_get", portal_url) == {"rows": 70, "warned": ["DeprecationWarning"]}
    assert sum(call["commands"].get("crm.contact.get", 0) for call in portal.calls()) == 70


def test_it_repeats_a_request_that_is_too_long_as_it_is(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    """Each time takes the method a minute more, until it has none left."""
    scenes.is_slow_to_list(portal)
    assert told(fast, "wide", portal_url)["error"]
    assert [call["status"] for call in portal.calls()].count(500) > 3
