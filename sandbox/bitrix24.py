"""
Bitrix24: a portal's REST with its webhook ``/rest/1/<code>/<method>``; the code is the sandbox's password.

Frozen behaviour: bitrix24 1, 2 and 9; what nobody knows, or what differs from portal to portal, is a way
(``sandbox/bitrix24_ways.py``). An application calls ``/rest/<method>`` with a token of ``/oauth/token/``.
Methods, for faults, are the vendor's: ``crm.item.list``, ``batch``, and ``oauth.token``. A call is ``about``
its method, ``deal:1``, ``contact:15``, ``field:UF_CRM_…``; a batch about all of that of its commands, and
about their keys; ``calls`` tells how many commands of each method were begun. An ``item`` fault refuses one
command, its ``text`` is the code.

``sandbox/bitrix24_orders.py`` says what can be ordered (``POST /_sandbox/bitrix24``).
"""

import threading
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from sandbox.bitrix24_access import Access
from sandbox.bitrix24_errors import KILLED, TOO_OFTEN, Killed, Refused
from sandbox.bitrix24_orders import Orders
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_session import Session
from sandbox.bitrix24_wire import BATCH, OAUTH, REST, Asked, as_json, refusal, understood, words
from sandbox.vendor import Call, Faults, Place, Request, Response


class Bitrix24:
    """The vendor, with one portal."""

    name = "bitrix24"
    prefixes: tuple[str, ...] = (REST, OAUTH)

    def __init__(self, place: Place) -> None:
        self._lock, self._clock = threading.RLock(), place.clock
        self._portal, self._faults = Portal(place.store(self.name), place.clock), Faults()
        self._access = Access(self._portal, place.credentials.of(self.name).password)
        self._orders = Orders(self._portal, self._faults)

    def answer(self, request: Request) -> Response:
        """Do what the vendor does, or what is planned instead."""
        if request.path.startswith(OAUTH):
            call = self._faults.enter("oauth.token")
            return self._faults.around(call, lambda: self._renew(request), words)
        asked = understood(request)
        call = self._faults.enter(asked.method, asked.about)
        response = self._faults.around(call, self._work(request, asked, call), words)
        return replace(response, wait=response.wait + self._portal.ways["real_delay"])

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order; there is one portal, whatever the key."""
        with self._lock:
            return self._orders.obey(command)

    def _work(self, request: Request, asked: Asked, call: Call) -> Any:
        """Decide on arrival whether a request is let in; return what is to be done then."""
        moved = self._portal.moved_to
        if moved and asked.host != urlsplit(moved).netloc:
            return lambda: _elsewhere(request, moved)
        at = request.at + self._clock.ahead
        if not self._portal.bucket.note(f"{request.client} {asked.host}", at):
            return lambda: refusal(Refused(TOO_OFTEN))
        return lambda: self._do(asked, call)

    def _renew(self, request: Request) -> Response:
        with self._lock:
            try:
                return self._access.renew(request)
            except Refused as refused:
                return refusal(refused)

    def _do(self, asked: Asked, call: Call) -> Response:
        with self._lock:
            try:
                return as_json(self._carried_out(asked, call))
            except Refused as refused:
                return refusal(refused)
            except Killed:
                return refusal(Refused(KILLED))

    def _carried_out(self, asked: Asked, call: Call) -> dict[str, Any]:
        if not asked.method:
            raise Refused("ERROR_METHOD_NOT_FOUND")
        session = Session(
            self._portal,
            self._access.caller(asked),
            lambda names: self._faults.refusal(call, *names),
            self._orders.let_people_act,
        )
        try:
            if asked.method == BATCH:
                return session.batch(asked.batch, asked.halts)
            return session.single(asked.command)
        finally:
            self._faults.note(call, commands=dict(session.begun))


def _elsewhere(request: Request, address: str) -> Response:
    """Send the caller to where the portal has moved."""
    query = f"?{request.query}" if request.query else ""
    return Response(status=302, headers={"Location": f"{address}{request.path}{query}"})
