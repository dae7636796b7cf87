"""
Bitrix24 on the wire: what a request asks, and the bytes of an answer (bitrix24 1.1 to 1.3 and 1.7).
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sandbox.bitrix24_errors import Refused, of_status
from sandbox.php import parsed
from sandbox.vendor import Request, Response

REST, OAUTH = "/rest/", "/oauth/token/"
BATCH = "batch"
MOST_COMMANDS = 50
_RECORDS = {"2": "deal", "3": "contact"}  # by entityTypeId
Params = dict[str, Any]


class Command(NamedTuple):
    """A method and its parameters; of a batch, its key as well."""

    method: str
    params: Params
    key: str = ""

    @property
    def about(self) -> Iterator[str]:
        """Name what it is about: the method, the key, the record."""
        yield self.method
        if self.key:
            yield self.key
        if record := self._record():
            yield record
        fields = self.params.get("fields")
        if ".userfield." in self.method and isinstance(fields, dict):
            yield f"field:UF_CRM_{str(fields.get('FIELD_NAME', '')).removeprefix('UF_CRM_')}"

    def _record(self) -> str | None:
        number = self.params.get("id", self.params.get("ID"))
        if self.method.startswith("crm.item.productrow"):
            number, kind = (self.params.get("filter") or {}).get("=ownerId"), "deal"
        elif self.method.startswith("crm.item."):
            kind = _RECORDS.get(str(self.params.get("entityTypeId")), "item")
        else:
            kind = self.method.split(".")[1] if self.method.count(".") > 1 else ""
        return f"{kind}:{number}" if kind and isinstance(number, int | str) else None


class Asked(NamedTuple):
    """A request, understood."""

    command: Command  # "" as its method for a path that is not there
    user: str | None  # of a webhook
    secret: str  # the webhook's code, or an access token
    batch: list[Command]
    host: str

    @property
    def method(self) -> str:
        return self.command.method

    @property
    def about(self) -> set[str]:
        """Name what it is about; a batch is about what its commands are."""
        return {name for command in self.batch or [self.command] for name in command.about}

    @property
    def halts(self) -> bool:
        """Tell whether a batch stops at the first command that fails."""
        return str(self.command.params.get("halt", 0)) in ("1", "true", "True")


def understood(request: Request) -> Asked:
    """Take a request apart; nothing is refused yet."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    params = parsed(request.query) | _body(request.body, headers.get("content-type", ""))
    user, secret, method = _path(request.path.removeprefix(REST).strip("/"))
    token = str(params.pop("auth", ""))
    command = Command(method, params)
    batch = list(_commands(params.get("cmd"))) if method == BATCH else []
    return Asked(command, user, secret or token, batch, headers.get("host", ""))


def _path(path: str) -> tuple[str | None, str, str]:
    steps = path.split("/")
    method = steps[-1].removesuffix(".json")
    if len(steps) == 3 and steps[0].isdecimal():
        return steps[0], steps[1], method
    return None, "", method if len(steps) == 1 else ""


def _body(body: bytes, kind: str) -> Params:
    if not body:
        return {}
    if "json" not in kind:
        return parsed(body.decode(errors="replace"))
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _commands(told: Any) -> Iterator[Command]:
    named: Mapping[str, Any] = {}
    if isinstance(told, dict):
        named = told
    elif isinstance(told, list):
        named = {str(place): each for place, each in enumerate(told)}
    for key, text in named.items():
        method, _, query = str(text).partition("?")
        yield Command(method, parsed(query), str(key))


def words(status: int, text: str) -> Response:
    """Answer with an ordered status in the portal's words."""
    return refusal(of_status(status, text))


def refusal(refused: Refused) -> Response:
    """Answer with an error."""
    return as_json(refused.body, refused.status)


def as_json(value: object, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_number).encode()
    return Response(text, status, {"Content-Type": "application/json; charset=utf-8"})


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} is no JSON")
