"""
KeepinCRM on the wire: what a request asks, and the shapes of answers and errors (keepincrm 2 to 4).
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from sandbox.vendor import HTML, Request, Response

PREFIX = "/v1/"
NOT_FOUND_PAGE = (
    "<!DOCTYPE html><html><head><title>The page you were looking for doesn't exist (404)</title></head>"
    "<body><h1>404</h1></body></html>"
)
FREE_PLAN = "Недоступно на безкоштовному тарифі"
_NUMBERED = re.compile(r"materials/(\d+)")
_CATEGORY = re.compile(r"materials/categories/(\d+)")
_BY_SKU = re.compile(r"materials/sku/(.+)", re.DOTALL)
_CHANGES = ("PATCH", "PUT")
_WORDS = {
    403: "Недостатньо прав",
    422: "Помилка перевірки",
    429: "Забагато запитів",
}


class Refused(Exception):
    """The vendor will not do it: the answer it gives instead."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__(response.status)


class Asked(NamedTuple):
    """A request, understood."""

    method: str  # "" for a path that is not there
    token: str
    query: Mapping[str, str]
    number: int | None  # id of a material or a category
    sku: str | None  # in the path
    body: Any  # None: not JSON

    @property
    def about(self) -> list[str]:
        """What the call names: id, article, title or name."""
        body = self.body if isinstance(self.body, dict) else {}
        named = (self.number, self.sku, body.get("sku"), body.get("title"), body.get("name"))
        return [str(name) for name in named if name is not None]


def understood(request: Request) -> Asked:
    headers = {name.lower(): value for name, value in request.headers.items()}
    method, number, sku = _resource(request.method, request.path.removeprefix(PREFIX).strip("/"))
    body = _parsed(request.body) if "json" in headers.get("content-type", "") else None
    return Asked(method, headers.get("x-auth-token", ""), dict(parse_qsl(request.query)), number, sku, body)


def _resource(verb: str, path: str) -> tuple[str, int | None, str | None]:
    """Name what is asked for, as faults and counts call it."""
    if path in ("materials", "materials/categories"):
        of_materials = {"GET": "materials", "POST": "create"}
        of_categories = {"GET": "categories", "POST": "create_category"}
        return (of_materials if path == "materials" else of_categories).get(verb, ""), None, None
    if found := _CATEGORY.fullmatch(path):
        return ("update_category" if verb in _CHANGES else ""), int(found[1]), None
    of_one = {"DELETE": "delete", **dict.fromkeys(_CHANGES, "update")}
    if found := _BY_SKU.fullmatch(path):
        return {**of_one, "GET": "by_sku"}.get(verb, ""), None, found[1]
    if found := _NUMBERED.fullmatch(path):
        return {**of_one, "GET": "material"}.get(verb, ""), int(found[1]), None
    return "", None, None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except ValueError:
        return None


def words(status: int, text: str = "") -> Response:
    """Answer with an error in one of the shapes of keepincrm 3."""
    match status:
        case 404:
            return Response(NOT_FOUND_PAGE.encode(), 404, HTML)
        case 401:
            return as_json({"errors": [text or "Invalid auth token"]}, 401)
        case 402:
            return Response((text or FREE_PLAN).encode(), 402, {"Content-Type": "text/plain; charset=utf-8"})
        case 400:
            return as_json({"error": text} if text else {}, 400)
    if status >= 500:
        return as_json({"status": status, "error": text or "Internal Server Error"}, status)
    return as_json({"message": text or _WORDS.get(status, "Помилка")}, status)


def invalid(errors: Mapping[str, list[str]]) -> Refused:
    """Refuse values, field by field."""
    return Refused(as_json({"message": _WORDS[422], "errors": errors}, 422))


def as_json(value: object, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False).encode()
    return Response(text, status, {"Content-Type": "application/json; charset=utf-8"})
