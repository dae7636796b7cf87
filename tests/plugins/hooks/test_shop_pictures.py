"""What a web server tells of pictures, asked over a socket."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from plugins.hooks.shop_pictures import validators

TOLD = {
    "/a.jpg": {"ETag": '"1"', "Content-Length": "10"},
    "/b.jpg": {"Last-Modified": "Sun, 01 Nov 2026 00:00:00 GMT"},
    "/silent.jpg": {},
}


class _Pictures(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(200 if self.path in TOLD else 404)
        for name, value in TOLD.get(self.path, {"ETag": '"error page"'}).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pictures)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_files_are_told_apart_by_what_the_server_says_and_the_rest_is_left_out(web: str) -> None:
    names = ("a.jpg", "b.jpg", "silent.jpg", "missing.jpg")
    told = dict(validators([*(f"{web}/{name}" for name in names), "http://127.0.0.1:1/c.jpg", "no address"]))
    assert told == {
        f"{web}/a.jpg": '"1" - 10',
        f"{web}/b.jpg": "- Sun, 01 Nov 2026 00:00:00 GMT -",
    }
