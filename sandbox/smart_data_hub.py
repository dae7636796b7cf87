"""
Smart Data Hub's CRM API: records are created, and nothing can be looked up (smart-data-hub 2).

``Authorization: Token <the sandbox's password>``. What is posted twice is there twice: ``read counts`` tells
how many leads share an ``outer_id``. Methods, for faults: ``leads``, ``statuses``, ``managers``; a call is
``about`` the ``outer_id`` or the name it tells.

``POST /_sandbox/smart_data_hub``: ``{"fault": …}`` as in ``sandbox/faults.py``, ``{"forget_faults": true}``,
``{"renumber": true}``, ``{"reset": true}``, ``{"read": "leads" | "statuses" | "managers" | "counts" |
"calls" | "rate"}``; ``{"per_second": n}``: how many requests are let in (0, as from the start: any number).
"""

import json
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.arrivals import Arrivals
from sandbox.vendor import Faults, Place, Request, Response

PREFIX = "/crm/v1/api/"
Record = dict[str, Any]
NEEDED: Mapping[str, tuple[str, ...]] = {
    "leads": ("outer_id", "name", "pipeline_id", "status_id"),
    "statuses": ("pipeline_id", "name", "position"),  # whether a marker must be told is not known
    "managers": ("full_name",),
}
_OWN = {"leads": "id", "statuses": "status_id", "managers": "manager_id"}
_ID = "66b0{:020x}"


@dataclass
class Asked:
    """A request taken apart: which kind of record, and the record."""

    kind: str
    record: Record

    @property
    def about(self) -> list[str]:
        """What names the record."""
        return [str(self.record[name]) for name in ("outer_id", "name", "full_name") if name in self.record]


class SmartDataHub:
    """The vendor."""

    name = "smart_data_hub"
    prefixes: tuple[str, ...] = (PREFIX,)

    def __init__(self, place: Place) -> None:
        self._lock, self._clock, self._store = threading.RLock(), place.clock, place.store(self.name)
        self._token = place.credentials.of(self.name).password
        self._faults, self._arrivals = Faults(), Arrivals(0)

    def answer(self, request: Request) -> Response:
        """Do what the vendor does, or what is planned instead."""
        asked = Asked(request.path.removeprefix(PREFIX).strip("/"), _body(request))
        call = self._faults.enter(asked.kind, asked.about)
        is_let_in = self._arrivals.note("", request.at + self._clock.ahead)
        return self._faults.around(call, lambda: self._created(request, asked, is_let_in), _words)

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order; there is one cabinet, whatever the key."""
        with self._lock:
            match command:
                case {"read": what}:
                    return {what: self._read(what)}
                case {"fault": _}:
                    self._faults.obey(command)
                case {"forget_faults": _}:
                    self._faults.forget()
                case {"per_second": allowed}:
                    self._arrivals.allowed = int(allowed)
                case {"renumber": _}:
                    self._begin_anew()
                case {"reset": _}:
                    self._store.clear()
                    self._faults.forget()
                    self._begin_anew()
                case _:
                    raise ValueError(f"no such order: {', '.join(command)}")
            return {"ok": True}

    def _begin_anew(self) -> None:
        self._faults.renumber()
        self._arrivals.forget()

    def _read(self, what: str) -> Any:
        if what in NEEDED:
            return list(self._store.all(what).values())
        told: Mapping[str, Any] = {
            "counts": self._counts(), "calls": self._faults.history, "rate": self._arrivals.report(),
        }  # fmt: skip
        if what not in told:
            raise ValueError(f"nothing to read: {what}")
        return told[what]

    def _counts(self) -> Record:
        times = Counter(each.get("outer_id") for each in self._store.all("leads").values())
        created = {kind: len(self._store.all(kind)) for kind in NEEDED}
        return {**created, "duplicates": sum(count - 1 for count in times.values())}

    def _created(self, request: Request, asked: Asked, is_let_in: bool) -> Response:
        authorization = {name.lower(): text for name, text in request.headers.items()}.get("authorization")
        if authorization != f"Token {self._token}":
            return _words(401, "Invalid token.")
        if not is_let_in:
            return _words(429, "Request was throttled.")
        if asked.kind not in NEEDED:
            return _words(404, "Not found.")
        if request.method != "POST":
            return _words(405, f'Method "{request.method}" not allowed.')
        wrong = {
            name: ["Обязательное поле."] for name in NEEDED[asked.kind] if asked.record.get(name) is None
        }
        if wrong:
            return _spelled(wrong, 400)
        return _spelled(self._keep(asked.kind, asked.record), 201)

    def _keep(self, kind: str, record: Record) -> Record:
        with self._lock:
            number = sum(len(self._store.all(each)) for each in NEEDED) + 1
            kept = {**record, _OWN[kind]: _ID.format(number)}
            self._store.put(kind, {str(number): kept})
            return kept


def _body(request: Request) -> Record:
    try:
        told = json.loads(request.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _words(status: int, text: str) -> Response:
    return _spelled({"detail": text or f"HTTP {status}"}, status)


def _spelled(value: object, status: int) -> Response:
    text = json.dumps(value, ensure_ascii=False).encode()
    return Response(text, status, {"Content-Type": "application/json; charset=utf-8"})
