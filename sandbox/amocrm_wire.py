"""
amoCRM's requests and answers as they travel: methods by path, pages with links, problems (amocrm 3 and 4).
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.messages import HTML, Request, Response
from sandbox.php import parsed

API, OAUTH = "/api/v4/", "/oauth2/"
TOKEN, SUBDOMAIN = "access_token", "account/current/subdomain"
METHODS: Mapping[str, str] = {  # of paths, as faults name them
    "account": "account",
    "leads/pipelines": "pipelines",
    "leads/custom_fields": "fields",
    "contacts/custom_fields": "fields",
    "leads/loss_reasons": "reasons",
    "leads/tags": "tags",
    "users": "users",
    "leads": "leads",
    "contacts": "contacts",
    "events": "events",
    "events/types": "event_types",
}
_LEAD = re.compile(r"leads/(\d+)")
_TITLES = {
    400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 422: "Unprocessable Entity", 429: "Too Many Requests",
}  # fmt: skip
BLOCKED_PAGE = (
    "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center>"
    "<hr><center>nginx</center></body></html>"
)
_NUMBERS = ("page", "limit")


class Refused(Exception):
    """A refusal: its status, and the vendor's words."""

    def __init__(self, status: int, detail: str = "", **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


class Asked(NamedTuple):
    """A request taken apart; ``path`` is below the API, ``method`` as faults name it, empty if unknown."""

    verb: str
    method: str
    path: str
    params: Mapping[str, Any]
    token: str
    host: str

    @property
    def filter(self) -> Mapping[str, Any]:
        """What is filtered by."""
        told = self.params.get("filter")
        return told if isinstance(told, dict) else {}

    @property
    def shown(self) -> frozenset[str]:
        """What is asked for beside a record's own fields."""
        return frozenset(each.strip() for each in str(self.params.get("with", "")).split(",") if each)

    @property
    def lead(self) -> int:
        """The lead that is asked for by its number."""
        return int(self.path.rpartition("/")[2])

    @property
    def about(self) -> list[str]:
        """What the call is about, as faults name it."""
        if self.method == "lead":
            return [f"lead:{self.lead}"]
        return [f"{name}:{self.params[name]}" for name in _NUMBERS if name in self.params]


def understood(request: Request) -> Asked:
    """Take a request to the API apart; nothing is refused yet."""
    path, params = request.path.removeprefix(API).strip("/"), parsed(request.query)
    return Asked(request.method, _method(path, params), path, params, bearer(request), host_of(request))


def _method(path: str, params: Mapping[str, Any]) -> str:
    if _LEAD.fullmatch(path):
        return "lead"
    if path == "leads" and "only_deleted" in str(params.get("with", "")):
        return "deleted"
    return METHODS.get(path, "")


def bearer(request: Request) -> str:
    """Return the access token of a request, or nothing."""
    scheme, _, token = header(request, "Authorization").partition(" ")
    return token.strip() if scheme == "Bearer" else ""


def host_of(request: Request) -> str:
    """Return the host that was asked."""
    return header(request, "Host")


def header(request: Request, name: str) -> str:
    """Return a header, whatever the case of its name."""
    return next((text for told, text in request.headers.items() if told.lower() == name.lower()), "")


def answered(value: Any, status: int = 200) -> Response:
    """Answer with JSON; None is no content."""
    if value is None:
        return Response(status=204)
    return _spelled(value, status, "application/hal+json")


def refusal(refused: Refused) -> Response:
    """Answer with a problem; the words of a 403 that are a page stay one."""
    if refused.detail.startswith("<"):
        return Response(refused.detail.encode(), refused.status, HTML)
    status = refused.status
    title = _TITLES.get(status, "Internal Server Error")
    problem = {"title": title, "type": f"https://httpstatus.es/{status}", "status": status}
    body = {**problem, "detail": refused.detail or title, **refused.more}
    answer = _spelled(body, status, "application/problem+json")
    return Response(answer.body, status, {**answer.headers, **_headers(refused)})


def _headers(refused: Refused) -> dict[str, str]:
    return {"Retry-After": str(refused.more["retry_after"])} if "retry_after" in refused.more else {}


def words(status: int, text: str) -> Response:
    """Answer with an ordered status in the vendor's words."""
    if status == 204:
        return answered(None)
    if 300 <= status < 400:
        return Response(status=status, headers={"Location": "/login"})
    return refusal(Refused(status, text))


def _spelled(value: Any, status: int, kind: str) -> Response:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, {"Content-Type": f"{kind}; charset=utf-8"})
