"""
One simulated Bitrix24 portal: what it holds, its clock, its ways, and what people do to it.

Dates are kept as days, moments as ISO texts in the portal's zone. Callers hold a lock.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from sandbox.bitrix24_filter import Field
from sandbox.bitrix24_limits import TIERS, Bucket, MethodTime
from sandbox.bitrix24_schema import (
    CONTACT,
    CURRENCIES,
    DEAL,
    ENTITIES,
    USER_KINDS,
    camel,
    currency,
    stages_of,
    system_fields,
)
from sandbox.bitrix24_ways import WAYS, check
from sandbox.place import Clock, Store
from sandbox.shelf import Record, Shelf

FINAL = ("S", "F")
RIGHTS: Mapping[str, Any] = {"funnels": "all", "admin": True}
_CATALOGS = (
    {"id": 25, "iblockId": 25, "productIblockId": None, "skuPropertyId": None, "name": "Туры"},
    {"id": 26, "iblockId": 26, "productIblockId": 25, "skuPropertyId": 98, "name": "Туры (предложения)"},
)


class Portal:
    """What the vendor knows."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.bucket, self.method_time = Bucket(), MethodTime()
        self.shelves = {
            **{"deal": Shelf(store, "deal"), "contact": Shelf(store, "contact")},
            **{"field": Shelf(store, "field", 801, "ID"), "history": Shelf(store, "history", 5501, "ID")},
            **{"product": Shelf(store, "product", 7001), "row": Shelf(store, "row", 1)},
            "property": Shelf(store, "property", 301),
        }
        self.counts: Counter[str] = Counter()
        self.writes: list[dict[str, Any]] = []
        self._open()

    def _open(self) -> None:
        self.ways: dict[str, Any] = {**WAYS, **self._kept("ways", {})}
        self.rights: dict[str, Any] = {**RIGHTS, **self._kept("rights", {})}
        self.moved_to: str | None = self._kept("moved_to", None)
        self.tokens: dict[str, Any] | None = self._kept("tokens", None)
        self.bucket.most, self.bucket.leak = TIERS[self.ways["tier"]]
        self.method_time.limit = self.ways["method_seconds"]
        funnels = self._kept("funnels", [{"id": 0, "name": "Общая", "sort": 300}])
        self.funnels: dict[int, Record] = {int(each["id"]): each for each in funnels}
        told = self._kept("stages", {})
        self.stages: dict[int, list[Record]] = {
            own: told.get(str(own)) or stages_of(own) for own in self.funnels
        }
        told = self._kept("currencies", CURRENCIES)
        self.currencies = {code: currency(code, each) for code, each in told.items()}
        self.catalogs: list[Record] = self._kept("catalogs", list(_CATALOGS))

    def _kept(self, what: str, otherwise: Any) -> Any:
        held = self._store.get("portal", what)
        return otherwise if held is None else held

    def keep(self, what: str, value: Any) -> None:
        """Let a setting, a directory or a right be this from now on."""
        if what == "ways":
            check(value)
            value = self.ways | value
        elif what == "rights":
            value = self.rights | value
        self._store.put("portal", {what: value})
        self._open()

    def forget(self) -> None:
        """Forget everything."""
        self._store.clear()
        for shelf in self.shelves.values():
            shelf.open()
        self.bucket.forget()
        self.method_time.forget()
        self.begin_anew()
        self._open()

    def begin_anew(self) -> None:
        """Forget what was written, and keep what is there and how much of the limits is used."""
        self.counts.clear()
        self.writes.clear()

    @property
    def base(self) -> str:
        """Return the base currency."""
        return next((code for code, each in self.currencies.items() if each["BASE"] == "Y"), "RUB")

    @property
    def zone(self) -> timezone:
        text = self.ways["close_date_offset"]
        hours, _, minutes = text[1:].partition(":")
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if text.startswith("-") else offset)

    def now(self) -> datetime:
        """Return the portal's time, in its zone."""
        return (self._clock.now() + timedelta(seconds=self.ways["clock_skew"])).astimezone(self.zone)

    def moment(self) -> str:
        """Return the portal's time as records keep it."""
        return self.now().isoformat(timespec="seconds")

    def seconds(self) -> float:
        """Return the portal's time as the seconds of its clock."""
        return self.now().timestamp()

    def fields(self, entity: int, original: bool = True) -> dict[str, Field]:
        """Return what lists of deals or contacts know, by name; own fields in one of their two spellings."""
        known = system_fields(entity)
        if entity == DEAL:
            known["currencyId"] = Field("currencyId", "string", self.base)
        for own in self.user_fields(entity):
            name = own["FIELD_NAME"]
            kind = USER_KINDS.get(own["USER_TYPE_ID"], "string")
            known[name if original else camel(name)] = Field(name, kind)
        return known

    def user_fields(self, entity: int) -> Iterable[Record]:
        """Give the own fields of deals or contacts."""
        return [each for each in self.shelves["field"] if each["ENTITY_ID"] == ENTITIES[entity]]

    def shelf_of(self, entity: int) -> Shelf:
        """Return where deals or contacts are."""
        return self.shelves["contact" if entity == CONTACT else "deal"]

    def may_see(self, record: Record) -> bool:
        """Tell whether the caller's rights show a deal to him."""
        funnels = self.rights["funnels"]
        return funnels == "all" or record.get("categoryId", 0) in funnels

    def semantics(self, stage_id: str, funnel: int) -> str | None:
        """Return P, S or F; None for a stage that the funnel has not."""
        for stage in self.stages.get(funnel, ()):
            if stage["id"] == stage_id:
                return stage["semantics"] or "P"
        return None

    def stage_with(self, semantics: str, funnel: int) -> str:
        """Return the first stage of a funnel with this meaning. Raises ValueError without one."""
        for stage in self.stages.get(funnel, ()):
            if (stage["semantics"] or "P") == semantics:
                return str(stage["id"])
        raise ValueError(f"no stage {semantics} in funnel {funnel}")

    def note(self, what: str, method: str, record: str, fields: Mapping[str, Any]) -> None:
        """Remember what a client has written."""
        self.counts[what] += 1
        self.writes.append({"method": method, "record": record, "what": what, "fields": dict(fields)})
