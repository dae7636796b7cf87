"""A shop's web server, that answers as it is told, and a listener that nobody should call."""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """
    What is answered: ``hang`` seconds late, perhaps only the first ``cut`` bytes of the body.

    After those the connection is held for ``linger`` seconds.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {}
    hang: float = 0
    cut: int | None = None
    linger: float = 0


class Shop:
    """A server on a loopback port; ``answer`` is for every path that ``answers`` does not name."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.answers: dict[str, Answer] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(shop) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = shop.answers.get(self.path, shop.answer)
                time.sleep(answer.hang)
                with suppress(OSError):
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer.body)))
                    self.end_headers()
                    self.wfile.write(answer.body[: answer.cut])
                    self.wfile.flush()
                    time.sleep(answer.linger)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


class Listener:
    """A port that counts who called."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                self.calls += 1
                caller.close()
