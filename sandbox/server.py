"""
Serve all simulated vendors in one process: ``python -m sandbox.server --port 8090 --state FOLDER``.

Beside the vendors' own paths there are orders for tests and the demo:

- ``POST /_sandbox/<vendor>/<key>`` with JSON: what the vendor's ``control`` understands;
- ``GET /_sandbox/requests``: what was asked so far, without secrets; ``DELETE`` forgets it;
- ``GET /_sandbox/health``.
"""

import argparse
import base64
import binascii
import json
import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from sandbox.deal_export import DealExport
from sandbox.vendor import LOGIN_PAGE, Request, Response, Vendor

CONTROL = "/_sandbox/"


class Credentials(NamedTuple):
    """The login and password that vendors ask for."""

    login: str
    password: str

    def fit(self, authorization: str) -> bool:
        """Tell whether a header carries them."""
        scheme, _, value = authorization.partition(" ")
        try:
            return scheme == "Basic" and base64.b64decode(value).decode() == f"{self.login}:{self.password}"
        except (binascii.Error, UnicodeDecodeError):
            return False


def vendors(state: Path, credentials: Credentials) -> list[Vendor]:
    """Make every vendor there is; a new one is a line here."""
    return [DealExport(state / "deal_export.json", credentials.fit)]


class Sandbox(ThreadingHTTPServer):
    """The server with its vendors and its journal."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], state: Path, credentials: Credentials) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self.vendors = vendors(state, credentials)
        self.journal: list[dict[str, Any]] = []
        self.stopping = threading.Event()
        super().__init__(address, Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, request: Request) -> Response:
        """Find whose path it is and let that vendor answer."""
        if request.path.startswith(CONTROL):
            return self._obey(request)
        vendor = next((v for v in self.vendors if request.path.startswith(v.prefixes)), None)
        response = vendor.answer(request) if vendor else _elsewhere(request)
        authorization = request.headers.get("Authorization", "")
        self.journal.append(
            {
                "vendor": vendor.name if vendor else None,
                "method": request.method,
                "path": request.path,
                "query": request.query,
                "authorization": authorization.partition(" ")[0],
                "status": response.status,
                "lost": response.cut or response.reset or response.hang > 0,
            }
        )
        return response

    def _obey(self, request: Request) -> Response:
        name, _, key = request.path.removeprefix(CONTROL).partition("/")
        match request.method, name:
            case "GET", "health":
                return _json({"vendors": [vendor.name for vendor in self.vendors]})
            case "GET", "requests":
                return _json(list(self.journal))
            case "DELETE", "requests":
                self.journal.clear()
                return _json([])
            case "POST", _:
                return self._control(name, key, request.body)
        return _json({"error": "no such order"}, 404)

    def _control(self, name: str, key: str, body: bytes) -> Response:
        vendor = next((vendor for vendor in self.vendors if vendor.name == name), None)
        if not vendor:
            return _json({"error": f"no vendor {name!r}"}, 404)
        try:
            return _json(vendor.control(key, json.loads(body or b"{}")))
        except (ValueError, TypeError, KeyError) as error:
            return _json({"error": str(error)}, 400)


class Handler(BaseHTTPRequestHandler):
    """Turn a socket's bytes into a Request, and a Response into bytes, or into the loss of them."""

    server: Sandbox
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Answer any method the same way."""
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, unquote(url.path), url.query, dict(self.headers.items()), body)
        self._send(self.server.answer(request))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: the journal knows more."""

    def _send(self, response: Response) -> None:
        if response.hang:
            self.server.stopping.wait(response.hang)
            response = Response(reset=True)
        if response.reset:
            self._reset()
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body[: len(response.body) // 2] if response.cut else response.body)
        self.close_connection = self.close_connection or response.cut

    def _reset(self) -> None:
        """Hang up as a crashed server does: with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True


def _elsewhere(request: Request) -> Response:
    html = {"Content-Type": "text/html; charset=utf-8"}
    return Response(LOGIN_PAGE.encode(), 200 if request.path == "/login" else 404, html)


def _json(value: object, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False).encode()
    return Response(text, status, {"Content-Type": "application/json"})


@contextmanager
def running(
    state: Path, credentials: Credentials, host: str = "127.0.0.1", port: int = 0
) -> Iterator[Sandbox]:
    """Run a sandbox in a thread of this process; port 0 takes a free one (``Sandbox.url``)."""
    with Sandbox((host, port), state, credentials) as sandbox:
        thread = threading.Thread(target=sandbox.serve_forever, args=[0.1], daemon=True)
        thread.start()
        try:
            yield sandbox
        finally:
            sandbox.stopping.set()
            sandbox.shutdown()
            thread.join()


def main() -> None:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.server", description="Simulators of the vendors")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (0.0.0.0 in a container)")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--state", type=Path, required=True, help="folder for what has to outlive a restart")
    options = parser.parse_args()
    try:
        credentials = Credentials(
            os.environ["DEALFLOW_SANDBOX_LOGIN"], os.environ["DEALFLOW_SANDBOX_PASSWORD"]
        )
    except KeyError as missing:
        sys.exit(f"set {missing.args[0]} in the environment")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with running(options.state, credentials, options.host, options.port) as sandbox:
            print(f"sandbox at {sandbox.url}", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
