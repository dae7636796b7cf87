"""
What every simulated vendor is made of.

A vendor is a module with a class that fits ``Vendor``, made with a ``Place`` (its memory, clock and
credentials). ``VENDORS`` in ``sandbox/server.py`` lists them, and the server does the rest.
Faults by script: ``sandbox/faults.py``. The pace of callers: ``sandbox/arrivals.py``.
"""

from typing import Any, Protocol

from sandbox.faults import Call, Fault, Faults, Words
from sandbox.messages import GATEWAY_PAGE, HTML, LOGIN_PAGE, Request, Response
from sandbox.place import Place

__all__ = [
    "GATEWAY_PAGE", "HTML", "LOGIN_PAGE",
    "Call", "Fault", "Faults", "Place", "Request", "Response", "Vendor", "Words",
]  # fmt: skip


class Vendor(Protocol):
    """A simulated vendor at its real paths."""

    name: str
    prefixes: tuple[str, ...]

    def __init__(self, place: Place) -> None: ...

    def answer(self, request: Request) -> Response:
        """Do what the vendor does."""

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order of a test or the demo; return the state after it. Raises ValueError."""
