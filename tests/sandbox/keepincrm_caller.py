"""
A client of the simulated KeepinCRM for its tests: plain HTTP, nothing hidden.
"""

import json
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

KEY = "key-of-tests"
direct = build_opener(ProxyHandler({}))


class Heard(NamedTuple):
    """An answer: the body decoded if it is JSON, else its text."""

    status: int
    headers: dict[str, str]
    body: Any


class Caller:
    """Calls the vendor as a client does."""

    def __init__(self, url: str, key: str = KEY) -> None:
        self.url, self.key = f"{url}/v1", key

    def ask(self, verb: str, path: str, body: Any = None, timeout: float = 5, **query: Any) -> Heard:
        data = None if body is None else json.dumps(body).encode()
        address = f"{self.url}/{path}{'?' if query else ''}{urlencode(query)}"
        request = Request(address, data, {"X-Auth-Token": self.key}, method=verb)
        request.add_header("Content-Type", "application/json")
        try:
            with direct.open(request, timeout=timeout) as answer:
                return _heard(answer.status, dict(answer.headers), answer.read())
        except HTTPError as error:
            with error:
                return _heard(error.code, dict(error.headers), error.read())

    def get(self, path: str, **query: Any) -> Any:
        return self.ask("GET", path, **query).body

    def by_sku(self, sku: str) -> Heard:
        return self.ask("GET", f"materials/sku/{quote(sku, safe='')}")

    def create(self, **values: Any) -> Heard:
        return self.ask("POST", "materials", values)

    def patch(self, number: int, **values: Any) -> Heard:
        return self.ask("PATCH", f"materials/{number}", values)

    def ids(self) -> list[int]:
        """Read all pages as a client does."""
        found: list[int] = []
        page = pages = 1
        while page <= pages:
            answer = self.get("materials", page=page)
            found += [item["id"] for item in answer["items"]]
            pages, page = answer["pagination"]["total_pages"], page + 1
        return found


def _heard(status: int, headers: dict[str, str], content: bytes) -> Heard:
    text = content.decode()
    is_json = headers.get("Content-Type", "").startswith("application/json")
    return Heard(status, headers, json.loads(text) if is_json else text)
