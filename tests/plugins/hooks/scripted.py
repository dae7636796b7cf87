"""A vendor that does exactly what a test tells it to, over a real socket."""

import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

JSON = "application/json"
HTML = "text/html; charset=utf-8"


class Told(NamedTuple):
    """What the vendor shall do with one request."""

    status: int = 200
    body: Any = None  # text as it is, anything else as JSON
    headers: Mapping[str, str] = {}
    kind: str = JSON
    hang: float = 0  # seconds before the answer
    reset: bool = False  # hang up instead of answering
    cut: int = 0  # bytes left out at the end
    drip: float = 0  # seconds between two bytes
    gzip: bool = False
    chunked: bool = False  # cut: without the last chunk


class Heard(NamedTuple):
    """A request as it came."""

    at: float
    port: int  # of the caller: the same one while a connection is kept
    method: str
    path: str
    query: dict[str, str]
    raw_query: str
    headers: dict[str, str]
    body: Any


class ScriptedVendor(ThreadingHTTPServer):
    """Answers by the script, one entry a request; after its end, every request gets ``{"ok": true}``."""

    daemon_threads = True

    def __init__(self) -> None:
        self.script: list[Told] = []
        self.heard: list[Heard] = []
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def take(self, heard: Heard) -> Told:
        with self.lock:
            self.heard.append(heard)
            return self.script.pop(0) if self.script else Told(body={"ok": True})

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: clients hang up on slow answers, and are meant to."""


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedVendor
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        at = time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        heard = Heard(
            at,
            int(self.client_address[1]),
            self.command,
            unquote(url.path),
            dict(parse_qsl(url.query)),
            url.query,
            dict(self.headers.items()),
            json.loads(body) if body else None,
        )
        self._do(self.server.take(heard))

    do_POST = do_PATCH = do_GET

    def _do(self, told: Told) -> None:
        time.sleep(told.hang)
        if told.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        body = (told.body if isinstance(told.body, str) else json.dumps(told.body)).encode()
        headers = {"Content-Type": told.kind, **told.headers}
        if told.gzip:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        if told.chunked:
            body, headers["Transfer-Encoding"] = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), "chunked"
        else:
            headers["Content-Length"] = str(len(body))
        self.send_response(told.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        sent = body[: len(body) - told.cut]
        for piece in [sent] if not told.drip else [sent[i : i + 1] for i in range(len(sent))]:
            self.wfile.write(piece)
            time.sleep(told.drip)
        self.close_connection = self.close_connection or told.cut > 0

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@contextmanager
def scripted_vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor() as vendor:
        thread = threading.Thread(target=vendor.serve_forever, args=[0.05], daemon=True)
        thread.start()
        yield vendor
        vendor.shutdown()
        thread.join()


def unused_port() -> int:
    """Find a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
