"""What a gate is told of each call, so that one that came out of its turn takes another."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import pytest

from plugins.hooks.vendor import Call
from plugins.hooks.vendor_flights import Flights
from tests.plugins.hooks.scripted import ScriptedVendor, Told, scripted_vendor
from tests.sandbox.certificate import throwaway_certificate

READ = Call("GET", "/things")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
SLOWLY = 0.4  # seconds


class ShopHook(Flights):
    """A vendor of tests."""

    vendor = "shop"
    title = "Магазин"
    default_conn_name = "shop"


class Watcher:
    """A gate and a leave that write down when they were asked, and what they are told."""

    def __init__(self) -> None:
        self.entered: list[float] = []
        self.left: list[float] = []
        self.beyond: list[float] = []

    def enter(self, method: str, points: Decimal = Decimal(1)) -> "Watcher":
        self.entered.append(time.monotonic())
        return self

    def made(self, left: float, beyond: float) -> None:
        self.left.append(left)
        self.beyond.append(beyond)


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with scripted_vendor() as vendor:
        yield vendor


def hook_at(url: str, gate: Watcher, monkeypatch: pytest.MonkeyPatch) -> ShopHook:
    told = {"conn_type": "http", "host": url, "password": "x", "extra": {"retry_pauses": [0, 0]}}
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", json.dumps(told))
    return ShopHook(gate=gate)


def test_each_attempt_is_told_of_with_how_much_longer_than_usual_it_took(
    vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Watcher()
    hook = hook_at(vendor.url, gate, monkeypatch)
    vendor.script = [Told(), Told(), Told(hang=SLOWLY), Told(reset=True), Told()]
    for _ in range(4):
        hook.call(READ)
    assert (len(vendor.heard), len(gate.entered), len(gate.beyond)) == (5, 5, 5)
    assert gate.beyond[2] > SLOWLY / 2
    assert all(left > entered for left, entered in zip(gate.left, gate.entered, strict=True))


@contextmanager
def slow_to_shake_hands(folder: Path) -> Iterator[str]:
    """Serve HTTPS, slow to open a connection, which is closed after each answer; give the address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*throwaway_certificate(folder))

    def serve() -> None:
        with suppress(OSError):
            while True:
                plain, _ = listening.accept()
                time.sleep(SLOWLY)
                with context.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(65536)
                    connection.sendall(ANSWER)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_request_leaves_when_its_connection_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Watcher()
    with slow_to_shake_hands(tmp_path) as url:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
        hook = hook_at(url, gate, monkeypatch)
        assert [hook.call(READ), hook.call(READ)] == [{}, {}]
    assert all(left - entered > SLOWLY for left, entered in zip(gate.left, gate.entered, strict=True))


def test_requests_that_fly_are_told_of_when_they_are_answered_though_nobody_waits_for_them(
    vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Watcher()
    hook = hook_at(vendor.url, gate, monkeypatch)
    in_vain = [hook.take_off(READ) for _ in range(3)]
    for flight in in_vain:
        flight.sent.result()
    assert hook.land(hook.take_off(READ)) == {"ok": True}
    assert (len(gate.entered), len(gate.left)) == (4, 4)
    assert hook.land(in_vain[0]) == {"ok": True}
    assert len(gate.left) == 4  # each once
