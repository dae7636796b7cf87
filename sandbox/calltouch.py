"""
Calltouch: ``/lead-service/`` takes deals, ``/calls-service/`` shows them, with calls and requests beside.

Frozen behaviour: calltouch 2 to 5 and 11 ("Test double"); what the vendor does not document is called an
assumption where it is done. Methods, for faults and prices: ``create``, ``update``, ``journal`` (of deals),
``calls``, ``requests``; a call is ``about`` the order numbers it carries. At most 5 requests a second may
come from one address, to whatever projects, refused ones counted too; points are each project's own.

Orders (``POST /_sandbox/calltouch/<site id>``; without one: the project with the sandbox's login and
password):

- ``{"project": {"token": …}}``: another project; one without a token has the sandbox's password;
- ``{"leads": [{…}]}``: see ``Leads.add``;
- ``{"points": {"hour": 50, "day": 0, "prices": {"create": 1}}}``: see ``Points.set``;
- ``{"ways": {…}}``: what the vendor may do one way or another, see ``WAYS``;
- ``{"fault": …}``: see ``sandbox/faults.py``; ``{"forget_faults": true}``;
- ``{"renumber": true}``: the next call is the first, and the pace is measured anew;
- ``{"remove_deals": [order number, …]}``; ``{"reset": true}``: as new, all projects;
- ``{"read": "deals" | "leads" | "counts" | "pace" | "points" | "calls", "ids": false}``: what is there.
  Deals are sorted by number, of all projects if none is named; only with ``ids`` they have what may differ
  between two runs that did the same. ``ids`` of ``pace`` adds every time of arrival.
"""

import threading
from collections.abc import Mapping
from typing import Any

from sandbox.arrivals import Arrivals
from sandbox.calltouch_checks import problems
from sandbox.calltouch_dates import local
from sandbox.calltouch_deals import Deals, Refused, comparable
from sandbox.calltouch_journals import BadQuery, Journals
from sandbox.calltouch_leads import Leads
from sandbox.calltouch_points import Points
from sandbox.calltouch_wire import Asked, as_json, understood, words
from sandbox.vendor import Call, Faults, Place, Request, Response

WAYS: dict[str, Any] = {
    "on_duplicate": "error",  # or "second": another deal with the same number
    "names_orders": True,  # are results named by orderNumber, or only in the order sent?
    "pages_key": "pageTotal",  # or "totalPage"
    "journal_source": True,  # does the journal of deals show where a deal came from?
    "journal_lag": 0,  # seconds until a new deal is in the journal
    "per_second": 5,  # requests from one address; 0: any number
}
READINGS = ("deals", "leads", "counts", "pace", "points", "calls")


class Calltouch:
    """All projects of the vendor, with their deals, leads and points."""

    name = "calltouch"
    prefixes: tuple[str, ...] = ("/lead-service/", "/calls-service/")

    def __init__(self, place: Place) -> None:
        self._place, self._store = place, place.store(self.name)
        self._lock = threading.RLock()
        self._faults, self._arrivals = Faults(), Arrivals(WAYS["per_second"])
        self._leads, self._points = Leads(self._store), Points(self._store)
        self._deals = Deals(self._store, self._leads)
        self._journals = Journals(self._deals, self._leads)
        self._begin()

    def answer(self, request: Request) -> Response:
        """Do what the vendor does, or what is planned instead."""
        asked = understood(request)
        call = self._faults.enter(asked.method, asked.numbers)
        within = self._arrivals.note(request.client, request.at)
        return self._faults.around(call, lambda: self._do(asked, call, within), words)

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order for the project with the site id ``key``."""
        with self._lock:
            if "read" in command:
                return {command["read"]: self._read(key, command["read"], bool(command.get("ids")))}
            self._obey(key or self._default, command)
        return {"calls": self._faults.calls, "faults_planned": self._faults.left()}

    @property
    def _default(self) -> str:
        return self._place.credentials.of(self.name).login

    def _begin(self) -> None:
        token = self._place.credentials.of(self.name).password
        self._store.put("project", {self._default: {"token": token}})
        self._arrivals.allowed = self._ways["per_second"]

    @property
    def _ways(self) -> dict[str, Any]:
        return {**WAYS, **(self._store.get("ways", "all") or {})}

    def _do(self, asked: Asked, call: Call, within: bool) -> Response:
        with self._lock:
            now, projects = self._place.clock.now(), self._store.all("project")
            if not within:
                return words(429)
            if not asked.method:
                return Response(status=302, headers={"Location": "/login"})
            if not any(asked.token == project["token"] for project in projects.values()):
                return words(401)
            if asked.token != projects.get(asked.site, {}).get("token"):
                return words(403)
            if not self._points.suffice(asked.site, asked.method, now):
                return words(429)
            writes = asked.method in ("create", "update")
            response = self._write(asked, call) if writes else self._show(asked)
            if response.status == 200:
                self._points.take(asked.site, asked.method, now)
            return response

    def _write(self, asked: Asked, call: Call) -> Response:
        if wrong := problems(asked.method, asked.body):
            return as_json({"data": {"validationErrorData": wrong}}, 400)
        results, kept = [], []
        for order in asked.body["orders"]:
            name = {"orderNumber": order["orderNumber"]} if self._ways["names_orders"] else {}
            try:
                deal = self._write_one(asked, call, order)
            except Refused as refused:
                results.append({**name, "error": str(refused)})
            else:
                kept.append(deal)
                results.append({**name, "calltouchOrderId": deal["id"]})
        self._deals.keep(kept)
        return as_json({"data": {"orders": results}})

    def _write_one(self, asked: Asked, call: Call, order: Mapping[str, Any]) -> dict[str, Any]:
        if reason := call.refusal(order["orderNumber"]):
            raise Refused(reason)
        now = local(self._place.clock.now())
        if asked.method == "update":
            return self._deals.update(asked.site, order, now)
        return self._deals.create(asked.site, order, now, self._ways["on_duplicate"] == "second")

    def _show(self, asked: Asked) -> Response:
        now = local(self._place.clock.now())
        try:
            return as_json(self._journals.read(asked.method, asked.site, asked.query, self._ways, now))
        except BadQuery as bad:
            return words(400, str(bad), of_journal=True)

    def _obey(self, site: str, command: dict[str, Any]) -> None:
        match command:
            case {"project": dict(project)}:
                token = project.get("token") or self._place.credentials.of(self.name).password
                self._store.put("project", {site: {"token": token}})
            case {"points": dict(allowance)}:
                self._points.set(site, allowance)
            case {"ways": dict(ways)}:
                self._change_ways(ways)
            case {"leads": list(leads)}:
                for lead in leads:
                    self._leads.add(site, lead)
            case {"remove_deals": list(numbers)}:
                for number in numbers:
                    self._deals.remove(site, number)
            case _:
                self._obey_at_large(command)

    def _obey_at_large(self, command: dict[str, Any]) -> None:
        match command:
            case {"reset": True}:
                self._reset()
            case {"fault": _}:
                self._faults.obey(command)
            case {"forget_faults": True}:
                self._faults.forget()
            case {"renumber": True}:
                self._faults.renumber()
                self._arrivals.forget()
            case _:
                raise ValueError("an order that Calltouch does not know: see sandbox/calltouch.py")

    def _change_ways(self, ways: dict[str, Any]) -> None:
        if unknown := ways.keys() - WAYS.keys():
            raise ValueError(f"unknown ways: {', '.join(sorted(unknown))}")
        self._store.put("ways", {"all": self._ways | ways})
        self._arrivals.allowed = self._ways["per_second"]

    def _reset(self) -> None:
        self._store.clear()
        for part in (self._deals, self._leads, self._arrivals, self._faults):
            part.forget()
        self._faults.renumber()
        self._begin()

    def _read(self, site: str, what: str, ids: bool) -> Any:
        match what:
            case "deals":
                return [deal if ids else comparable(deal) for deal in self._deals.of(site)]
            case "leads":
                return self._leads.of(site)
            case "counts":
                return dict(sorted(self._deals.counts.items()))
            case "pace":
                return self._arrivals.report(ids)
            case "points":
                return self._points.report(site)
            case "calls":
                return self._faults.history
        raise ValueError(f"can't read {what!r}: one of {', '.join(READINGS)}")
