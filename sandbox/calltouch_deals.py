"""
Calltouch's deals: created, updated, read back (calltouch 2.2 to 2.7).

Assumptions (calltouch 11, "Test double"): a number that is there already is refused by an item error, or
makes a second deal when told so (``on_duplicate``); an update of a number that is not there is refused; so
is a deal without a lead, unless ``withoutSource`` or ``customSources`` allows it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.calltouch_dates import shown
from sandbox.calltouch_leads import Found, Lead, Leads
from sandbox.place import Store

Deal = dict[str, Any]
_VOLATILE = ("id", "created", "updated", "updates")
_FIRST_ID = 7_000_000
_PLAIN = (
    "orderName", "orderLink", "funnel", "status", "statusDate", "orderDate", "updateDate", "currency",
    "revenue", "margin", "manager", "customFields", "products", "orderContacts",
)  # fmt: skip


class Refused(Exception):
    """An item is refused, with the vendor's words."""


class Deals:
    """The deals of all projects, by the vendor's own number and by the number they were sent with."""

    def __init__(self, store: Store, leads: Leads) -> None:
        self._store, self._leads = store, leads
        self._by_number: dict[tuple[str, str], list[Deal]] = {}
        self.counts: Counter[str] = Counter()
        self._last_id: int = max([_FIRST_ID, store.get("last", "deal") or 0, *map(int, store.all("deal"))])
        for deal in store.all("deal").values():
            self._by_number.setdefault((deal["project"], deal["orderNumber"]), []).append(deal)

    def create(self, site: str, order: Mapping[str, Any], now: datetime, second: bool = False) -> Deal:
        """Make a deal, linked to the lead its ``matching`` finds. Raises Refused."""
        number = order["orderNumber"]
        known = self._by_number.setdefault((site, number), [])
        if known and not second:
            self.counts["duplicates"] += 1
            raise Refused(f"Сделка с номером {number} уже существует")
        found = self._leads.match(site, order["matching"])
        if found is None:
            raise Refused("Лид для сделки не найден")
        moment = shown(now)
        deal: Deal = {
            "project": site,
            "orderNumber": number,
            "created": moment,
            "updated": moment,
            "updates": 0,
        }
        self._last_id += 1
        deal |= {"id": self._last_id, "tags": [], "comments": []}
        self._fill(deal, order, found)
        known.append(deal)
        self.counts["created"] += 1
        return deal

    def update(self, site: str, order: Mapping[str, Any], now: datetime) -> Deal:
        """Change what is named and leave the rest. Raises Refused."""
        known = self._by_number.get((site, order["orderNumber"]))
        if not known:
            raise Refused(f"Сделка с номером {order['orderNumber']} не найдена")
        deal = known[0]
        found = self._leads.match(site, order["reMatching"]) if "reMatching" in order else None
        deal |= {"updated": shown(now), "updates": deal["updates"] + 1}
        self._fill(deal, order, found)
        self.counts["updated"] += 1
        return deal

    def keep(self, deals: list[Deal]) -> None:
        """Keep what one call has made or changed, all or nothing."""
        self._store.put("deal", {str(deal["id"]): deal for deal in deals})
        self._store.put("last", {"deal": self._last_id})

    def remove(self, site: str, number: str) -> None:
        """Let a deal be gone, as a person deletes it in the cabinet."""
        gone = self._by_number.pop((site, number), [])
        self._store.put("deal", {str(deal["id"]): None for deal in gone})

    def of(self, site: str = "") -> list[Deal]:
        """Return a project's deals (of all projects, if empty) by project, number and id."""
        deals = (deal for deal in self._store.all("deal").values() if site in ("", deal["project"]))
        return sorted(deals, key=lambda deal: (deal["project"], deal["orderNumber"], deal["id"]))

    def by_lead(self, site: str) -> dict[tuple[str, Any], list[Deal]]:
        """Return a project's deals by the kind and id of their lead, in the order in which they were made."""
        linked: dict[tuple[str, Any], list[Deal]] = {}
        for deal in sorted(self.of(site), key=lambda deal: int(deal["id"])):
            if deal["lead"]:
                linked.setdefault(link(deal), []).append(deal)
        return linked

    def forget(self) -> None:
        """Begin anew, once the store is cleared."""
        self._by_number.clear()
        self.counts.clear()
        self._last_id = _FIRST_ID

    def _fill(self, deal: Deal, order: Mapping[str, Any], found: Found | None) -> None:
        deal |= {name: order[name] for name in _PLAIN if name in order}
        if found or "lead" not in deal:
            lead = found.lead if found else None
            deal["lead"] = {"kind": lead["kind"], "id": lead["id"]} if lead else None
            deal["source"] = source_of(lead) if lead else (found.source if found else None)
        if "addTags" in order:
            deal["tags"] = _tags(deal["tags"], order["addTags"])
        comment = order.get("comment") or order.get("addNewComment")
        if comment:
            deal["comments"] = [*deal["comments"], comment["text"]]
        self._fill_lead(deal, order)

    def _fill_lead(self, deal: Deal, order: Mapping[str, Any]) -> None:
        lead = self._leads.get(deal["project"], *link(deal))
        if not lead or not order.keys() & {"addTagsToLead", "leadManager"}:
            return
        if "addTagsToLead" in order:
            lead["tags"] = _tags(lead["tags"], order["addTagsToLead"])
        manager = order.get("leadManager")
        if manager and (manager["overwrite"] or not lead.get("manager")):
            lead["manager"] = manager["manager"]
        self._leads.keep(lead)


def link(deal: Deal) -> tuple[str, Any]:
    """Return the kind and id of a deal's lead; ("", None) if it has none."""
    lead = deal["lead"]
    return (lead["kind"], lead["id"]) if lead else ("", None)


def comparable(deal: Deal) -> Deal:
    """Return a deal without what differs between two runs that did the same."""
    return {name: value for name, value in deal.items() if name not in _VOLATILE}


def source_of(lead: Lead) -> dict[str, Any]:
    """Return where a lead came from, in the cabinet's words (calltouch 4.5)."""
    return {name: lead.get(name, "<не указано>") for name in ("source", "medium", "campaign", "keyword")}


def _tags(now: list[str], told: Any) -> list[str]:
    """Return the tags after a plain list (create) or ``{overwrite, tags}`` (update), sorted."""
    tags = told if isinstance(told, list) else told["tags"]
    kept = set() if isinstance(told, dict) and told["overwrite"] else set(now)
    return sorted(kept | {tag["tag"] for tag in tags})
