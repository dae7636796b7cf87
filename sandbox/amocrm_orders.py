"""
Orders of tests and the demo to a simulated account (``POST /_sandbox/amocrm/<account>``).

- ``{"leads": [{…}]}``, ``contacts``, ``events``, ``move``, ``set``, ``delete``, ``restore``, ``purge``,
  ``merge``, ``delete_contacts``: ``sandbox/amocrm_people.py``; some may say ``"at"``, when it was;
- ``{"spell": {lead: {"status_id": "?"}}}``: fields of a lead are told so from now on; ``{}``: as they are;
- all there are: ``{"pipelines": [{"id", "name", "statuses": [{"id", "name"}]}]}``, ``{"fields": [{"id",
  "name", "type", "code", "enums": {id: text}}]}``, ``{"users": […]}``, ``{"reasons": […]}``;
- ``{"statuses": {pipeline: [{"id", "name"}]}}``: these besides, before the system's two;
  ``{"delete_status": [pipeline, status]}``, ``{"rename_status": [pipeline, status, name]}``;
- ``{"account": {"name", "timezone", "filters": true, …}}``; ``{"rights": {"users": false, "leads": [ids] |
  "all", "told": {…}}}``: of the user who let the integration in, and how the list spells them;
  ``{"hide_events_before": moment}``;
- ``{"rename": host}``: the account is there now ("": where it was); ``{"revoke": true}``: the integration is
  off; ``{"code": text}``: it is let in anew, by this code; ``{"expire": true}``: access tokens have run out;
  ``{"unpaid": true}``, ``{"block": true}``, and false;
- ``{"at_page": n, "of": "leads", …an order…}``: people do it just before the n-th page that is read from now
  on of that list, or of any;
- ``{"generate": {"leads": 20000, "events": 100000, "seed": 1}}``: ``sandbox/big_account.py``;
- ``{"ways": {…}}``; ``{"fault": …}`` as in ``sandbox/faults.py``; ``{"forget_faults": true}``;
- ``{"renumber": true}``: the next call is the first, and nobody has come yet; ``{"reset": true}``: as new;
- ``{"read": "leads" | "contacts" | "events" | "counts" | "calls" | "tokens" | "rate"}``;
  of the ``rate``, ``"after": n``: streams without their first n requests.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox import amocrm_people as people
from sandbox import big_account
from sandbox.amocrm_access import Access
from sandbox.amocrm_account import Account
from sandbox.amocrm_material import Record
from sandbox.faults import Faults

Command = Mapping[str, Any]
Work = Callable[[Command], Any]
LISTS = ("leads", "deleted", "events", "contacts")
_DIRECTORIES = ("pipelines", "fields", "users", "reasons")
_FLAGS = {"rename": "moved_to", "unpaid": "unpaid", "block": "blocked"}


class Orders:
    """Takes orders to one account; callers hold a lock."""

    def __init__(self, account: Account, faults: Faults, access: Access) -> None:
        self._account, self._faults, self._access = account, faults, access
        self._people: list[tuple[str | None, int, Command]] = []  # of which list, before how many pages, what
        self._orders = {**self._settings(), **self._of_people(), **self._of_tests()}

    def _of_people(self) -> Mapping[str, Work]:
        account = self._account
        return {
            "contacts": lambda order: people.add_contacts(account, order["contacts"]),
            "delete_contacts": lambda order: people.delete_contacts(account, order["delete_contacts"]),
            "leads": lambda order: people.add(account, order["leads"]),
            "events": lambda order: people.record_events(account, order["events"]),
            "move": lambda order: people.move(account, order["move"], order.get("at")),
            "set": lambda order: people.change(account, order["set"], order.get("at")),
            "spell": lambda order: people.spell(account, order["spell"]),
            "delete": lambda order: people.delete(account, order["delete"], at=order.get("at")),
            "restore": lambda order: people.delete(account, order["restore"], False, order.get("at")),
            "purge": lambda order: people.purge(account, order["purge"]),
            "merge": lambda order: people.merge(account, *order["merge"]),
            "statuses": lambda order: self._add_statuses(order["statuses"]),
            "delete_status": lambda order: self._change_status(*order["delete_status"]),
            "rename_status": lambda order: self._change_status(*order["rename_status"]),
        }

    def _settings(self) -> Mapping[str, Work]:
        account = self._account
        return {
            **{name: self._keeper(name, name) for name in (*_DIRECTORIES, "rights", "ways")},
            **{name: self._flagger(name, flag) for name, flag in _FLAGS.items()},
            "account": self._keeper("account", "facts"),
            "hide_events_before": self._hide,
            "revoke": lambda _: self._access.revoke(account),
            "expire": lambda _: self._access.expire(account),
            "code": lambda order: self._access.issue(account, order["code"]),
        }

    def _of_tests(self) -> Mapping[str, Work]:
        return {
            "generate": lambda order: big_account.generate(self._account, **order["generate"]),
            "at_page": self._plan,
            "fault": self._faults.obey,
            "forget_faults": lambda _: self._forget_plans(),
            "renumber": lambda _: self._renumber(),
            "reset": lambda _: self._reset(),
            "read": self._read,
        }

    def obey(self, command: Command) -> Record:
        """Do what is ordered. Raises ValueError for an order that makes no sense."""
        what = next((name for name in ("at_page", "fault", "read") if name in command), None)
        names = [what] if what else [name for name in self._orders if name in command]
        if not names:
            raise ValueError(f"no such order: {', '.join(command)}")
        told = [self._orders[name](command) for name in names]
        return dict(told[0]) if what == "read" else {"ok": True}

    def let_people_act(self, method: str) -> None:
        """Let them do what is planned for the page that is about to be read."""
        if method not in LISTS:
            return
        counted = [(of, left - (of in (None, method)), order) for of, left, order in self._people]
        self._people = [each for each in counted if each[1] > 0]
        for _, left, order in counted:
            if left <= 0:
                self.obey(order)

    def _plan(self, command: Command) -> None:
        of = command.get("of")
        if of not in (None, *LISTS):
            raise ValueError(f"no list {of}: one of {', '.join(LISTS)}")
        order = {name: value for name, value in command.items() if name not in ("at_page", "of")}
        self._people.append((of, int(command["at_page"]), order))

    def _keeper(self, name: str, kept: str) -> Work:
        return lambda order: self._account.keep(kept, order[name])

    def _flagger(self, name: str, flag: str) -> Work:
        return lambda order: self._account.keep("flags", {flag: order[name]})

    def _hide(self, order: Command) -> None:
        told = order["hide_events_before"]
        self._account.keep("flags", {"hidden_before": self._account.at(told) if told else 0})

    def _add_statuses(self, told: Mapping[str, list[Record]]) -> None:
        pipelines = self._account.pipelines
        for number, statuses in told.items():
            known = self._account.pipeline(int(number))["statuses"]
            place = len(known)
            known[-2:-2] = [{"sort": 10 * (place + more), **each} for more, each in enumerate(statuses)]
        self._account.keep("pipelines", pipelines)

    def _change_status(self, pipeline: int, status: int, name: str | None = None) -> None:
        statuses = self._account.pipeline(pipeline)["statuses"]
        found = next((each for each in statuses if each["id"] == int(status)), None)
        if found is None:
            raise ValueError(f"no status {status} in pipeline {pipeline}")
        if name is None:
            statuses.remove(found)
        else:
            found["name"] = name
        self._account.keep("pipelines", self._account.pipelines)

    def _forget_plans(self) -> None:
        self._faults.forget()
        self._people.clear()

    def _renumber(self) -> None:
        self._faults.renumber()
        self._account.begin_anew()
        self._people.clear()

    def _reset(self) -> None:
        self._faults.forget()
        self._account.forget()
        self._renumber()

    def _read(self, command: Command) -> Record:
        account, what = self._account, command["read"]
        told: Mapping[str, Callable[[], Any]] = {
            "leads": lambda: list(account.leads),
            "contacts": lambda: list(account.contacts),
            "events": lambda: list(account.events),
            "counts": lambda: dict(account.counts),
            "calls": lambda: self._faults.history,
            "tokens": lambda: self._access.report(account),
            "rate": lambda: account.rate.report(int(command.get("after", 0))),
        }
        if what not in told:
            raise ValueError(f"nothing to read: {what}")
        return {what: told[what]()}
