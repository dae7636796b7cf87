"""
The owners of export files: ``/deal_export/<source>.xml`` behind HTTP Basic, one link with ever new content.

Orders (``POST /_sandbox/deal_export/<source>``): ``{"version": n}`` serves that version of the demo's export,
``{"content": text}`` or ``{"content_base64": …}`` anything else, ``{"fault": kind, "times": k, "after": n}``
spoils answers to come, ``{"forget_faults": true}`` drops those.
"""

import base64
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.demo.exports import SOURCES, export
from sandbox.vendor import Faults, Request, Response


class DealExport:
    """Files by source name; which content each has is kept in ``state`` and outlives a restart."""

    name = "deal_export"
    prefixes: tuple[str, ...] = ("/deal_export/",)

    def __init__(self, state: Path, may_read: Callable[[str], bool]) -> None:
        self._state = state
        self._may_read = may_read
        self._faults = Faults()
        self._lock = threading.Lock()
        self._shown: dict[str, dict[str, Any]] = {source: {"version": 1} for source in SOURCES}
        if state.exists():
            self._shown |= json.loads(state.read_text())

    def answer(self, request: Request) -> Response:
        """Serve a file to whom it is meant for."""
        source = request.path.removeprefix(self.prefixes[0]).removesuffix(".xml")
        return self._faults.on_the_way(source, self._file(source, request))

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
            case {"fault": kind}:
                self._faults.plan(key, str(kind), int(command.get("times", 1)), int(command.get("after", 0)))
            case {"forget_faults": True}:
                self._faults.forget(key)
            case _:
                raise ValueError("give version, content, content_base64, fault or forget_faults")
        return {"source": key, **self._shown.get(key, {}), "faults_planned": self._faults.left(key)}

    def _file(self, source: str, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(status=405)
        if not self._may_read(request.headers.get("Authorization", "")):
            return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="export"'})
        shown = self._shown.get(source)
        if not shown:
            return Response(status=404)
        text = shown.get("content_base64")
        body = base64.b64decode(text) if text is not None else export(source, shown["version"])
        return Response(body, headers={"Content-Type": "application/xml"})

    def _show(self, source: str, content: dict[str, Any]) -> None:
        with self._lock:
            self._shown[source] = content
            fresh = self._state.with_suffix(".new")
            fresh.write_text(json.dumps(self._shown))
            fresh.replace(self._state)
