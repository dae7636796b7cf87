"""
Requests and answers as simulated vendors see them.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

LOGIN_PAGE = (
    "<!doctype html><html><head><title>Вход</title></head><body>Войдите, чтобы продолжить</body></html>"
)
GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Request:
    """A request as it came, the path decoded; ``at`` is the monotonic clock's time of its arrival."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    client: str = ""
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Response:
    """An answer, and what becomes of it: ``cut`` and ``reset`` lose it, ``hang`` too, ``wait`` delays it."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: float = 0
    cut: bool = False
    reset: bool = False
    wait: float = 0
