"""How the simulated 1C base words its answers: JSON, Atom, errors (onec-odata 1, 3, 6)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from sandbox.onec_base import Row
from sandbox.onec_schema import Entity
from sandbox.vendor import HTML, Response

SERVER_PAGE = """<!DOCTYPE html><html><head><title>IIS - {status}</title></head>
<body><h2>{status} - {title}</h2></body></html>"""
_ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"'
_XML = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"


class Style(NamedTuple):
    """What the caller wants to be answered in."""

    root: str
    json: bool
    level: str = "minimalmetadata"

    def collection(self, entity: Entity, rows: Iterable[Row], count: int | None = None) -> Response:
        """Answer with rows."""
        listed = list(rows)
        if not self.json:
            return self._atom(entity, listed)
        head = self._head(entity.name)
        if count is not None:
            head["odata.count"] = str(count)
        return self._body({**head, "value": listed})

    def single(self, entity: Entity, row: Row, status: int = 200) -> Response:
        """Answer with one row."""
        if not self.json:
            return self._atom(entity, [row], status)
        return self._body({**self._head(f"{entity.name}/@Element"), **row}, status)

    def error(self, status: int, code: str, message: str) -> Response:
        """Refuse; the key of the error has a dot in it."""
        if self.json:
            error = {"code": code, "message": {"lang": "ru", "value": message}}
            return self._body({"odata.error": error}, status)
        text = f"<m:code>{code}</m:code><m:message>{escape(message)}</m:message>"
        text = f'<m:error xmlns:m="{_XML}">{text}</m:error>'
        return Response(text.encode(), status, {"Content-Type": "application/xml; charset=utf-8"})

    def value(self, name: str, value: object) -> Response:
        """Answer with a single property."""
        return self._body({**self._head(name), "value": value})

    def _head(self, name: str) -> dict[str, Any]:
        return {} if self.level == "nometadata" else {"odata.metadata": f"{self.root}/$metadata#{name}"}

    def _body(self, value: Mapping[str, Any], status: int = 200) -> Response:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        kind = f"application/json;odata={self.level};charset=utf-8"
        return Response(text.encode(), status, {"Content-Type": kind, "DataServiceVersion": "3.0"})

    def _atom(self, entity: Entity, rows: list[Row], status: int = 200) -> Response:
        entries = "".join(_entry(entity, row) for row in rows)
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {_ATOM} xmlns:m="{_XML}">{entries}</feed>'
        kind = "application/atom+xml;type=feed;charset=utf-8"
        return Response(text.encode(), status, {"Content-Type": kind})


def _entry(entity: Entity, row: Row) -> str:
    shown = {name: value for name, value in row.items() if name in entity.types}
    fields = "".join(f"<d:{name}>{escape(_text(value))}</d:{name}>" for name, value in shown.items())
    content = f'<content type="application/xml"><m:properties>{fields}</m:properties></content>'
    return f'<entry><category term="StandardODATA.{entity.name}"/>{content}</entry>'


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def server_page(status: int, title: str) -> Response:
    """Answer as the web server in front of the base does: with a page."""
    return Response(SERVER_PAGE.format(status=status, title=title).encode(), status, HTML)
