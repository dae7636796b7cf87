"""
Calltouch on the wire: what a request asks, and the shapes of errors (calltouch 1, 4, 5.2).
"""

import json
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from sandbox.vendor import Request, Response

_PATHS = {
    ("POST", "lead-service/v1/api/client-order/create"): "create",
    ("POST", "lead-service/v1/api/client-order/update"): "update",
    ("GET", "calls-service/RestAPI/orders-diary/orders"): "journal",
    ("GET", "calls-service/RestAPI/calls-diary/calls"): "calls",
    ("GET", "calls-service/RestAPI/requests"): "requests",
}
_SITE_IN_PATH = re.compile(r"(?<=RestAPI/)(\w+)/(?=orders-diary|calls-diary)")
_WORDS = {
    400: "Некорректный запрос",
    401: "Неверный токен",
    403: "Нет доступа к проекту",
    429: "Превышен лимит баллов",
}


class Asked(NamedTuple):
    """A request, understood."""

    method: str  # "" for a path that is not there
    site: str
    token: str
    query: str
    body: Any  # None: not JSON

    @property
    def numbers(self) -> list[str]:
        """The order numbers that the body carries, whatever else is wrong with it."""
        orders = self.body.get("orders") if isinstance(self.body, dict) else None
        named = (order for order in orders if isinstance(order, dict)) if isinstance(orders, list) else ()
        numbers = (order.get("orderNumber") for order in named)
        return [number for number in numbers if isinstance(number, str)]


def understood(request: Request) -> Asked:
    found = _SITE_IN_PATH.search(request.path)
    path = _SITE_IN_PATH.sub("", request.path.strip("/"))
    method = _PATHS.get((request.method, path), "")
    headers = {name.lower(): value for name, value in request.headers.items()}
    if method in ("create", "update"):
        body = _parsed(request.body) if "json" in headers.get("content-type", "") else None
        return Asked(method, headers.get("siteid", ""), _utf8(headers.get("access-token", "")), "", body)
    query = {name: values[-1] for name, values in parse_qs(request.query).items()}
    site = found[1] if found else query.get("siteId", "")
    return Asked(method, site, query.get("clientApiId", ""), request.query, None)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _utf8(header: str) -> str:
    """Read a header that was sent in UTF-8 and taken for Latin-1, as HTTP servers do."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def words(status: int, text: str = "", of_journal: bool = False) -> Response:
    """Answer with an error in one of the shapes of calltouch 5.2."""
    text = text or _WORDS.get(status, "Внутренняя ошибка сервера")
    if status in (401, 403) or status >= 500:
        return as_json({"message": text}, status)
    if status == 400 and not of_journal:
        return as_json({"data": {"validationErrorData": text}}, status)
    return as_json({"data": {"apiErrorData": {"errorMessage": text}}}, status)


def as_json(value: object, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False).encode()
    return Response(text, status, {"Content-Type": "application/json;charset=UTF-8"})
