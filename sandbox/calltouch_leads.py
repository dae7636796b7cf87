"""
Calltouch's leads, and how a deal finds its own (calltouch 2.3).

The nearest lead is the one closest to the given date, before it or after; of two as close, the earlier
(assumptions: neither is documented).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sandbox.calltouch_dates import of_body
from sandbox.place import Store

Lead = dict[str, Any]
_KINDS = {
    "leadContact": ("call", "request"),
    "callContact": ("call",),
    "requestContact": ("request",),
    "call": ("call",),
    "request": ("request",),
}


class Found(NamedTuple):
    """What a deal is linked to: a lead, or a source made by hand, or neither."""

    lead: Lead | None = None
    source: dict[str, str] | None = None


class Leads:
    """The leads of all projects, found by number or by contact."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_contact: dict[tuple[str, str], dict[str, Lead]] = {}
        for lead in store.all("lead").values():
            self._index(lead)

    def add(self, site: str, given: Mapping[str, Any]) -> Lead:
        """
        Keep a lead as a test or the demo gives it.

        ``kind`` (call, request, chat), ``id``, ``date`` (ISO, Moscow time, no zone), ``phones``, ``emails``,
        ``tags``, ``source``, ``medium``, ``campaign``, ``keyword``, ``fio``, ``unique``. Raises KeyError and
        ValueError.
        """
        kind, date = given["kind"], datetime.fromisoformat(given["date"])
        if kind not in ("call", "request", "chat") or date.tzinfo:
            raise ValueError("a lead is a call, a request or a chat, at Moscow time without a zone")
        lead = {"tags": [], "phones": [], "emails": [], "unique": False, **given, "site": site}
        self._store.put("lead", {_key(lead): lead})
        self._index(lead)
        return lead

    def keep(self, lead: Lead) -> None:
        """Keep a change of a lead's tags or manager."""
        self._store.put("lead", {_key(lead): lead})

    def get(self, site: str, kind: str, number: Any) -> Lead | None:
        """Return one lead, or None."""
        lead: Lead | None = self._store.get("lead", f"{site}/{kind}/{number}")
        return lead

    def of(self, site: str, kind: str = "") -> list[Lead]:
        """Return a project's leads (of all projects, if ``site`` is empty), by date."""
        leads = (lead for lead in self._store.all("lead").values() if site in ("", lead["site"]))
        return sorted((le for le in leads if kind in ("", le["kind"])), key=lambda le: (le["date"], _key(le)))

    def forget(self) -> None:
        """Drop what is known of contacts, once the store is cleared."""
        self._by_contact.clear()

    def match(self, site: str, matching: Iterable[Mapping[str, Any]]) -> Found | None:
        """Try the ways to find a lead in their order; None if none of them leads anywhere."""
        for way in matching:
            if way["type"] == "withoutSource":
                return Found()
            if way["type"] == "customSources":
                return Found(source=way["customSourceParams"])
            if lead := self._find(site, way["type"], way[f"{way['type']}Params"]):
                return Found(lead)
        return None

    def _find(self, site: str, way: str, params: Mapping[str, Any]) -> Lead | None:
        kinds = (*_KINDS[way], "chat") if params.get("withChats") else _KINDS[way]
        if way in ("call", "request"):
            lead = self.get(site, way, params[f"{way}Id"])
            return lead if lead and _tagged(lead, params) else None
        contacts = [*map(phone, params.get("phones", ())), *map(email, params.get("emails", ()))]
        known = {key: lead for c in contacts for key, lead in self._by_contact.get((site, c), {}).items()}
        date, depth = of_body(params["date"]), timedelta(minutes=params.get("searchDepth", 0))
        near = [
            (abs(at - date), at, key)
            for key, lead in known.items()
            for at in [datetime.fromisoformat(lead["date"])]
            if lead["kind"] in kinds
            and abs(at - date) <= depth
            and _tagged(lead, params)
            and _fits(lead, params)
        ]
        return known[min(near)[2]] if near else None

    def _index(self, lead: Lead) -> None:
        for contact in {*map(phone, lead["phones"]), *map(email, lead["emails"])}:
            self._by_contact.setdefault((lead["site"], contact), {})[_key(lead)] = lead


def phone(text: str) -> str:
    """Return the digits of a number in any usual writing, beginning with 7."""
    digits = re.sub(r"\D", "", text)
    if len(digits) == 11 and digits.startswith("8"):
        return f"7{digits[1:]}"
    return f"7{digits}" if len(digits) == 10 else digits


def email(text: str) -> str:
    """Return an address in the form in which two can be compared."""
    return text.strip().lower()


def _key(lead: Lead) -> str:
    return f"{lead['site']}/{lead['kind']}/{lead['id']}"


def _tagged(lead: Lead, params: Mapping[str, Any]) -> bool:
    wanted = params.get("tags")
    if not wanted:
        return True
    carried = [tag in lead["tags"] for tag in wanted]
    return any(carried) if params.get("tagsLogic") == "or" else all(carried)


def _fits(lead: Lead, params: Mapping[str, Any]) -> bool:
    wanted = next((value for name, value in params.items() if name.endswith("TypeToMatch")), "nearest")
    return wanted == "nearest" or bool(lead["unique"])
