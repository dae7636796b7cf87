"""
One simulated account of amoCRM: what it holds, its clock, its ways, and what its granting user may see.

Moments are kept as the vendor tells them: whole seconds, UTC. Callers hold a lock.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox import amocrm_material as material
from sandbox.amocrm_limits import Rate
from sandbox.amocrm_log import EventLog
from sandbox.amocrm_material import Record
from sandbox.amocrm_ways import WAYS, check
from sandbox.place import Clock, Store
from sandbox.shelf import Shelf

FACTS: Mapping[str, Any] = {
    "name": "Продавец лицензий",
    "subdomain": "demo-sales",
    "timezone": "Europe/Moscow",
    "currency": "RUB",
    "filters": True,  # has it paid for filters of lists?
    "is_loss_reason_enabled": True,
    "current_user_id": 9100001,
}
RIGHTS: Mapping[str, Any] = {"users": True, "leads": "all", "told": {}}
FLAGS: Mapping[str, Any] = {"moved_to": "", "unpaid": False, "blocked": False, "hidden_before": 0}


class Account:
    """What the vendor knows of one account."""

    def __init__(self, number: int, store: Store, clock: Clock, facts: Mapping[str, Any]) -> None:
        self.number, self._store, self._clock, self._first = number, store, clock, {**FACTS, **facts}
        self.leads = Shelf(store, f"{number}/lead", 41000001)
        self.contacts = Shelf(store, f"{number}/contact", 60500001)
        self.events = EventLog(store, f"{number}/event")
        self.rate = Rate()
        self.counts: Counter[str] = Counter()
        self._open()

    def _open(self) -> None:
        self.facts: Record = self._first | self.kept("facts", {})
        self.ways: Record = {**WAYS, **self.kept("ways", {})}
        self.rights: Record = {**RIGHTS, **self.kept("rights", {})}
        self.flags: Record = {**FLAGS, **self.kept("flags", {})}
        self.rate.allow(self.ways["per_second"])
        told = self.kept("pipelines", material.PIPELINES)
        self.pipelines: list[Record] = material.pipelines(told, self.number)
        self.fields: dict[int, Record] = {
            each["id"]: each for each in material.fields(self.kept("fields", material.FIELDS))
        }
        self.users = [material.user(each) for each in self.kept("users", material.USERS)]
        reasons = enumerate(self.kept("reasons", material.REASONS), 1)
        self.reasons = [material.reason(each, place) for place, each in reasons]

    def kept(self, what: str, otherwise: Any) -> Any:
        """Return what was kept under a name, or something else."""
        held = self._store.get(f"{self.number}/account", what)
        return otherwise if held is None else held

    def keep(self, what: str, value: Any) -> None:
        """Let a setting or a directory be this from now on; settings that are not said stay."""
        if what == "ways":
            check(value)
        settled = {"ways": self.ways, "rights": self.rights, "facts": self.facts, "flags": self.flags}
        if what in settled:
            if unknown := value.keys() - settled[what].keys():
                raise ValueError(f"unknown of {what}: {', '.join(sorted(unknown))}")
            value = settled[what] | dict(value)
        self._store.put(f"{self.number}/account", {what: value})
        self._open()

    def forget(self, kinds: Iterable[str] = ("account", "lead", "contact", "event")) -> None:
        """Forget everything."""
        for kind in kinds:
            name = f"{self.number}/{kind}"
            self._store.put(name, dict.fromkeys(self._store.all(name)))
        self.leads.open()
        self.contacts.open()
        self.events.open()
        self.begin_anew()
        self._open()

    def begin_anew(self) -> None:
        """Forget how often anything was asked."""
        self.counts.clear()
        self.rate.forget()

    def now(self) -> int:
        """Return the account's time, in seconds."""
        return int(self.moment().timestamp())

    def moment(self) -> datetime:
        """Return the account's time."""
        return self._clock.now() + timedelta(seconds=self.ways["clock_skew"])

    def at(self, told: Any) -> int:
        """Return a moment that an order tells: seconds, an ISO text with its zone, or now."""
        if told is None:
            return self.now()
        if isinstance(told, str):
            moment = datetime.fromisoformat(told)
            if moment.tzinfo is None:
                raise ValueError(f"{told}: a moment needs its zone")
            return int(moment.timestamp())
        return int(told)

    def host(self, asked: str) -> str:
        """Return the host the account is at, for somebody who asked at one."""
        return str(self.flags["moved_to"] or asked)

    @property
    def sees_all(self) -> bool:
        """Whether the granting user's rights show every lead."""
        return bool(self.rights["leads"] == "all")

    def may_see(self, lead_id: int) -> bool:
        """Tell whether the granting user's rights show a lead."""
        return self.sees_all or lead_id in self.rights["leads"]

    def pipeline(self, number: int) -> Record:
        """Return a pipeline. Raises ValueError."""
        found = next((each for each in self.pipelines if each["id"] == int(number)), None)
        if found is None:
            raise ValueError(f"no pipeline {number}")
        return found

    def is_unsorted(self, lead: Record) -> bool:
        """Tell whether nobody has taken a lead out of the incoming ones yet."""
        return any(
            status["type"] == 1
            for pipeline in self.pipelines
            if pipeline["id"] == lead["pipeline_id"]
            for status in pipeline["statuses"]
            if status["id"] == lead["status_id"]
        )
