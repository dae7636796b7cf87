"""
What every simulated vendor is made of: requests, answers, and faults by script.

A vendor is a module with one class that fits ``Vendor``; ``sandbox/server.py`` lists them and does the rest.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

LOGIN_PAGE = (
    "<!doctype html><html><head><title>Вход</title></head><body>Войдите, чтобы продолжить</body></html>"
)


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    """An answer, and what becomes of it: ``cut`` and ``reset`` lose it, ``hang`` delays it by seconds."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: float = 0
    cut: bool = False
    reset: bool = False


class Vendor(Protocol):
    """A simulated vendor at its real paths."""

    name: str
    prefixes: tuple[str, ...]

    def answer(self, request: Request) -> Response:
        """Do what the vendor does."""

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order of a test or the demo; return the state after it. Raises ValueError."""


class Faults:
    """Faults to come, in order, by key: what ``{"fault": …, "times": k, "after": n}`` has ordered."""

    KINDS = ("timeout", "cut", "html", "reset", "redirect")  # and any HTTP status, as text

    def __init__(self) -> None:
        self._planned: dict[str, list[str | None]] = {}
        self._lock = threading.Lock()

    def plan(self, key: str, kind: str, times: int = 1, after: int = 0) -> None:
        """Let the next ``times`` calls of the key fail, once ``after`` calls have gone well."""
        if kind not in self.KINDS and not (kind.isdecimal() and 300 <= int(kind) <= 599):
            raise ValueError(f"unknown fault {kind!r}: one of {', '.join(self.KINDS)} or an HTTP status")
        with self._lock:
            self._planned.setdefault(key, []).extend([None] * after + [kind] * times)

    def forget(self, key: str) -> None:
        """Drop what is planned for the key."""
        with self._lock:
            self._planned.pop(key, None)

    def left(self, key: str) -> int:
        """Count the calls of the key that are still planned."""
        return len(self._planned.get(key, ()))

    def on_the_way(self, key: str, response: Response) -> Response:
        """Return what becomes of an answer. The vendor has done its work: a lost answer undoes nothing."""
        with self._lock:
            planned = self._planned.get(key)
            kind = planned.pop(0) if planned else None
        return faulty(response, kind) if kind else response


def faulty(response: Response, kind: str) -> Response:
    """Spoil one answer."""
    match kind:
        case "timeout":
            return replace(response, hang=3600)
        case "cut":
            return replace(response, cut=True)
        case "reset":
            return replace(response, reset=True)
        case "html":
            return Response(LOGIN_PAGE.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
        case "redirect":
            return Response(status=302, headers={"Location": "/login"})
    return Response(status=int(kind))
