"""A client of the simulated amoCRM for its tests: plain HTTP, nothing hidden."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from tests.sandbox.bitrix24_caller import NoRedirect

SECRET = "secret-of-tests"
PAID, FREE = 31000001, 31000002
direct = build_opener(ProxyHandler({}), NoRedirect())
Row = dict[str, Any]


class Heard(NamedTuple):
    """An answer: the body decoded if it is JSON, else its text; None without one."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def has_next(self) -> bool:
        """Whether it promises another page."""
        return bool(self.body) and "next" in self.body["_links"]


class Caller:
    """Calls the vendor as an integration does."""

    def __init__(self, url: str, token: str = f"access-{PAID}", host: str = "") -> None:
        self.url, self.token, self.host = url, token, host

    def ask(self, path: str, *, verb: str = "GET", timeout: float = 10, **query: Any) -> Heard:
        address = f"{self.url}/api/v4/{path}?{urlencode(list(_pairs(query)))}"
        return self._send(Request(address, method=verb, headers=self._headers()), timeout)

    def rows(self, path: str, **query: Any) -> list[Row]:
        """Read one page that goes well."""
        return rows_of(self.ask(path, **query))

    def pages(self, path: str, **query: Any) -> list[Row]:
        """Read all pages, until no other is promised."""
        found, page = [], 1
        while True:
            heard = self.ask(path, page=page, **query)
            found += rows_of(heard)
            if not heard.has_next:
                return found
            page += 1

    def ids(self, path: str = "leads", **query: Any) -> list[int]:
        return [row["id"] for row in self.rows(path, **query)]

    def lead(self, number: int, **query: Any) -> Row:
        body: Row = self.ask(f"leads/{number}", **query).body
        return body

    def exchange(self, **told: Any) -> Heard:
        """Ask for a pair of tokens."""
        usual = {"client_id": "client", "client_secret": SECRET, "redirect_uri": "https://etl.example.org/cb"}
        body = json.dumps(usual | told).encode()
        headers = {**self._headers(), "Content-Type": "application/json"}
        return self._send(Request(f"{self.url}/oauth2/access_token", body, headers), 10)

    def refresh(self, token: str) -> Heard:
        return self.exchange(grant_type="refresh_token", refresh_token=token)

    def subdomain(self, refresh: str) -> Heard:
        headers = {**self._headers(), "X-Refresh-Token": refresh}
        return self._send(Request(f"{self.url}/oauth2/account/current/subdomain", headers=headers), 10)

    def _headers(self) -> dict[str, str]:
        told = {"Host": self.host} if self.host else {}
        return {**told, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}

    def _send(self, request: Request, timeout: float) -> Heard:
        try:
            with direct.open(request, timeout=timeout) as answer:
                return _heard(answer.status, dict(answer.headers), answer.read())
        except HTTPError as error:
            with error:
                return _heard(error.code, dict(error.headers), error.read())


def rows_of(heard: Heard) -> list[Row]:
    """Give the rows of a page; none of one without a body."""
    assert heard.status in (200, 204), heard
    if heard.body is None:
        return []
    (rows,) = heard.body["_embedded"].values()
    return list(rows)


def _pairs(told: Any, name: str = "") -> Any:
    if isinstance(told, Mapping | list):
        items = told.items() if isinstance(told, Mapping) else (("", each) for each in told)
        for key, value in items:
            yield from _pairs(value, f"{name}[{key}]" if name else str(key))
    else:
        yield ("with" if name == "shown" else name), told


def _heard(status: int, headers: dict[str, str], content: bytes) -> Heard:
    if not content:
        return Heard(status, headers, None)
    is_json = "json" in headers.get("Content-Type", "")
    return Heard(status, headers, json.loads(content) if is_json else content.decode())
