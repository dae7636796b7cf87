"""
KeepinCRM: ``/v1/materials`` and their categories, 25 a page, 100 requests in any minute for the account.

Frozen behaviour: keepincrm 1 to 4 and 8; what nobody knows of the vendor is a way it may have
(``sandbox/keepincrm_ways.py``). Methods, for faults: ``materials``, ``material``, ``by_sku``, ``create``,
``update``, ``delete``, ``categories``, ``create_category``, ``update_category``; a call is ``about`` the id,
the article and the title or name that it carries.

Orders (``POST /_sandbox/keepincrm``):

- ``{"materials": [{…}]}`` and ``{"categories": [{"name": …, "parent_id": …}]}``: people have added these;
  names as in ``sandbox/keepincrm_material.py``, an ``id`` of theirs is respected;
- ``{"change": {id: {…}}}``: people have changed materials; ``{"remove": [id, …]}``: deleted some;
- ``{"fields": [title, …]}``: custom fields of materials, which only people can define;
- ``{"at_page": 3, "add": [{…}], "remove": [id, …]}``: people do it just before page 3 of the materials is
  read; said twice, the second time page 3 is read as well;
- ``{"ways": {…}}``; ``{"fault": …}`` as in ``sandbox/faults.py``; ``{"forget_faults": true}``;
- ``{"renumber": true}``: the next call is the first, nothing was written, the pace is measured anew;
- ``{"reset": true}``: as new;
- ``{"read": "materials" | "categories" | "counts" | "writes" | "pace" | "calls", "ids": false}``. Without
  ``ids`` materials and categories are sorted by what they hold and have nothing that differs between two
  runs that did the same; ``ids`` of ``pace`` adds every time of arrival.
"""

import threading
from typing import Any

from sandbox.keepincrm_account import Account
from sandbox.keepincrm_catalogue import Record
from sandbox.keepincrm_material import Writing, shown
from sandbox.keepincrm_orders import Orders
from sandbox.keepincrm_ways import CUT_TO
from sandbox.keepincrm_wire import PREFIX, Asked, Refused, as_json, invalid, understood, words
from sandbox.vendor import Faults, Place, Request, Response


class KeepinCRM:
    """The vendor, with one account; its key is the sandbox's password."""

    name = "keepincrm"
    prefixes: tuple[str, ...] = (PREFIX,)

    def __init__(self, place: Place) -> None:
        self._key = place.credentials.of(self.name).password
        self._lock, self._clock = threading.RLock(), place.clock
        self._account = Account(place.store(self.name), place.clock)
        self._catalogue, self._faults = self._account.catalogue, Faults()
        self._orders = Orders(self._account, self._faults)

    def answer(self, request: Request) -> Response:
        """Do what the vendor does, or what is planned instead."""
        asked = understood(request)
        call = self._faults.enter(asked.method, asked.about)
        known, at = asked.token == self._key, request.at + self._clock.ahead
        within = not known or self._account.arrivals.note(asked.token, at)
        if not within:
            return self._faults.around(call, lambda: self._too_many(at), words)
        return self._faults.around(call, lambda: self._do(asked, known), words)

    def control(self, key: str, command: dict[str, Any]) -> dict[str, Any]:
        """Take an order; there is one account, whatever the key."""
        with self._lock:
            return self._orders.obey(command)

    def _too_many(self, at: float) -> Response:
        answer = words(429)
        if not self._account.ways["retry_after"]:
            return answer
        seconds = int(self._account.arrivals.opens_in(self._key, at)) + 1
        return Response(answer.body, 429, {**answer.headers, "Retry-After": str(seconds)})

    def _do(self, asked: Asked, known: bool) -> Response:
        with self._lock:
            if not known:
                return words(401)
            if self._account.ways["plan"] == "free":
                return words(402)
            try:
                return self._carry_out(asked)
            except Refused as refused:
                return refused.response

    def _carry_out(self, asked: Asked) -> Response:
        match asked.method:
            case "":
                return words(404)
            case "materials":
                return self._materials(asked)
            case "categories":
                found, pagination = self._catalogue.categories.page(_page(asked))
                return as_json({"items": [self._shown(each) for each in found], "pagination": pagination})
            case "create":
                return self._create(asked)
            case "create_category" | "update_category":
                return self._write_category(asked)
        return self._one(asked)

    def _materials(self, asked: Asked) -> Response:
        """Show a page; ``per_page`` is not heeded, and of the filters only that by category."""
        page, wanted = _page(asked), asked.query.get("q[category_id_eq]", "")
        self._account.let_people_act(page)
        category = int(wanted) if wanted.isdecimal() else None
        found, pagination = self._catalogue.materials.page(page, category)
        items = [shown(each, self._catalogue, self._account.ways, in_list=True) for each in found]
        return as_json({"items": items, "pagination": pagination})

    def _one(self, asked: Asked) -> Response:
        """Show, change or delete a material."""
        material = self._found(asked)
        if material is None:
            return words(404)
        if asked.method == "delete":
            self._account.note("deleted", asked.method, material["id"])
            self._catalogue.remove(material["id"])
            return as_json({})
        if asked.method == "update":
            changes = Writing(asked.body, self._catalogue, self._account.ways).changes(material)
            self._account.note("updated", asked.method, material["id"], asked.body)
            return self._told(self._account.change(material, changes))
        return as_json(shown(material, self._catalogue, self._account.ways, in_list=False))

    def _found(self, asked: Asked) -> Record | None:
        if asked.sku is None:
            return self._catalogue.materials.records.get(asked.number or 0)
        if self._account.ways["sku_path"] == "rails" and any(mark in asked.sku for mark in "/."):
            return None
        return self._catalogue.by_sku(asked.sku)

    def _create(self, asked: Asked) -> Response:
        values = Writing(asked.body, self._catalogue, self._account.ways).new()
        if self._account.ways["articles"] == "cut" and values["sku"] is not None:
            values["sku"] = values["sku"][:CUT_TO]
        if values["sku"] is not None and self._catalogue.by_sku(values["sku"]):
            self._account.counts["duplicates"] += 1
        (material,) = self._account.add([values])
        self._account.note("created", asked.method, material["id"], asked.body)
        return self._told(material, 201)

    def _told(self, material: Record, status: int = 200) -> Response:
        """Answer to a write."""
        if self._account.ways["answers"] == "brief":
            return as_json({name: material[name] for name in ("id", "created_at", "updated_at")}, status)
        return as_json(shown(material, self._catalogue, self._account.ways, in_list=False), status)

    def _write_category(self, asked: Asked) -> Response:
        shelf = self._catalogue.categories
        held = shelf.records.get(asked.number or 0, {"name": None, "parent_id": None})
        if self._account.ways["categories"] == "read_only" or (asked.number and "id" not in held):
            return words(404)
        if not isinstance(asked.body, dict):
            return words(400)
        told = {**held, **{name: asked.body[name] for name in ("name", "parent_id") if name in asked.body}}
        if not told["name"]:
            raise invalid({"name": ["не може бути порожнім"]})
        if told["parent_id"] is not None and told["parent_id"] not in shelf.records:
            raise invalid({"parent": ["має існувати"]})
        (told,) = shelf.add([told])
        what = "categories_changed" if asked.number else "categories_created"
        self._account.note(what, asked.method, told["id"], asked.body)
        return as_json(self._shown(told), 200 if asked.number else 201)

    def _shown(self, category: Record) -> Record:
        hidden = () if self._account.ways["category_parents"] else ("parent_id",)
        return {name: value for name, value in category.items() if name not in hidden}


def _page(asked: Asked) -> int:
    page = asked.query.get("page", "1")
    return max(int(page), 1) if page.isdecimal() else 1
