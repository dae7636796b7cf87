"""
A 1C:Enterprise base behind its standard OData interface: ``/onec/odata/standard.odata`` (onec-odata 12).

It reads ``$metadata``, sets, keys, sections and single properties, and takes PATCH, POST of new objects,
Post and Unpost, DELETE. What real bases do to a client, this one does: a raw ``+`` is refused, a query of
more than 2,000 characters meets the web server's page, unknown properties of a PATCH are dropped without a
word, numbers are padded. Faults go by ``method`` (root, metadata, list, count, get, rows, patch, create,
post, delete) and ``about`` (the set's name, the key). Orders of tests and the demo:
``sandbox/onec_control.py``.
"""

import threading
from dataclasses import replace
from typing import Any

from sandbox.onec_answers import Style, server_page
from sandbox.onec_base import BadValue, Base
from sandbox.onec_control import Control
from sandbox.onec_filter import UnknownFunction, UnknownProperty
from sandbox.onec_grammar import BadQuery
from sandbox.onec_metadata import edmx
from sandbox.onec_reading import Reading
from sandbox.onec_request import LONGEST_QUERY, Refusal, Resource, options, resource, style
from sandbox.onec_schema import Schema
from sandbox.onec_writing import Writing
from sandbox.place import Place
from sandbox.vendor import Faults, Request, Response

_CODES = {401: 20, 404: 9, 500: -1}
_METHODS = {"PATCH": "patch", "DELETE": "delete"}


class OneC:
    """The base, its faults and its orders."""

    name = "onec"
    prefixes: tuple[str, ...] = ("/onec/",)
    root = "/onec/odata/standard.odata"

    def __init__(self, place: Place) -> None:
        self._may_enter = place.credentials.of(self.name).fit
        self._faults = Faults()
        self._lock = threading.RLock()
        self._base = Base(place.store(self.name))
        self._control = Control(self._base, self._faults, self._lock)

    def answer(self, request: Request) -> Response:
        """Answer a call, or let it run into its fault."""
        wanted = style(request, self.root)
        with self._control.in_flight():
            try:
                found = self._resource(request)
            except Refusal as refusal:
                return wanted.error(refusal.status, refusal.code, refusal.message)
            about = [found.set, *(found.key or {}).values()]
            call = self._faults.enter(_method(request, found), about)

            def words(status: int, text: str) -> Response:
                if not text:
                    return server_page(status, "Сервер сообщает об ошибке")
                return wanted.error(status, str(_CODES.get(status, 0)), text)

            return self._faults.around(call, lambda: self._answer(request, found, wanted), words)

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order."""
        return self._control.obey(command)

    def _resource(self, request: Request) -> Resource:
        below = request.path.removeprefix(self.root).strip("/")
        if not request.path.startswith(self.root) or below in ("", "$metadata"):
            return Resource(below, None, "")
        return resource(below)

    def _answer(self, request: Request, found: Resource, wanted: Style) -> Response:
        if not self._may_enter(request.headers.get("Authorization", "")):
            page = server_page(401, "Нет доступа")
            return replace(
                page, headers={**page.headers, "WWW-Authenticate": 'Basic realm="1C:Enterprise 8.3"'}
            )
        if not request.path.startswith(self.root) or len(request.query) > LONGEST_QUERY:
            return server_page(404, "Файл или каталог не найден")
        try:
            with self._lock:
                return self._do(request, found, wanted)
        except Refusal as refusal:
            return wanted.error(refusal.status, refusal.code, refusal.message)
        except UnknownProperty as error:
            return wanted.error(400, "10", f"Запрошенное свойство не найдено: {error}")
        except UnknownFunction as error:
            return wanted.error(400, "21", f"Функция не поддерживается: {error}")
        except (BadQuery, ArithmeticError) as error:
            return wanted.error(400, "14", f"Ошибка разбора опций запроса: {error}")
        except BadValue as error:
            return wanted.error(400, "4", str(error))

    def _do(self, request: Request, found: Resource, wanted: Style) -> Response:
        visible = {name: it for name, it in self._base.schema.items() if not self._is_hidden(name)}
        if request.method in ("GET", "HEAD") and found.set in ("", "$metadata"):
            return _about_base(visible, found.set, wanted)
        if found.set not in visible:
            raise Refusal(404, 8, f"Тип сущности {found.set!r} не найден")
        entity, given = visible[found.set], options(request.query)
        if request.method in ("GET", "HEAD"):
            return Reading(self._base, entity, given, wanted).answer(found)
        return Writing(self._base, entity, wanted, self._control.count).answer(request, found)

    def _is_hidden(self, name: str) -> bool:
        return (self._base.schema[name].owner or name) in self._base.settings["hidden"]


def _about_base(visible: Schema, asked: str, wanted: Style) -> Response:
    if asked:
        return Response(edmx(visible), headers={"Content-Type": "application/xml; charset=utf-8"})
    return wanted.value("", [{"name": name, "url": name} for name in visible])


def _method(request: Request, found: Resource) -> str:
    """Name what a call does, for faults to be aimed at."""
    if request.method in _METHODS:
        return _METHODS[request.method]
    if request.method == "POST":
        return "post" if found.tail else "create"
    if found.set in ("", "$metadata"):
        return "metadata" if found.set else "root"
    if found.key is None:
        return "count" if found.tail == "$count" else "list"
    return "rows" if found.tail else "get"
