"""
A client of the simulated Bitrix24 for its tests: plain HTTP, nothing hidden.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

CODE = "code-of-tests"


class NoRedirect(HTTPRedirectHandler):
    """Show where one is sent instead of going there."""

    def redirect_request(self, *_: Any) -> None:
        return None


direct = build_opener(ProxyHandler({}), NoRedirect())


class Heard(NamedTuple):
    """An answer: the body decoded if it is JSON, else its text."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def error(self) -> tuple[int, Any]:
        """The status and the code."""
        return self.status, self.body["error"]


class Caller:
    """Calls the portal as a webhook does."""

    def __init__(self, url: str, path: str = f"rest/1/{CODE}") -> None:
        self.url, self.path = url, path

    def ask(self, method: str, timeout: float = 10, **params: Any) -> Heard:
        body = json.dumps(params).encode()
        return self.send(f"{self.path}/{method}", body, {"Content-Type": "application/json"}, timeout)

    def send(
        self, path: str, body: bytes | None, headers: Mapping[str, str] | None = None, timeout: float = 10
    ) -> Heard:
        request = Request(f"{self.url}/{path}", body, dict(headers or {}))
        try:
            with direct.open(request, timeout=timeout) as answer:
                return _heard(answer.status, dict(answer.headers), answer.read())
        except HTTPError as error:
            with error:
                return _heard(error.code, dict(error.headers), error.read())

    def result(self, method: str, **params: Any) -> Any:
        """Call what goes well."""
        heard = self.ask(method, **params)
        assert heard.status == 200, heard
        return heard.body["result"]

    def items(self, entity: int = 2, **params: Any) -> list[dict[str, Any]]:
        """Read a page that does not count."""
        told = {"entityTypeId": entity, "useOriginalUfNames": "Y", "start": -1, **params}
        items: list[dict[str, Any]] = self.result("crm.item.list", **told)["items"]
        return items

    def set(self, entity: int, number: int, **fields: Any) -> Heard:
        told = {"entityTypeId": entity, "id": number, "useOriginalUfNames": "Y", "fields": fields}
        return self.ask("crm.item.update", **told)

    def batch(self, commands: Mapping[str, str], halt: int = 0, **more: Any) -> dict[str, Any]:
        """Send a batch; give its maps."""
        maps: dict[str, Any] = self.result("batch", cmd=commands, halt=halt, **more)
        return maps


def spelled(method: str, params: Mapping[str, Any]) -> str:
    """Spell a command of a batch."""
    return f"{method}?{urlencode(list(_pairs(params)), quote_via=quote)}"


def _pairs(params: Any, name: str = "") -> Any:
    if isinstance(params, Mapping | list):
        numbered = enumerate(params) if isinstance(params, list) else params.items()
        for key, value in numbered:
            yield from _pairs(value, f"{name}[{key}]" if name else str(key))
    else:
        yield name, params


def chain(pages: int, after: int = 0, **filters: Any) -> dict[str, str]:
    """Spell keyset pages that each begin where the one before ended."""
    commands = {}
    for page in range(1, pages + 1):
        last = f"$result[p{page - 1:02d}][items][49][id]" if page > 1 else after
        told = {"entityTypeId": 2, "start": -1, "order": {"id": "ASC"}, "select": ["id", "contactIds"]}
        commands[f"p{page:02d}"] = spelled("crm.item.list", {**told, "filter": {**filters, ">id": last}})
    return commands


def _heard(status: int, headers: dict[str, str], content: bytes) -> Heard:
    is_json = headers.get("Content-Type", "").startswith("application/json")
    return Heard(status, headers, json.loads(content) if is_json and content else content.decode())
