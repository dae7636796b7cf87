"""An address of the OData interface taken apart: which set, which key, what after it, which options."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from sandbox.onec_answers import Style
from sandbox.onec_schema import Entity
from sandbox.vendor import Request

LONGEST_QUERY = 2000  # characters as sent; IIS in front of the base takes no more
_RESOURCE = re.compile(r"(?P<set>[^\W\d]\w*)(?:\((?P<key>.*?)\))?(?:/(?P<tail>.+))?")
_KEY = re.compile(r"\s*(?:(?P<name>\w+)\s*=)?\s*(?:(?:guid)?'(?P<text>[^']*)'|(?P<number>\d+))\s*")
OPTIONS = {
    *("$filter", "$select", "$orderby", "$top", "$skip", "$expand", "$inlinecount", "$format", "allowedOnly"),
    *("$allowedOnly", "PostingModeOperational"),
}


class Refusal(Exception):
    """An error as 1C words it: HTTP status, code, message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, str(code), message


class Resource(NamedTuple):
    """What an address names."""

    set: str
    key: Mapping[str, str] | None
    tail: str


def resource(path: str) -> Resource:
    """Take the part of the path below the root apart. Raises Refusal."""
    match = _RESOURCE.fullmatch(path)
    if not match:
        raise Refusal(400, 6, f"Неверный URL: {path!r}")
    key = None if match["key"] is None else dict(_key_part(part) for part in match["key"].split(","))
    return Resource(match["set"], key, match["tail"] or "")


def _key_part(text: str) -> tuple[str, str]:
    match = _KEY.fullmatch(text)
    if not match:
        raise Refusal(400, 6, f"Неверный ключ: {text!r}")
    return match["name"] or "", match["number"] or match["text"].lower()


def full_key(entity: Entity, key: Mapping[str, str]) -> list[str]:
    """Return the values of a key in the order of the schema. Raises Refusal."""
    if len(entity.keys) == 1 and list(key) == [""]:
        return list(key.values())
    if missing := [name for name in entity.keys if name not in key]:
        raise Refusal(400, 7, f"Не хватает элемента ключа: {', '.join(missing)}")
    return [key[name] for name in entity.keys]


def options(query: str) -> dict[str, str]:
    """Read the query; 1C does not take ``+`` for a space. Raises Refusal."""
    read: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        name = unquote(name)
        if name not in OPTIONS:
            raise Refusal(400, 0, f"Параметр {name!r} не поддерживается")
        if "+" in value:
            raise Refusal(400, 14, "Операция не разрешена в предложении ГДЕ")
        read[name] = unquote(value, errors="replace")
    return read


def style(request: Request, root: str) -> Style:
    """Tell in what the caller wants to be answered: Atom, unless JSON is asked for."""
    found = re.search(r"(?:^|[&])(?:\$|%24)format=([^&]*)", request.query)
    wanted = unquote(found[1]) if found else header(request, "Accept")
    level = re.search(r"odata=(\w+)", wanted)
    is_json = wanted == "json" or "application/json" in wanted
    address = f"http://{header(request, 'Host')}{root}"
    return Style(address, is_json, level[1] if level else "minimalmetadata")


def header(request: Request, name: str) -> str:
    """Return a header, in whatever case it came; empty if it did not."""
    return next((value for key, value in request.headers.items() if key.lower() == name.lower()), "")
