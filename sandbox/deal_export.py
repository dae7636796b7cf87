"""
The owners of export files: ``/deal_export/<source>.xml`` behind HTTP Basic, one link with ever new content.

Orders (``POST /_sandbox/deal_export/<source>``): ``{"version": n}`` serves that version of the demo's export,
``{"content": text}`` or ``{"content_base64": …}`` anything else, ``{"fault": kind, "times": k, "after": n}``
(and more: ``sandbox/vendor.py``) spoils answers to come, ``{"forget_faults": true}`` drops those.
"""

import base64
from typing import Any

from sandbox.demo.exports import SOURCES, export
from sandbox.place import Place
from sandbox.vendor import Faults, Request, Response


class DealExport:
    """Files by source name; which content each has outlives a restart."""

    name = "deal_export"
    prefixes: tuple[str, ...] = ("/deal_export/",)

    def __init__(self, place: Place) -> None:
        self._may_read = place.credentials.of(self.name).fit
        self._faults = Faults()
        self._store = place.store(self.name)

    def answer(self, request: Request) -> Response:
        """Serve a file to whom it is meant for."""
        source = request.path.removeprefix(self.prefixes[0]).removesuffix(".xml")
        call = self._faults.enter(request.method, [source])
        return self._faults.around(call, lambda: self._file(source, request))

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order for the source named ``key``."""
        match command:
            case {"version": int(version)}:
                export(key, version)
                self._show(key, {"version": version})
            case {"content": str(text)}:
                self._show(key, {"content_base64": base64.b64encode(text.encode()).decode()})
            case {"content_base64": str(text)}:
                base64.b64decode(text, validate=True)
                self._show(key, {"content_base64": text})
            case {"fault": _}:
                self._faults.obey({"about": key, "applied": True, **command})
            case {"forget_faults": True}:
                self._faults.forget(key)
            case _:
                raise ValueError("give version, content, content_base64, fault or forget_faults")
        return {"source": key, **(self._shown(key) or {}), "faults_planned": self._faults.left(key)}

    def _file(self, source: str, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(status=405)
        if not self._may_read(request.headers.get("Authorization", "")):
            return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="export"'})
        shown = self._shown(source)
        if not shown:
            return Response(status=404)
        text = shown.get("content_base64")
        body = base64.b64decode(text) if text is not None else export(source, shown["version"])
        return Response(body, headers={"Content-Type": "application/xml"})

    def _shown(self, source: str) -> dict[str, Any] | None:
        shown: dict[str, Any] | None = self._store.get("shown", source)
        return shown or ({"version": 1} if source in SOURCES else None)

    def _show(self, source: str, content: dict[str, Any]) -> None:
        self._store.put("shown", {source: content})
