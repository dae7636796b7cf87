"""
Two public clients of Bitrix24 speak with the simulated portal, and lose there what they lose elsewhere.

They were written by others for real portals, so what they expect of an answer is a check of ours. Their
failures (bitrix24 5) are why there is a hook of our own: that it passes the same is shown by its own tests.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import Control, VendorControl
from sandbox.server import Credentials, Sandbox, running
from tests.sandbox.bitrix24_caller import CODE
from tests.sandbox.certificate import throwaway_certificate
from tests.sandbox.test_bitrix24_lists import won

HERE = Path(__file__).parent
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
    portal = people(secure)
    portal.order(deals=won(5000))
    portal.fault("item", about="crm.item.list", text="OPERATION_TIME_LIMIT", after=51)
    assert ask("incomplete") == {"rows": 2550}


def test_it_does_not_wait_for_a_methods_time(secure: Sandbox, ask: Told) -> None:
    people(secure).fault("429", method="profile")
    assert ask("refused") == {"error": "OPERATION_TIME_LIMIT"}


def test_the_fast_client_reads_and_writes(portal: VendorControl, portal_url: str, fast: list[str]) -> None:
    portal.order(deals=won(120), contacts=[{"id": n} for n in range(1, 71)], fields=[{"name": "SUM_0_2026"}])
    assert told(fast, "everything", portal_url) == {
        **{"listed": 120, "old list": 70, "written": 10.5, "batch": ["one", "two"]},
    }


def test_it_drops_what_has_been_done_if_one_command_fails(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    portal.order(contacts=[{"id": 15}, {"id": 16}], fields=[{"name": "SUM_0_2026"}])
    assert told(fast, "all_or_nothing", portal_url) == {"error": "ErrorInServerResponseException"}
    assert [write["record"] for write in portal.read("writes")] == ["contact:15", "contact:16"]


def test_it_takes_a_method_without_time_for_the_end(
    portal: VendorControl, portal_url: str, fast: list[str]
) -> None:
    portal.fault("429", method="profile")
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
    portal.order(deals=won(1))
    told(fast, "spelled", portal_url)
    (deal,) = portal.read("deals")
    assert (deal["title"], deal["contactIds"]) == ("None", [15])


def test_it_adds_up_what_is_a_sum_already(portal: VendorControl, portal_url: str, fast: list[str]) -> None:
    portal.order(deals=won(1), ways={"seconds": {"crm.item.get": 25}})
    assert told(fast, "summed", portal_url) == {"believed": 25 + 50 + 75}
    assert portal.read("method_time")["crm.item.get"]["operating"] == 75
