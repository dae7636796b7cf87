"""A shop's web server for tests: it tells of pictures, keeps what it was asked, and may be in trouble."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLD = {
    "/a.jpg": {"ETag": '"1"', "Content-Length": "10"},
    "/b.jpg": {"Last-Modified": "Sun, 01 Nov 2026 00:00:00 GMT"},
    "/silent.jpg": {},
    "/page.jpg": {"ETag": '"a page"', "Content-Type": "text/html; charset=utf-8"},
}


class _Pictures(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        assert isinstance(self.server, Web)
        status = self.server.asked(self.path)
        location = self.server.moved.get(self.path)
        status = 301 if location else status
        self.send_response(status)
        for name, value in TOLD.get(self.path, {"ETag": '"error page"'}).items():
            self.send_header(name, value)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Web(ThreadingHTTPServer):
    """
    A shop's web server. ``statuses``: what it answers, by the question's number; else what is true.

    ``moved``: where it sends those who ask for a path.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Pictures)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.times: list[float] = []
        self.paths: list[str] = []
        self.connections: set[object] = set()
        self.statuses: Callable[[int], int | None] = lambda number: None
        self.moved: dict[str, str] = {}
        self._lock = threading.Lock()

    def asked(self, path: str) -> int:
        with self._lock:
            self.times.append(time.monotonic())
            self.paths.append(path)
            number = len(self.times)
        return self.statuses(number) or (200 if path in TOLD or path.startswith("/many/") else 404)

    def finish_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(client_address)
        super().finish_request(request, client_address)


@contextmanager
def web_server() -> Iterator[Web]:
    """Run a server."""
    with Web() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
