"""
Serve all simulated vendors in one process: ``python -m sandbox.server --port 8090 --state FOLDER``.

Beside the vendors' own paths there are orders for tests and the demo (``sandbox/control.py`` gives them):

- ``POST /_sandbox/<vendor>/<key>`` with JSON: what the vendor's ``control`` understands;
- ``GET /_sandbox/requests``: what was asked so far, without secrets; ``DELETE`` forgets it;
- ``GET /_sandbox/clock``: the vendors' time; ``POST`` sets it: ``{"advance": seconds}``, ``{"now": iso}``;
- ``GET /_sandbox/health``.

All vendors ask for ``DEALFLOW_SANDBOX_LOGIN`` and ``DEALFLOW_SANDBOX_PASSWORD``, but those that have
``DEALFLOW_SANDBOX_<VENDOR>_LOGIN`` and ``DEALFLOW_SANDBOX_<VENDOR>_PASSWORD`` for these.
"""

import argparse
import json
import os
import re
import signal
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sandbox.amocrm import AmoCRM
from sandbox.bitrix24 import Bitrix24
from sandbox.calltouch import Calltouch
from sandbox.deal_export import DealExport
from sandbox.keepincrm import KeepinCRM
from sandbox.onec import OneC
from sandbox.opencart import OpenCart
from sandbox.place import Clock, Credentials, Place, credentials_from
from sandbox.smart_data_hub import SmartDataHub
from sandbox.vendor import HTML, LOGIN_PAGE, Request, Response, Vendor

__all__ = ["VENDORS", "Credentials", "Sandbox", "running"]

CONTROL = "/_sandbox/"
VENDORS: tuple[type[Vendor], ...] = (
    *(DealExport, Calltouch, OneC, KeepinCRM, OpenCart),
    *(Bitrix24, AmoCRM, SmartDataHub),
)  # a new one is a word here
SECRETS = ("clientApiId", "auth", "client_secret", "refresh_token")
SECRET_IN_QUERY = re.compile(rf"\b({'|'.join(SECRETS)})=[^&]+")
SECRET_IN_PATH = re.compile(r"(?<=^/rest/)(\d+)/[^/]+(?=/)")  # a webhook's code


class Sandbox(ThreadingHTTPServer):
    """The server with its vendors and its journal."""

    daemon_threads = True
    request_queue_size = 128  # with the usual 5, callers at once wait a second to be let in

    def __init__(
        self,
        address: tuple[str, int],
        state: Path | None,
        credentials: Credentials,
        tls: tuple[Path, Path] | None = None,
    ) -> None:
        if state:
            state.mkdir(parents=True, exist_ok=True)
        self.clock = Clock()
        self.vendors = [vendor(Place(credentials, self.clock, state)) for vendor in VENDORS]
        self.journal: list[dict[str, Any]] = []
        self.stopping = threading.Event()
        super().__init__(address, Handler)
        self._scheme = "https" if tls else "http"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            # A caller who never says hello must not keep the others waiting: he is heard in his own thread.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers who hang up or do not trust the certificate: that is theirs to tell."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.server_address[1]}"

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
                "path": SECRET_IN_PATH.sub(r"\1/***", request.path),
                "query": SECRET_IN_QUERY.sub(r"\1=***", request.query),
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
            case "GET" | "POST", "clock":
                return self._set_clock(json.loads(request.body or b"{}"))
            case "POST", _:
                return self._control(name, key, request.body)
        return _json({"error": "no such order"}, 404)

    def _set_clock(self, command: dict[str, Any]) -> Response:
        try:
            if "now" in command:
                self.clock.set(datetime.fromisoformat(command["now"]))
            self.clock.advance(float(command.get("advance", 0)))
        except (ValueError, TypeError) as error:
            return _json({"error": str(error)}, 400)
        return _json({"now": self.clock.now().isoformat()})

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
    disable_nagle_algorithm = True  # head and body are two packets: else each answer takes 40 ms more

    def do_GET(self) -> None:
        """Answer any method the same way."""
        at = time.monotonic()
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers, client = dict(self.headers.items()), self.client_address[0]
        request = Request(self.command, unquote(url.path), url.query, headers, body, client, at)
        self._send(self.server.answer(request))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: the journal knows more."""

    def _send(self, response: Response) -> None:
        self.server.stopping.wait(response.wait)
        if response.hang:
            self.server.stopping.wait(response.hang)
            response = Response(reset=True)
        if response.reset:
            self._reset()
            return
        self.send_response_only(response.status)
        for name, value in {"Date": self.date_time_string(), **response.headers}.items():
            if name != "Date" or value:  # a vendor may have a clock of its own, or tell none
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
    return Response(LOGIN_PAGE.encode(), 200 if request.path == "/login" else 404, HTML)


def _json(value: object, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False).encode()
    return Response(text, status, {"Content-Type": "application/json"})


@contextmanager
def running(
    state: Path | None,
    credentials: Credentials,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: tuple[Path, Path] | None = None,
) -> Iterator[Sandbox]:
    """
    Run a sandbox in a thread; without ``state`` it only remembers; port 0 takes a free one (``url``).

    With ``tls``, a certificate and its key, it speaks HTTPS.
    """
    with Sandbox((host, port), state, credentials, tls) as sandbox:
        thread = threading.Thread(target=sandbox.serve_forever, args=[0.02], daemon=True)
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
        credentials = credentials_from(os.environ, [vendor.name for vendor in VENDORS])
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
