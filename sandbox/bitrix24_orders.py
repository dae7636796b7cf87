"""
Orders of tests and the demo to the simulated portal (``POST /_sandbox/bitrix24``): what people do in it.

- ``{"deals": [{…}]}``, ``contacts``, ``products``, ``properties``: people have added these, names as the
  portal's (``categoryId``, ``closedate``), or put them in the place of others with the same ``id``. A deal
  may say ``stageSemanticId`` instead of its stage, a contact ``phones`` and ``emails``;
- ``{"rows": {deal_id: [{…}]}}``: the products of deals; with ``"quiet": true`` the deals' moments stay;
- ``{"change": {"deal": {id: {…}}, "contact": {…}, "product": {…}}}``; ``{"win": [ids]}``, ``lose``,
  ``reopen``, ``delete`` of deals; ``{"delete_contacts": [ids]}``, ``{"merge_contacts": [from, to]}``;
- all there are: ``{"funnels": [{"id", "name", "sort"}]}``, ``{"catalogs": [{…}]}``, ``{"stages": {funnel_id:
  [{"id", "name", "semantics"}]}}``, ``{"currencies": {code: {"AMOUNT", "AMOUNT_CNT", "BASE", "DECIMALS"}}}``;
- ``{"fields": [{"name", "type", "precision", "multiple", "entity": "contact"}]}``: own fields;
  ``{"drop_fields": [name, …]}``;
- ``{"rights": {"funnels": [ids] | "all", "admin": true}}``: of the caller; ``{"move_to": host}``: the portal
  has a new name, perhaps with ``https://`` before it (null: the old one);
- ``{"tokens": {"access", "refresh", "until"}}``: an application's;
- ``{"block": method, "seconds": n}``, ``{"spend": method, "seconds": n}``: of the methods' time;
- ``{"at_page": n, …an order…}``: people do it just before the n-th page that is read from now on of any list,
  or of ``"of": method``;
- ``{"generate": {"deals": 200000, "contacts": 60000, "seed": 1}}``: ``sandbox/big_portal.py``;
- ``{"ways": {…}}``; ``{"fault": …}`` as in ``sandbox/faults.py``; ``{"forget_faults": true}``;
- ``{"renumber": true}``: the next call is the first, nothing was written, bucket and methods' time are
  unused; ``{"reset": true}``: as new;
- ``{"read": "deals" | "contacts" | "fields" | "rows" | "products" | "writes" | "counts" | "bucket" |
  "method_time" | "calls" | "history" | "tokens"}``; ``bucket`` takes the caller's own ``capacity``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox import bitrix24_deals as deals
from sandbox.big_portal import Size, generate
from sandbox.bitrix24_fields import new_field
from sandbox.bitrix24_portal import Portal
from sandbox.bitrix24_schema import CONTACT, DEAL
from sandbox.faults import Faults
from sandbox.shelf import Record

Command = Mapping[str, Any]
PAGED = ("crm.item.list", "crm.contact.list", "crm.deal.list", "crm.stagehistory.list",
         "crm.item.productrow.list", "catalog.product.list", "catalog.product.offer.list")  # fmt: skip
_KEPT = ("funnels", "stages", "currencies", "catalogs", "rights", "ways", "tokens")
_MULTIPLE = {"phones": "PHONE", "emails": "EMAIL"}
_SHELVES = {"deals": "deal", "contacts": "contact", "fields": "field", "rows": "row",
            "products": "product", "history": "history"}  # fmt: skip
_MOVES = {"win": "S", "lose": "F", "reopen": "P"}


class Orders:
    """Takes orders; callers hold a lock."""

    def __init__(self, portal: Portal, faults: Faults) -> None:
        self._portal, self._faults = portal, faults
        self._people: list[tuple[str | None, int, Command]] = []  # of which list, before how many pages, what
        self._orders = {**self._of_people(), **self._of_tests()}

    def _of_people(self) -> Mapping[str, Callable[[Command], Any]]:
        portal = self._portal
        return {
            **{what: self._mover(what) for what in _MOVES},
            "deals": lambda command: deals.add(portal, command["deals"]),
            "contacts": lambda command: self._add_contacts(command["contacts"]),
            "products": lambda command: self._put("product", command["products"], "timestampX"),
            "properties": lambda command: self._put("property", command["properties"]),
            "rows": self._set_rows,
            "fields": lambda command: self._add_fields(command["fields"]),
            "drop_fields": lambda command: self._drop_fields(command["drop_fields"]),
            "change": lambda command: self._change(command["change"]),
            "delete": lambda command: deals.drop(portal, command["delete"]),
            "delete_contacts": lambda command: deals.drop_contacts(portal, command["delete_contacts"]),
            "merge_contacts": lambda command: self._merge(*command["merge_contacts"]),
        }

    def _of_tests(self) -> Mapping[str, Callable[[Command], Any]]:
        return {
            **{what: self._keeper(what) for what in _KEPT},
            "move_to": lambda command: self._move(command["move_to"]),
            "block": lambda command: self._block(command["block"], command["seconds"]),
            "spend": lambda command: self._spend(command["spend"], command["seconds"]),
            "generate": lambda command: generate(self._portal, Size(**command["generate"])),
            "at_page": self._plan,
            "fault": self._faults.obey,
            "forget_faults": lambda _: self._faults.forget(),
            "renumber": lambda _: self._renumber(),
            "reset": lambda _: self._reset(),
            "read": self._read,
        }

    def obey(self, command: Command) -> dict[str, Any]:
        """Do what is ordered. Raises ValueError for an order that makes no sense."""
        what = next((name for name in ("at_page", "fault", "read") if name in command), None)
        names = [what] if what else [name for name in command if name in self._orders]
        if not names:
            raise ValueError(f"no such order: {', '.join(command)}")
        told = [self._orders[name](command) for name in names]
        return told[0] if what == "read" else {"ok": True}

    def let_people_act(self, method: str) -> None:
        """Let them do what is planned for the page that is about to be read."""
        if method not in PAGED:
            return
        counted = [(of, left - (of in (None, method)), order) for of, left, order in self._people]
        self._people = [each for each in counted if each[1] > 0]
        for _, left, order in counted:
            if left == 0:
                self.obey(order)

    def _plan(self, command: Command) -> None:
        order = {name: value for name, value in command.items() if name not in ("at_page", "of")}
        self._people.append((command.get("of"), int(command["at_page"]), order))

    def _keeper(self, what: str) -> Callable[[Command], None]:
        return lambda command: self._portal.keep(what, command[what])

    def _mover(self, what: str) -> Callable[[Command], None]:
        return lambda command: deals.move(self._portal, command[what], _MOVES[what])

    def _add_contacts(self, contacts: Iterable[Command]) -> None:
        now = self._portal.moment()
        usual = {"categoryId": 0, "createdTime": now, "updatedTime": now}
        self._portal.shelves["contact"].put([{**usual, **_with_phones(each)} for each in contacts])

    def _put(self, kind: str, records: Iterable[Command], moment: str | None = None) -> None:
        born = {moment: self._portal.moment()} if moment else {}
        self._portal.shelves[kind].put([{"iblockId": 25, **born, **each} for each in records])

    def _set_rows(self, command: Command) -> None:
        shelf = self._portal.shelves["row"]
        for number, rows in command["rows"].items():
            deal = deals.known(self._portal, "deal", number)
            for row in [each for each in shelf if each["ownerId"] == deal["id"]]:
                shelf.remove(row["id"])
            shelf.put(
                [{"sort": 10 * place, **row, "ownerId": deal["id"]} for place, row in enumerate(rows, 1)]
            )
            if not command.get("quiet"):
                deals.change(self._portal, deal, {})

    def _add_fields(self, fields: Iterable[Command]) -> None:
        self._portal.shelves["field"].put(_field(each) for each in fields)

    def _drop_fields(self, names: Iterable[str]) -> None:
        shelf = self._portal.shelves["field"]
        for field in [each for each in shelf if each["FIELD_NAME"] in list(names)]:
            shelf.remove(field["ID"])

    def _change(self, kinds: Mapping[str, Mapping[str, Command]]) -> None:
        for kind, changes in kinds.items():
            for number, told in changes.items():
                record = deals.known(self._portal, kind, number)
                if kind == "deal":
                    deals.change(self._portal, record, self._moved(record, told))
                    continue
                moment = "timestampX" if kind == "product" else "updatedTime"
                changed = {**record, moment: self._portal.moment(), **_with_phones(told)}
                self._portal.shelves[kind].put([changed])

    def _moved(self, deal: Record, told: Command) -> Record:
        """Let a deal that changes its funnel keep the meaning of its stage."""
        if "categoryId" not in told or "stageId" in told:
            return dict(told)
        return {**told, "stageId": self._portal.stage_with(deal["stageSemanticId"], int(told["categoryId"]))}

    def _merge(self, gone: int, heir: int) -> None:
        deals.known(self._portal, "contact", heir)
        deals.drop_contacts(self._portal, [gone], int(heir))

    def _move(self, host: str | None) -> None:
        self._portal.keep("moved_to", host if not host or "://" in host else f"http://{host}")

    def _block(self, method: str, seconds: float) -> None:
        self._portal.method_time.block(method, self._portal.seconds() + seconds)

    def _spend(self, method: str, seconds: float) -> None:
        for caller in ("webhook", "application"):
            self._portal.method_time.add(caller, method, seconds, self._portal.seconds())

    def _renumber(self) -> None:
        self._faults.renumber()
        self._portal.begin_anew()
        self._portal.bucket.forget()
        self._portal.method_time.forget()
        self._people.clear()

    def _reset(self) -> None:
        self._faults.forget()
        self._portal.forget()
        self._renumber()

    def _read(self, command: Command) -> dict[str, Any]:
        portal, what = self._portal, command["read"]
        if what in _SHELVES:
            return {what: list(portal.shelves[_SHELVES[what]])}
        others: Mapping[str, Callable[[], Any]] = {
            "writes": lambda: portal.writes,
            "counts": lambda: dict(portal.counts),
            "bucket": lambda: portal.bucket.report(command.get("capacity")),
            "method_time": lambda: portal.method_time.report(portal.seconds()),
            "calls": lambda: self._faults.history,
            "tokens": lambda: portal.tokens,
        }
        if what not in others:
            raise ValueError(f"nothing to read: {what}")
        return {what: others[what]()}


def _with_phones(told: Command) -> Record:
    """Spell phones and addresses as the portal keeps them."""
    contact = {name: value for name, value in told.items() if name not in _MULTIPLE}
    for short, name in _MULTIPLE.items():
        if short in told:
            contact[name] = [
                {"ID": str(100 + place), "VALUE_TYPE": "WORK", "VALUE": value, "TYPE_ID": name}
                for place, value in enumerate(told[short])
            ]
    return contact


def _field(told: Command) -> Record:
    entity = DEAL if told.get("entity") == "deal" else CONTACT
    labels = {"LABEL": told.get("label", told["name"]), "XML_ID": told.get("xml_id")}
    return new_field(
        entity,
        {
            **{"FIELD_NAME": told["name"], "USER_TYPE_ID": told.get("type", "double"), **labels},
            **{"MULTIPLE": "Y" if told.get("multiple") else "N"},
            "SETTINGS": {"PRECISION": told.get("precision", 2)},
        },
    )
