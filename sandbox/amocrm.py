"""
amoCRM: two accounts at API v4, told apart by their tokens: one has paid for filters of lists, one has not.

Frozen behaviour: amocrm 1 to 5 and 9; what nobody knows, or what differs from account to account, is a way
(``sandbox/amocrm_ways.py``). Methods, for faults: ``account``, ``pipelines``, ``fields``, ``reasons``,
``users``, ``leads``, ``lead``, ``deleted``, ``contacts``, ``events``, and ``token``, ``subdomain``. A call is
``about`` ``page:3``, ``limit:250``, ``lead:41000001``.

``sandbox/amocrm_orders.py`` says what can be ordered (``POST /_sandbox/amocrm/<account>``).
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import format_datetime
from typing import Any

from sandbox import amocrm_directory as directory
from sandbox import amocrm_events as events
from sandbox import amocrm_leads as leads
from sandbox.amocrm_access import Access
from sandbox.amocrm_account import Account
from sandbox.amocrm_orders import Orders
from sandbox.amocrm_wire import (
    API,
    BLOCKED_PAGE,
    OAUTH,
    SUBDOMAIN,
    TOKEN,
    Asked,
    Refused,
    answered,
    refusal,
    understood,
    words,
)
from sandbox.vendor import Faults, Place, Request, Response

WITH_FILTERS, WITHOUT_FILTERS = 31000001, 31000002
METHODS: Mapping[str, Callable[[Account, Asked], Any]] = {
    "account": directory.account,
    "pipelines": directory.pipelines,
    "fields": directory.fields,
    "reasons": directory.reasons,
    "users": directory.users,
    "tags": directory.tags,
    "leads": leads.listed,
    "deleted": leads.deleted,
    "lead": leads.one,
    "contacts": leads.contacts,
    "events": events.listed,
    "event_types": events.types,
}


class AmoCRM:
    """The vendor, with its accounts."""

    name = "amocrm"
    prefixes: tuple[str, ...] = (API, OAUTH)

    def __init__(self, place: Place) -> None:
        self._lock, self._clock = threading.RLock(), place.clock
        store = place.store(self.name)
        self._accounts = {
            number: Account(number, store, place.clock, {"filters": has_filters, "subdomain": name})
            for number, has_filters, name in (
                (WITH_FILTERS, True, "demo-sales"),
                (WITHOUT_FILTERS, False, "demo-free"),
            )
        }
        self._access = Access(self._accounts.values(), place.credentials.of(self.name).password)
        self._faults = Faults()
        self._orders = {
            number: Orders(account, self._faults, self._access) for number, account in self._accounts.items()
        }

    def answer(self, request: Request) -> Response:
        """Do what the vendor does, or what is planned instead."""
        if request.path.startswith(OAUTH):
            return self._authorize(request)
        asked = understood(request)
        with self._lock:
            account = self._access.owner(asked.token)
        call = self._faults.enter(asked.method, asked.about)
        is_let_in = account is None or account.rate.note(asked.method, request.at + self._clock.ahead)
        response = self._faults.around(call, lambda: self._carry_out(asked, account, is_let_in), words)
        return self._dated(response, account)

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order to an account; without a number, to the first."""
        number = int(key or WITH_FILTERS)
        if number not in self._orders:
            raise ValueError(f"no account {key}")
        with self._lock:
            return self._orders[number].obey(command)

    def _authorize(self, request: Request) -> Response:
        path = request.path.removeprefix(OAUTH).strip("/")
        paths = {TOKEN: ("token", self._access.exchange), SUBDOMAIN: ("subdomain", self._access.subdomain)}
        if path not in paths:
            return refusal(Refused(404))
        method, work = paths[path]
        call = self._faults.enter(method)
        return self._dated(self._faults.around(call, lambda: self._refusing(lambda: work(request)), words))

    def _carry_out(self, asked: Asked, account: Account | None, is_let_in: bool) -> Response:
        return self._refusing(lambda: self._done(asked, account, is_let_in))

    def _refusing(self, work: Callable[[], Response]) -> Response:
        with self._lock:
            try:
                return work()
            except Refused as refused:
                return refusal(refused)

    def _done(self, asked: Asked, account: Account | None, is_let_in: bool) -> Response:
        account = self._access.check(account, asked.token, asked.host)
        if account.flags["blocked"]:
            raise Refused(403, BLOCKED_PAGE)
        if not is_let_in:
            told = {"retry_after": 1} if account.ways["retry_after"] == "told" else {}
            raise Refused(429, "", **told)
        if account.flags["unpaid"]:
            raise Refused(402, "Аккаунт не оплачен")
        if asked.method not in METHODS:
            raise Refused(404)
        if asked.verb != "GET":
            raise Refused(405)
        self._orders[account.number].let_people_act(asked.method)
        return answered(METHODS[asked.method](account, asked))

    def _dated(self, response: Response, account: Account | None = None) -> Response:
        """Let an answer be late, and say when it was given."""
        if account is None:
            date, wait = format_datetime(self._clock.now(), usegmt=True), 0.0
        else:
            date = format_datetime(account.moment(), usegmt=True)
            date = date if account.ways["date_header"] == "told" else ""
            wait = account.ways["real_delay"]
        return replace(response, wait=response.wait + wait, headers={**response.headers, "Date": date})
