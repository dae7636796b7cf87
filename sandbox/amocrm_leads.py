"""
Leads and contacts of a simulated account as its lists give them (amocrm 5.4, 5.7 and 5.12).

A lead is kept as the vendor gives it; what is embedded is under ``_tags``, ``_contacts``, ``_company`` and
``_source``; what is told otherwise than it is, under ``_spelled``. A deleted one stays until the bin is
emptied: the list of the bin tells next to nothing of it.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.amocrm_account import Account
from sandbox.amocrm_lists import enveloped, ordered, paging, passing
from sandbox.amocrm_material import Record
from sandbox.amocrm_wire import API, Asked

LEADS_BY, CONTACTS_BY = ("created_at", "updated_at", "id"), ("updated_at", "id")
_TOLD_OF_DELETED = ("id", "updated_by", "updated_at", "is_deleted", "account_id")
_ONLY_WITH = ("source_id", "is_price_modified_by_robot")


def listed(account: Account, asked: Asked) -> Record | None:
    """Give a page of the leads that are there."""
    found = [lead for lead in _seen(account) if not lead["is_deleted"]]
    if account.ways["unsorted_in_leads"] == "no":
        found = [lead for lead in found if not account.is_unsorted(lead)]
    return _page(account, asked, found, lambda lead: _shown(account, asked, lead))


def deleted(account: Account, asked: Asked) -> Record | None:
    """Give a page of the bin."""
    found = [lead for lead in _seen(account) if lead["is_deleted"]]
    if account.ways["only_deleted_order"] == "no":
        asked = asked._replace(params={name: told for name, told in asked.params.items() if name != "order"})
    return _page(account, asked, found, lambda lead: _remains(asked, lead))


def one(account: Account, asked: Asked) -> Record | None:
    """Give a lead by its number."""
    lead = account.leads.get(asked.lead)
    if lead is None or lead["is_deleted"] or not account.may_see(lead["id"]):
        return None
    return _shown(account, asked, lead)


def contacts(account: Account, asked: Asked) -> Record | None:
    """Give a page of contacts."""
    found = [contact for contact in account.contacts if not contact["is_deleted"]]
    test, pages = passing(account, asked), paging(account, asked)
    rows, has_more = pages.of(ordered(filter(test, found), asked, CONTACTS_BY) if test else ())
    return enveloped(account, asked, pages, [_contact(each) for each in rows], has_more)


def _seen(account: Account) -> Iterator[Record]:
    if account.sees_all:
        return iter(account.leads)
    return (lead for lead in account.leads if account.may_see(lead["id"]))


def _page(account: Account, asked: Asked, found: list[Record], shown: Any) -> Record | None:
    test, pages = passing(account, asked), paging(account, asked)
    rows, has_more = pages.of(ordered(filter(test, found), asked, LEADS_BY) if test else ())
    return enveloped(account, asked, pages, [shown(lead) for lead in rows], has_more)


def _shown(account: Account, asked: Asked, lead: Record) -> Record:
    told = {name: value for name, value in lead.items() if not name.startswith("_")}
    for name in _ONLY_WITH:
        if name not in asked.shown:
            told.pop(name, None)
    if account.ways["price"] == "minor":
        told["price_with_minor_units"] = None if lead["price"] is None else int(lead["price"] * 100)
    told["account_id"] = account.number
    company = lead.get("_company")
    embedded: Record = {"tags": lead["_tags"], "companies": [{"id": company}] if company else []}
    if "contacts" in asked.shown:
        numbers = enumerate(lead["_contacts"])
        embedded["contacts"] = [{"id": number, "is_main": place == 0} for place, number in numbers]
    if "source" in asked.shown and lead.get("_source"):
        embedded["source"] = lead["_source"]
    if "loss_reason" in asked.shown:
        embedded |= _reason(account, lead["loss_reason_id"])
    told |= lead.get("_spelled", {})
    return {**told, "_links": _self(asked, "leads", lead["id"]), "_embedded": embedded}


def _reason(account: Account, number: int | None) -> Record:
    way = account.ways["loss_reason"]
    found = [each for each in account.reasons if each["id"] == number]
    if way == "absent":
        return {}
    if way == "array":
        return {"loss_reason": found}
    return {"loss_reason": found[0] if found and way == "object" else None}


def _remains(asked: Asked, lead: Record) -> Record:
    """Tell of a deleted lead what the bin does: its number, and that it is deleted."""
    told: Record = {name: None for name in lead if not name.startswith("_")}
    told |= {name: lead[name] for name in _TOLD_OF_DELETED if name in lead}
    return {**told, "_links": _self(asked, "leads", lead["id"]), "_embedded": {"tags": [], "companies": []}}


def _contact(contact: Record) -> Record:
    return {**contact, "_embedded": {"tags": [], "companies": []}}


def _self(asked: Asked, kind: str, number: int) -> Record:
    return {"self": {"href": f"https://{asked.host}{API}{kind}/{number}"}}
